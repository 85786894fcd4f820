import { ResealError } from '../src/errors.ts';
import type { PolicyDocument } from '../src/policy/document/document.ts';
import { type NamedKey, keysFor, namedKeys, namedRegions } from '../src/policy/document/named-keys.ts';
import type { Problem } from '../src/problem.ts';
import type { CheckDeps } from '../src/runtime/operator-deps.ts';

export interface AskedAliases {
  /** One for each alias and Region that does not have it. */
  problems: Problem[];
  /** What was asked and what was not, so that silence about the rest is no claim. */
  summary: string;
}

/** KMS calls at a time: DescribeKey allows 2,000 a second. */
const AT_ONCE = 20;

/**
 * Asks KMS for the aliases that buckets of one account can get, in one Region or else in every Region that the policy names. Without
 * `account` it is taken for one that the policy does not name.
 */
export async function askAliases(
  document: PolicyDocument,
  { account, region }: { account: string | undefined; region: string | undefined },
  deps: CheckDeps,
): Promise<AskedAliases> {
  const named = region === undefined ? namedRegions(document, account) : [region];
  const regions = named.length > 0 ? named : [await deps.homeRegion()];
  if (account !== undefined) await assertOwn(account, regions[0] ?? '', deps);
  const lookups = regions.flatMap((region) =>
    keysFor(document, account, region)
      .filter(isAlias)
      .map((alias) => ({ alias, region })),
  );
  const problems: Problem[] = [];
  for (let next = 0; next < lookups.length; next += AT_ONCE) {
    const answers = lookups.slice(next, next + AT_ONCE).map(({ alias, region }) => ask(alias, region, deps));
    problems.push(...(await Promise.all(answers)).flat());
  }
  const asked = new Set(lookups.map(({ alias }) => JSON.stringify(alias.path))).size;
  const left = namedKeys(document).filter(isAlias).length - asked;
  const rest = left === 0 ? '' : `; ${left} not, which other accounts get (--account says which is yours)`;
  return { problems, summary: `${asked} ${asked === 1 ? 'alias' : 'aliases'} asked in ${regions.join(', ')}${rest}` };
}

/** KMS answers whoever asks for their own account. */
async function assertOwn(account: string, region: string, deps: CheckDeps): Promise<void> {
  const caller = await deps.caller(region);
  if (caller.account === account) return;
  const message = `expected credentials of account ${account} (--account), found those of ${caller.account} (${caller.arn}): KMS answers for the account of the credentials alone`;
  throw new ResealError('unreadable', message);
}

function isAlias({ key }: NamedKey): boolean {
  return key.startsWith('alias/');
}

async function ask({ key, path }: NamedKey, region: string, { hasAlias }: CheckDeps): Promise<Problem[]> {
  if (await hasAlias(region, key)) return [];
  const found = `"${key}", which KMS does not know there`;
  return [{ path, expected: `an alias that your account has in ${region}`, found }];
}
