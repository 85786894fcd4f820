import { defineCommand } from 'citty';
import { policyWarnings } from '../../src/policy/document/warnings.ts';
import { type PolicyPublisher, policyPublisher } from '../../src/runtime/operator-deps.ts';
import { confirmed } from '../confirmation.ts';
import { policyDifference } from '../policy-difference.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { reachOf } from '../policy-reach.ts';
import { strictArgs } from '../strict-args.ts';

export const policyPublish = defineCommand({
  meta: { name: 'publish', description: 'Put a policy in force in one account and Region, without a deploy' },
  plugins: [strictArgs],
  args: {
    file: { type: 'positional', description: 'The policy, in YAML or JSON', required: true },
    bucket: { type: 'string', valueHint: 'name', description: "The stack's output PolicyBucketName", required: true },
    table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName", required: true },
    region: { type: 'string', valueHint: 'region', description: 'The Region of the stack', required: true },
    observe: {
      type: 'boolean',
      description: 'Publish it with mode: observe, and without the mode of any rule: nothing new is changed',
    },
    yes: { type: 'boolean', description: 'Publish without a question' },
    'dry-run': { type: 'boolean', description: 'Show what would change, and publish nothing' },
  },
  async run({ args }): Promise<number> {
    const { document, json, sha256, warningLines } = compilePolicyFile(args.file, { observe: args.observe === true });
    const publisher = policyPublisher({ region: args.region, table: args.table });
    const { account, arn } = await publisher.caller();
    const inForce = await publisher.inForce();
    const warnings = warningLines(policyWarnings(document, new Date()));
    console.log(
      [...warnings, `Account ${account}, ${args.region}, as ${arn}`, ...change(inForce, json), reachOf(document)].join(
        '\n',
      ),
    );
    if (isInForce(inForce, { json, sha256 })) {
      console.log('Nothing was published: this policy is in force already.');
      return 0;
    }
    if (args['dry-run'] === true) {
      console.log('Nothing was published (--dry-run).');
      return 0;
    }
    if (args.yes !== true && !(await confirmed(`Publish ${args.file}?`))) {
      console.log('Nothing was published.');
      return 1;
    }
    const { pin, isSame } = await publisher.publish({ json, sha256, bucket: args.bucket }, inForce);
    const { bucket, key, versionId, order } = pin;
    console.log(
      `${args.file} is in force within a minute: s3://${bucket}/${key} version ${versionId}, SHA-256 ${sha256}, publication ${order}`,
    );
    if (isSame)
      console.log('The same policy was in force already: nothing changes, and the version before it is kept.');
    return 0;
  },
});

type InForce = Awaited<ReturnType<PolicyPublisher['inForce']>>;

/** How the policy differs from the one in force, in lines. */
function change({ pin, text, unread }: InForce, json: string): string[] {
  if (pin === undefined) return [FIRST, ...indented(policyDifference(undefined, JSON.parse(json)))];
  if (text === undefined)
    return [`Publication ${pin.order} is in force. What it says cannot be read, so no difference is shown: ${unread}`];
  const lines = policyDifference(parsed(text), JSON.parse(json));
  if (lines.length === 0) return [`No difference to publication ${pin.order}, which is in force.`];
  return [`The difference to publication ${pin.order}, which is in force:`, ...indented(lines)];
}

const FIRST =
  'No policy was published here before. In force is the one that was packaged at the last deploy (reseal.yaml, or the file of RESEAL_POLICY), which cannot be read from here: compare it yourself. All that the new one says:';

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** What cannot be read is published again: the functions cannot read it either. */
function isInForce({ pin, text }: InForce, { json, sha256 }: { json: string; sha256: string }): boolean {
  return text === json && pin?.sha256 === sha256;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
