import { atOnce } from '../at-once.ts';
import { errorName, failureOf, isOutOfTime, isSessionRefused, isShutOut, whyOf } from '../aws/sdk/service-error.ts';
import { launchMessage } from '../intake/open-job-message.ts';
import { type SweepAccount, sweepPartMessage } from '../intake/sweep-part-message.ts';
import { type AccountItem, isShut, NO_ORGANIZATION } from '../ledger/account-item.ts';
import type { SweepCounts, SweepEnd, Swept } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import { type EndDeps, endAccount } from './end-sweep.ts';
import { type LookDeps, lookAtAccount } from './look-at-account.ts';
import { type PlaceDeps, sweepPlace } from './sweep-place.ts';

export interface AccountDeps extends LookDeps, PlaceDeps, EndDeps {
  /** The Regions that the account has turned on. Throws where it may not be asked. */
  regionsOf: (account: string) => Promise<string[]>;
  /** Those in which it has general purpose buckets, which is all that can be known otherwise. */
  regionsOfBuckets: (account: string) => Promise<string[]>;
  /** The queue of jobs, which may have some to launch. */
  jobQueueUrl: string;
  /** Puts a message into the queue of the function itself. */
  sendLater: (body: string, group: string, delaySeconds: number) => Promise<void>;
}

/** What became of an account: its Regions are all swept, or go on in parts or by another message. */
export interface AccountResult {
  sweep: string;
  account: string;
  observe: boolean;
  /** How many were looked at by this message. */
  regions?: number;
  /** Why nothing of it was swept, or not all of it. */
  why?: string;
  /** Why AWS Organizations did not say where the account is. */
  unread?: string;
  /** Regions that are swept by another message: there was no time left, or they could not be read. */
  left?: number;
  /** Of the whole sweep, where this account was the last. */
  ended?: SweepEnd;
}

/** Sweeps one account, Region by Region. One that comes twice, or again after a crash, goes on where it was. */
export async function sweepAccount(task: SweepAccount, swept: Swept, deps: AccountDeps): Promise<AccountResult> {
  const { account } = task;
  const told = { sweep: swept.id, account, observe: swept.observe };
  const before = await deps.sweeps.readAccount(swept.id, account);
  if (before?.listed === true) return { ...told, ...(await ended(swept, account, deps)) };
  const first = await begin(account, swept, deps);
  const isLast = task.tries >= MOST_TRIES;
  if (first.passes === true && !isLast) {
    await sendAgain(task, true, deps);
    return { ...told, ...present({ why: first.why }), left: 1 };
  }
  const done = new Set([...(await deps.sweeps.placesOf(swept.id, account)).keys(), ...(before?.large ?? [])]);
  const regions = first.regions.filter((region) => !done.has(region));
  const { large, left, failed } = await sweepRegions(regions, { task, swept }, deps);
  const tryAgain = failed.filter(({ passes }) => passes && !isLast);
  const final = await withBuckets(
    failed.filter((each) => !tryAgain.includes(each)),
    { task, swept },
    deps,
  );
  const why = first.why ?? whyNot(final) ?? before?.why;
  const again = left.length + tryAgain.length;
  if (again === 0 && first.regions.length > 0 && !swept.observe)
    await deps.queues.sendAll(deps.jobQueueUrl, [{ body: launchMessage(account), group: account }]);
  const state = { large: [...(before?.large ?? []), ...large], listed: again === 0 || undefined, why };
  await deps.sweeps.account(swept, account, present(state));
  const answer = { ...told, regions: regions.length, ...present({ why, unread: first.unread }) };
  if (again === 0) return { ...answer, ...(await ended(swept, account, deps)) };
  await sendAgain(task, tryAgain.length > 0, deps);
  return { ...answer, left: again };
}

const ended = async (swept: Swept, account: string, deps: AccountDeps) =>
  present({ ended: await endAccount(swept, account, deps) });

/** The Regions to sweep, and why these are none, or not all that there may be; `passes` where another try may tell. */
interface Beginning {
  regions: string[];
  why?: string;
  passes?: true;
  unread?: string;
}

async function begin(account: string, swept: Swept, deps: AccountDeps): Promise<Beginning> {
  try {
    const { item } = await lookAtAccount(account, deps, { sweeps: true });
    const { unread } = item;
    const beginning = whyShut(item, swept) ?? (await regionsFor(account, swept, deps));
    return unread === undefined || unread === NO_ORGANIZATION ? beginning : { ...beginning, unread };
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    return { regions: [], why: `it could not be looked at (${whyOf(error)})`, passes: true };
  }
}

/** Without a `why` the account is none of those that can be swept: it is shut, has left, or was not asked for. */
function whyShut({ state, role, ouPath }: AccountItem, { scope: { ous } }: Swept): Beginning | undefined {
  const regions: string[] = [];
  if (isShut(state) || state === 'OUTSIDE') return { regions };
  if (ous !== undefined && ouPath === undefined)
    return { regions, why: 'where it is in the organization is not known', passes: true };
  if (ous !== undefined && !ous.some((ou) => isUnder(ouPath ?? '', ou))) return { regions };
  return role.there ? undefined : { regions, why: role.why ?? 'it lets nobody in' };
}

/** A unit is named by its id, or by the beginning of a path; `ou-ab12-1` never takes `ou-ab12-12` for its own. */
export function isUnder(ouPath: string, ou: string): boolean {
  return ou.includes('/') ? ouPath.startsWith(ou.endsWith('/') ? ou : `${ou}/`) : ouPath.split('/').includes(ou);
}

/** Where the account's own list cannot be read, the Regions are those that have buckets, and that is said. */
async function regionsFor(account: string, { scope }: Swept, deps: AccountDeps): Promise<Beginning> {
  if (scope.regions !== undefined) return { regions: [...new Set(scope.regions)] };
  try {
    return { regions: await deps.regionsOf(account) };
  } catch (error) {
    if (failureOf(error) !== 'denied') throw error;
    const why = `only Regions with general purpose buckets were swept, because the others could not be listed (${whyOf(error)}): deploy infra/member/roles.yml of this version there, and see that no policy of the organization denies it`;
    return { regions: await deps.regionsOfBuckets(account), why };
  }
}

const REGIONS_AT_ONCE = 4;
/** With less than this left of the 15 minutes, no other Region is begun: to ask its buckets where they log takes time. */
const BEGIN_WHILE_LEFT_MS = 660_000;

interface Outcome {
  /** Regions that go on in parts. */
  large: string[];
  /** Regions for which there was no time. */
  left: string[];
  /** Regions that could not be read, and whether that may pass. */
  failed: Failed[];
}

interface Failed {
  region: string;
  why: string;
  isDenied: boolean;
  passes: boolean;
}

/** Sweeps Regions; one that fails costs no other one anything. */
async function sweepRegions(
  regions: readonly string[],
  { task, swept }: { task: SweepAccount; swept: Swept },
  deps: AccountDeps,
): Promise<Outcome> {
  const outcome: Outcome = { large: [], left: [], failed: [] };
  let begun = 0;
  await atOnce(regions, REGIONS_AT_ONCE, async (region) => {
    const place = { account: task.account, region };
    begun += 1;
    if (begun > 1 && deps.timeLeftMs() < BEGIN_WHILE_LEFT_MS) return void outcome.left.push(region);
    try {
      const counts = await sweepPlace(swept, place, deps);
      if (counts === undefined) outcome.large.push(region);
      else if (hasAny(counts)) await deps.sweeps.placeEnd(swept, place, counts);
    } catch (error) {
      const isDenied = failureOf(error) === 'denied';
      outcome.failed.push({
        region,
        why: whyOf(error),
        isDenied,
        passes: !isShutOut(error) && !isSessionRefused(errorName(error)),
      });
    }
  });
  return outcome;
}

/**
 * Many organizations deny all Regions but a few (Organizations guide, example SCPs): where that is all that is wrong, and the account has no bucket there,
 * nothing was passed over.
 */
async function withBuckets(
  failed: readonly Failed[],
  { task, swept }: { task: SweepAccount; swept: Swept },
  deps: AccountDeps,
): Promise<readonly Failed[]> {
  if (failed.length === 0 || swept.scope.regions !== undefined) return failed;
  try {
    const regions = new Set(await deps.regionsOfBuckets(task.account));
    return failed.filter(({ region, isDenied }) => !isDenied || regions.has(region));
  } catch (error) {
    if (isOutOfTime(error)) throw error;
    return failed;
  }
}

/** Why Regions were not swept; the first of them stands for all. */
function whyNot([first, ...others]: readonly Failed[]): string | undefined {
  if (first === undefined) return undefined;
  const and = others.length === 0 ? '' : `, and ${others.map(({ region }) => region).join(', ')} neither`;
  return `${first.region} was not swept (${first.why})${and}`;
}

/** To look at an empty Region again costs less than to remember it. */
function hasAny({ buckets = 0, unlisted = 0 }: Partial<SweepCounts>): boolean {
  return buckets + unlisted > 0;
}

/** How often an account comes back of which something could not be read. */
const MOST_TRIES = 2;
const AGAIN_SECONDS = 60;

async function sendAgain(task: SweepAccount, hasFailed: boolean, { sendLater }: AccountDeps): Promise<void> {
  const tries = task.tries + (hasFailed ? 1 : 0);
  await sendLater(sweepPartMessage({ ...task, tries }), task.account, hasFailed ? AGAIN_SECONDS : 0);
}
