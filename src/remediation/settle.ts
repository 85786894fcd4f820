import type { JobRequest } from '../ledger/job-item.ts';
import type { Terms, Unless } from '../aws/ledger/bucket-table.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import { causeRow } from '../cause.ts';
import { launchMessage } from '../intake/open-job-message.ts';
import type { BucketItem, LookRecord } from '../ledger/bucket-item.ts';
import { changeOf, type End, type ItemChange, repairsOf } from '../ledger/ending.ts';
import { withRepairs } from '../ledger/repairs.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import type { Facts } from '../policy/facts.ts';
import type { Reason } from '../policy/model.ts';
import { type Busy, busyOf, type Claimed } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { nextTryIn, tryAgain } from './later.ts';
import { livingItem, type Look, type LookAgain, type Outcome, recordOf, tagEnd } from './look.ts';
import { present } from '../present.ts';

/** What the end of a story rests on: its claim, or what was read of the ledger, or nothing that was read. */
export interface Basis {
  look: Look;
  claimed?: Claimed | undefined;
  item?: BucketItem | undefined;
  /** Where nothing was read: what must not be there, or must be, so that there is nothing to do. */
  unless?: Unless;
}

export type Settled =
  | { kind: 'settled'; verdict: string }
  | Busy
  | LookAgain
  /** Nothing was written, because there is work to do; `item` says which. */
  | { kind: 'due'; item: BucketItem };

/**
 * The one place where a story's end is written to the ledger. An end is not written over a newer look, over one under a newer policy, nor
 * while another invocation has the bucket; only a claim's owner ends it; what is pending stays until it is done. Jobs are queued with the end or
 * not at all, and then somebody is asked to launch them.
 */
export async function settle(
  end: End,
  basis: Basis,
  deps: AssessDeps,
  jobs: readonly JobRequest[] = [],
): Promise<Settled> {
  const { look, claimed } = basis;
  const known = claimed?.item ?? basis.item ?? look.item;
  const holder = claimed === undefined && known !== undefined ? busyOf(known, look, deps) : undefined;
  if (holder !== undefined) return holder;
  const item = known === undefined ? undefined : livingItem(known, look);
  const change = changeOf(end, item);
  const done: Settled = { kind: 'settled', verdict: String(change.set['verdict']) };
  // A bucket that never was there is not made by its end.
  const isGone = end.look.verdict === 'gone';
  if (isGone && known !== undefined && known.rev === undefined) return done;
  const terms = termsOf(end, basis, known, change);
  const { written, item: now } = await deps.ledger.settle(look.id, change, terms, jobs);
  if (written && jobs.length > 0) await askToLaunch(look, jobs, deps);
  if (written || isWritten(end, now) || (isGone && now.rev === undefined)) return done;
  if (claimed !== undefined) {
    deps.log.warn('claim lost', { bucket: bucketText(look.id), owner: claimed.owner, jobs: jobs.length });
    await keepRepair(end, claimed, now, deps);
    return done;
  }
  const busy = busyOf(now, look, deps);
  if (busy !== undefined) return busy;
  const isStale = end.tagRead !== undefined && end.tagRead.rev !== now.rev;
  if (known !== undefined || isStale || isNewer(now, look)) return { kind: 'look-again', item: now };
  if (basis.unless !== undefined) return { kind: 'due', item: now };
  // Only what must be read before it is written over: a drift, or the work of an invocation that died.
  return settle(end, { ...basis, item: now }, deps, jobs);
}

/** Where the question is lost, the next sweep of the account asks it. */
async function askToLaunch({ id, trigger }: Look, jobs: readonly JobRequest[], deps: AssessDeps): Promise<void> {
  for (const { token, objectClass, method } of jobs)
    deps.log.info('job queued', { token, objectClass, method, bucket: bucketText(id), causeId: trigger.causeId });
  try {
    await deps.askToLaunch(launchMessage(id.account));
  } catch (error) {
    deps.log.error('launch not asked for', { account: id.account, error: whyOf(error) });
  }
}

const MOST_TRIES = 3;

/** A lease may seem over to a clock that is wrong. Whoever has the bucket then goes on; that a rule was replaced is recorded all the same. */
async function keepRepair(end: End, { item }: Claimed, now: BucketItem, deps: AssessDeps): Promise<void> {
  const { look } = end;
  const made = repairsOf(end, item);
  let known = now;
  for (let tries = 1; made.length > 0 && tries <= MOST_TRIES; tries += 1) {
    const set = { repairs: withRepairs(known, made) };
    const told = await deps.ledger.settle(look, { set, remove: [] }, { kind: 'read', rev: known.rev });
    if (told.written) return;
    known = told.item;
  }
}

function termsOf(
  { trigger, look: record, tagRead }: End,
  { look, claimed, unless }: Basis,
  known: BucketItem | undefined,
  { setOnce }: ItemChange,
): Terms {
  if (claimed !== undefined) return { kind: 'owner', owner: claimed.owner };
  if (known !== undefined) return { kind: 'read', rev: known.rev };
  return {
    kind: 'unread',
    lookedAt: look.lookedAt,
    policyOrder: look.policy.order,
    ...(causeRow(trigger.cause).isDrift ? { driftAt: trigger.at } : {}),
    ...present({ unless, read: tagRead }),
    ...(setOnce?.['belowSince'] === undefined ? {} : { begins: true }),
    ...(record.verdict === 'gone' ? { exists: true } : {}),
  };
}

/** True where the ledger speaks of something newer than this look, or was written under a newer policy. */
export function isNewer({ asOf, policyOrder }: BucketItem, { lookedAt, policy }: Look): boolean {
  return (asOf !== undefined && asOf > lookedAt) || (policyOrder ?? 0) > policy.order;
}

/** The answer to a write may be lost; the same write again finds that it was made. */
function isWritten({ look }: End, now: BucketItem): boolean {
  return (
    now.claimOwner === undefined &&
    now.assessedAt === look.assessedAt &&
    now.causeId === look.causeId &&
    now.verdict === look.verdict
  );
}

export type StoryAnswer = Promise<Outcome | Busy | LookAgain>;

/** Settles a verdict that changes nothing, and says so. */
export async function settled(end: End, basis: Basis, deps: AssessDeps): StoryAnswer {
  const answer = await settle(end, basis, deps);
  if (answer.kind === 'busy' || answer.kind === 'look-again') return answer;
  const { verdict, reasons, observed } = end.look;
  return {
    kind: verdict as Exclude<Outcome['kind'], 'ignored' | 'forwarded' | 'deferred'>,
    reasons,
    ...(observed === true ? { observed } : {}),
    jobs: 0,
  } as Outcome;
}

/** Never written to and never treated as unencrypted: tried again with growing delays, then parked by name. */
export async function unreadable(
  reasons: Reason[],
  basis: Basis & { rule?: string; facts?: Facts; mayHaveWritten?: boolean; isLast?: boolean },
  deps: AssessDeps,
): StoryAnswer {
  const { look } = basis;
  const { trigger } = look;
  const delaySeconds = basis.isLast === true ? undefined : nextTryIn(trigger, deps);
  const next: Partial<LookRecord> =
    delaySeconds === undefined
      ? PARKED
      : { nextTryAt: new Date(deps.now().getTime() + delaySeconds * 1_000).toISOString() };
  const record = recordOf(look, {
    verdict: 'unreadable',
    reasons: boundedReasons(reasons),
    attempt: trigger.attempt + 1,
    ...next,
    ...present({ rule: basis.rule }),
  });
  const mayHaveWritten = basis.mayHaveWritten === true ? { mayHaveWritten: true } : {};
  const tag = tagEnd(look, basis.facts ?? {});
  const outcome = await settled({ look: record, trigger, ...tag, ...mayHaveWritten }, basis, deps);
  if (outcome.kind === 'unreadable' && delaySeconds !== undefined) await tryAgain(trigger, deps);
  return outcome;
}

/** What a look says after the last try: every sweep tries the bucket again until somebody can read it. */
export const PARKED: Partial<LookRecord> = { parked: true, nextTry: 'at the next sweep' };

/** A name that is nobody's any more, or not ours: what is remembered of the bucket is closed. A bucket that never was there is not made. */
export async function gone(look: Look, reason: Reason, deps: AssessDeps): StoryAnswer {
  const end: End = { look: recordOf(look, { verdict: 'gone', reasons: [] }), trigger: look.trigger };
  const answer = await settle(end, { look }, deps);
  return answer.kind === 'settled' || answer.kind === 'due' ? { kind: 'ignored', reasons: [reason], jobs: 0 } : answer;
}
