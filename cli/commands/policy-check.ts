import { defineCommand } from 'citty';
import { policyWarnings } from '../../src/policy/document/warnings.ts';
import type { AskedAliases } from '../policy-aliases.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { checkPolicyFile } from '../policy-file.ts';
import { strictArgs } from '../strict-args.ts';
import { UsageError } from '../usage-error.ts';

/** Prints a line for each problem, `FILE:LINE:COLUMN error|warning PATH: expected ..., found VALUE`, and exits with 1 where one is an error. */
export const policyCheck = defineCommand({
  meta: { name: 'check', description: 'Show all errors and likely mistakes of a policy' },
  plugins: [strictArgs],
  args: {
    file: { type: 'positional', description: 'The policy, in YAML or JSON', required: true },
    live: { type: 'boolean', description: 'Ask KMS, with your credentials, whether your account has the aliases' },
    account: {
      type: 'string',
      valueHint: 'id',
      description: 'With --live: your account, so that aliases that the policy names only for it are checked too',
    },
    region: {
      type: 'string',
      valueHint: 'region',
      description:
        'With --live: ask in this Region alone; without it in every Region that the policy names, or in that of the shell',
    },
  },
  async run({ args }): Promise<number> {
    const lonely = (['account', 'region'] as const).find((name) => args[name] !== undefined && !args.live);
    if (lonely !== undefined) throw new UsageError(`expected --live beside --${lonely}, found nothing`);
    const { document, errors, warningLines } = checkPolicyFile(args.file);
    if (document === undefined) {
      console.log(errors.join('\n'));
      return 1;
    }
    const { account, region } = args;
    const asked = args.live ? await asksKms(document, { account, region }) : undefined;
    const warnings = warningLines([...policyWarnings(document, new Date()), ...(asked?.problems ?? [])]);
    if (warnings.length > 0) console.log(warnings.join('\n'));
    console.error(`${args.file} is good${asked === undefined ? '' : ` (${asked.summary})`}`);
    return 0;
  },
});

/** The AWS SDK is only loaded where it is needed. */
async function asksKms(
  document: PolicyDocument,
  where: { account: string | undefined; region: string | undefined },
): Promise<AskedAliases> {
  const [{ askAliases }, { checkDeps }] = await Promise.all([
    import('../policy-aliases.ts'),
    import('../../src/runtime/operator-deps.ts'),
  ]);
  return askAliases(document, where, checkDeps());
}
