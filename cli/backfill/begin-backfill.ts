import { ResealError } from '../../src/errors.ts';
import { parseSweepAnswer, type SweepAnswer } from '../../src/intake/sweep-answer.ts';
import { askedUsd } from '../../src/policy/plan/ceiling.ts';
import type { OrganizationSweep, SweepScope } from '../../src/ledger/sweep-item.ts';
import { present } from '../../src/present.ts';
import { few } from '../../src/problem.ts';
import type { PlanFilter, PlanSurvey, PlanTotals } from '../plan/planned-bucket.ts';
import { priceWords } from '../plan/plan-words.ts';
import { UsageError } from '../usage-error.ts';

/** What the function sweep is invoked with, by this command or by hand (docs/status.md). */
export type SweepPayload = SweepScope & { observe?: true };

/** As many names as one payload and one item of the ledger may have. */
const MOST_NAMES = 1_000;

/** The same filter as the function reads it. Throws UsageError. */
export function payloadOf({ accounts, ous, regions, buckets, rule }: PlanFilter, observe: boolean): SweepPayload {
  const lists = { account: accounts === 'all' ? undefined : accounts, ou: ous, region: regions, bucket: buckets };
  for (const [name, list] of Object.entries(lists))
    if (list !== undefined && list.length > MOST_NAMES)
      throw new UsageError(`expected at most ${MOST_NAMES} names after --${name}, found ${list.length}`);
  return present({ accounts: lists.account, ous, regions, buckets, rule, observe: observe || undefined });
}

/** US dollars, as a person writes them. Throws UsageError. */
export function ceilingOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const usd = /^\$?(\d+(?:\.\d{1,2})?)$/.exec(text)?.[1];
  if (usd === undefined) throw new UsageError(`expected US dollars after --ceiling (25 or 25.50), found ${text}`);
  return Number(usd);
}

/** Why a plan costs too much, if it does: its price with the first month of what stays to be paid, or what that is at the least. */
export function aboveCeiling({ price }: PlanTotals, ceiling: number | undefined): string | undefined {
  if (ceiling === undefined || askedUsd(price) <= ceiling) return undefined;
  return `The price of ${priceWords(price)} is above --ceiling ${priceWords({ usd: ceiling, atLeast: false })}: nothing is begun. Name fewer buckets, or a higher ceiling.`;
}

/** Where a ceiling is asked for, and the plan cannot say whether that holds: of what was not read or not counted nobody knows the price. */
export function unsureOfCeiling(
  { price, verdicts }: PlanTotals,
  { unentered, unlisted, unruled }: PlanSurvey,
  ceiling: number | undefined,
): string | undefined {
  if (ceiling === undefined) return undefined;
  const unseen = unentered.length + unlisted.length + unruled + verdicts.unreadable;
  if (!price.atLeast && unseen === 0) return undefined;
  return `At least ${priceWords({ usd: price.usd, atLeast: false })}, and how much more is not known: whether that stays below --ceiling ${priceWords({ usd: ceiling, atLeast: false })} nobody can say.`;
}

/** What goes on already. Two sweeps side by side lose nothing: whatever both look at is looked at twice. */
export function besideLines(unfinished: readonly OrganizationSweep[]): string[] {
  if (unfinished.length === 0) return [];
  return [
    ...unfinished.map(
      ({ sweep, at, observe, scope }) =>
        `Sweep ${sweep} of ${at} (${scopeWords(scope)}${observe ? ', only observed' : ''}) has not ended.`,
    ),
    'Sweeps go on side by side, and nothing is lost: a bucket of two is looked at twice, and no job is started twice.',
  ];
}

export function scopeWords({ accounts, ous, regions, buckets, prefix, rule }: SweepScope): string {
  const parts = [
    listWords('accounts', accounts),
    listWords('units', ous),
    listWords('Regions', regions),
    listWords('buckets', buckets),
    ...(prefix === undefined ? [] : [`buckets whose names begin with ${prefix}`]),
    ...(rule === undefined ? [] : [`rule ${rule}`]),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

function listWords(what: string, list: readonly string[] | undefined): string {
  return list === undefined ? '' : `${what} ${few(list)}`;
}

/**
 * Has the function begin a sweep. Throws ResealError function-failed; a function of an older version does not know the payload, or answers something else.
 */
export async function invokeSweep(
  invoke: (payload: object) => Promise<unknown>,
  payload: SweepPayload,
  version: string,
): Promise<SweepAnswer> {
  const older = `Is the hub of an older version (its stack says ${version})? Then deploy this version first: docs/upgrade.md. `;
  try {
    return parseSweepAnswer(await invoke(payload));
  } catch (cause) {
    // Lambda's own error says nothing of the function.
    const isUnrun = cause instanceof ResealError && cause.code === 'function-failed' && cause.cause !== undefined;
    const message = `the sweep was not begun as asked: ${(cause as Error).message}. ${isUnrun ? '' : older}Whether a sweep has begun, reseal status shows.`;
    throw new ResealError('function-failed', message, { cause });
  }
}
