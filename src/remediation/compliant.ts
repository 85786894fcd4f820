import type { BucketItem } from '../ledger/bucket-item.ts';
import { causeRow } from '../cause.ts';
import { isCovered } from '../ledger/covered.ts';
import { jobMessage } from '../intake/open-job-message.ts';
import { driftAt, earliest, ruleOfDrift, surelyWeakened } from '../ledger/drift.ts';
import { mayHaveReplaced } from '../ledger/due-work.ts';
import type { End, ObjectsEnd } from '../ledger/ending.ts';
import { type OpenUploads, withWindowAgain } from '../ledger/open-uploads.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import { busyOf, type Claimed, claimBucket, isBegunOver } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { endOf, livingItem, type Look } from './look.ts';
import { objectReasonsNow } from './object-reasons-now.ts';
import { dueIn, type Judgement, type Objects, type Page, planObstacles, postponed, reencrypt } from './objects.ts';
import { priceOfDue } from './price.ts';
import { isNewer, settle, type Settled } from './settle.ts';
import { type InFlight, listDue, lookAtUploads } from './uploads-in-flight.ts';
import { withUploads } from './uploads-left.ts';
import { backfillId } from '../policy/plan/job-token.ts';
import { present } from '../present.ts';

type Kept =
  | Settled
  /** The ledger remembers access logs that come here, or an ACL that lets a service write: the bucket is to be judged with that. */
  | { kind: 'log-target'; item: BucketItem; claimed: Claimed | undefined }
  /** An older drift than the newest known: what was written since is looked for by a later look, once for all such events. */
  | { kind: 'later' };

/** A bucket on which there is a verdict, with its claim where it may be changed. */
export interface Judged extends Judgement {
  claimed?: Claimed | undefined;
  /** What was read of the ledger for the verdict. */
  item?: BucketItem | undefined;
  /** True where nothing may be changed. */
  observe: boolean;
}

/** The end of a compliant bucket's story, and the jobs that were queued for objects of which nobody had thought. */
interface KeptBucket {
  settled: Kept;
  jobs: number;
  again: boolean;
}

/**
 * A compliant bucket costs one ledger write. Where that write finds work that was never done (objects never planned under `all`, a drift
 * that somebody else ended, or a repair whose invocation died before its jobs), the work is taken up here.
 */
export async function keepCompliant(given: Judged, deps: AssessDeps): Promise<KeptBucket> {
  const { look, claimed } = given;
  const item = claimed?.item ?? (await memoryOf(given, deps));
  if (item === undefined) {
    const unless = unlessOf(given);
    const settled = await settle(compliantEnd(given), { look, unless }, deps);
    return settled.kind === 'due' ? withItem(given, settled.item, deps) : kept(settled);
  }
  const busy = claimed === undefined ? busyOf(item, look, deps) : undefined;
  if (busy !== undefined) return kept(busy);
  if (claimed === undefined && look.item === undefined && isNewer(item, look)) {
    return kept({ kind: 'look-again', item });
  }
  return withItem(given, item, deps);
}

function kept(settled: Kept, objects?: Objects): KeptBucket {
  return { settled, jobs: objects?.jobs.length ?? 0, again: objects?.again ?? false };
}

/** The item, where the look or its trigger asks for more than one unread write: a drift that somebody else may have ended. */
async function memoryOf({ look, decided, observe }: Judged, deps: AssessDeps): Promise<BucketItem | undefined> {
  if (look.item !== undefined) return look.item;
  const isEnded = surelyWeakened(look.trigger) && decided.standard.reencrypt !== 'none' && !observe;
  return isEnded ? deps.ledger.read(look.id) : undefined;
}

async function withItem(given: Judged, read: BucketItem, deps: AssessDeps): Promise<KeptBucket> {
  const { look, observe } = given;
  const item = livingItem(read, look);
  const claimed = given.claimed === undefined ? undefined : withoutOwnBeginning(given.claimed, given);
  const { logTarget, aclWriters } = unlessOf(given);
  if ((logTarget && (item.logSources ?? []).length > 0) || (aclWriters && item.aclWriters === true)) {
    return kept({ kind: 'log-target', item: read, claimed: given.claimed });
  }
  const pending = present({ pending: item.pending && (claimed?.pending ?? item.pending) });
  const due = dueIn(given, { item, ...pending, repaired: false });
  if (observe) {
    const price = present({ price: await priceOfDue(due.scopes, given, deps) });
    return kept(await settle(compliantEnd(given, undefined, price), { look, claimed, item: read }, deps));
  }
  await askAgain(given, item, deps);
  const isIdle = due.scopes.length === 0 && !mayHaveReplaced(pending.pending);
  const known = given.decided.standard.reencrypt === 'none' ? undefined : item.openUploads;
  const seen = known === undefined || !isIdle ? undefined : await lookAtUploads(given, known, deps);
  if (isIdle && seen?.inFlight === undefined) return idle({ ...given, claimed }, read, seen?.waitsFor, deps);
  if (claimed === undefined && mayWait(given, item)) return later(given, read, deps);
  return withDue({ ...given, claimed }, { read, known, inFlight: seen?.inFlight }, deps);
}

/** Nothing is to be planned: at most, uploads keep a window open still. */
async function idle(
  given: Judged,
  item: BucketItem,
  openUploads: OpenUploads | undefined,
  deps: AssessDeps,
): Promise<KeptBucket> {
  const { look, claimed } = given;
  const end = { ...compliantEnd(given, NOTHING_DUE), ...present({ openUploads }) };
  const settled = kept(await settle(end, { look, claimed, item }, deps));
  return { ...settled, again: openUploads !== undefined && (look.trigger.sends ?? 0) > 0 };
}

/** What is due is planned, the window of uploads that were in flight with it. */
async function withDue(
  given: Judged,
  { read, known, inFlight }: { read: BucketItem; known: OpenUploads | undefined; inFlight: InFlight | undefined },
  deps: AssessDeps,
): Promise<KeptBucket> {
  const { look, claimed } = given;
  const item = withWindowAgain(livingItem(read, look));
  const work = { item, ...present({ pending: item.pending && (claimed?.pending ?? item.pending) }), repaired: false };
  const due = dueIn(given, work);
  const listed = await listDue(given, due, deps, due.backfilled !== undefined && known === undefined);
  const seen = { due, inFlight: inFlight ?? listed.inFlight, known };
  const planning: Planning = { page: listed.page, seen };
  if (claimed !== undefined) return withClaim({ ...given, claimed }, planning, deps);
  if (bringsNoJob(listed.page, given) && planObstacles(given, deps).length === 0) {
    const planned = await reencrypt(given, work, listed.page, deps);
    const { objects, ...uploads } = await withUploads(given, planned, seen, deps);
    const end = { ...compliantEnd(given, objects.end), ...uploads };
    return kept(await settle(end, { look, item: withWindowAgain(read) }, deps), objects);
  }
  const taken = await claimBucket({ ...look, item: read }, undefined, deps);
  return taken.kind === 'claimed' ? withClaim({ ...given, claimed: taken }, planning, deps) : kept(taken);
}

/** What a plan rests on. */
interface Planning {
  page: Page;
  seen: Parameters<typeof withUploads>[2];
}

/** What jobs left undone is asked for again by each sweep. */
async function askAgain(
  { look, decided }: Judged,
  { undone = new Set() }: BucketItem,
  deps: AssessDeps,
): Promise<void> {
  if (look.trigger.cause !== 'sweep' || decided.standard.reencrypt === 'none') return;
  for (const token of undone) await deps.askToLaunch(jobMessage({ token, again: true }));
}

const NOTHING_DUE: ObjectsEnd = { kind: 'nothing-due' };

/** Then no job comes of it, and nobody needs to be kept away from the bucket. */
function bringsNoJob(page: Page, { decided }: Judged): boolean {
  if ('stays' in page) return true;
  // The page has current versions alone.
  if (decided.standard.versions === 'all') return false;
  return 'objects' in page && page.objects.length === 0 && !page.truncated;
}

async function withClaim(
  given: Judged & { claimed: Claimed },
  { page, seen }: Planning,
  deps: AssessDeps,
): Promise<KeptBucket> {
  const { look } = given;
  const claimed = { ...given.claimed, item: withWindowAgain(given.claimed.item) };
  const work = { item: claimed.item, pending: claimed.pending, repaired: false };
  const { obstacles, facts } = await objectReasonsNow(given, deps);
  const planned =
    obstacles.length > 0
      ? postponed(boundedReasons(obstacles), dueIn(given, work))
      : await reencrypt({ ...given, facts }, work, page, deps);
  const { objects, ...uploads } = await withUploads(given, planned, seen, deps);
  const end = { ...compliantEnd(given, objects.end), ...uploads };
  return kept(await settle(end, { look, claimed }, deps, objects.jobs), objects);
}

/** A bucket that was claimed as below and judged compliant after all: nothing was replaced, so nothing is pending. */
function withoutOwnBeginning(claimed: Claimed, { look }: Judgement): Claimed {
  if (!isBegunOver(claimed, look.found)) return claimed;
  const { replaced: _, ...pending } = claimed.pending;
  return { ...claimed, pending, item: { ...claimed.item, pending } };
}

/**
 * Events may come in any order: only the newest is answered at once, so that many old ones do not get a job each. The others wait for one
 * more look, which is answered for all of them.
 */
function mayWait({ look }: Judgement, item: BucketItem): boolean {
  const { trigger, lookedAt } = look;
  if (item.pending !== undefined || (trigger.sends ?? 0) > 0 || !causeRow(trigger.cause).isDrift) return false;
  if (isAwaited(item, look)) return true;
  const at = driftAt(trigger, lookedAt);
  return (
    at !== undefined &&
    item.lastDrift !== undefined &&
    Date.parse(item.lastDrift.at) > Date.parse(at) &&
    surelyWeakened(trigger) &&
    !isCovered(item.covered, at, ruleOfDrift(trigger))
  );
}

function isAwaited({ belowSince, nextTryAt }: BucketItem, { lookedAt }: Look): boolean {
  return belowSince !== undefined && nextTryAt !== undefined && nextTryAt > lookedAt;
}

/** Remembers since when, and looks once more when the other events have come. */
async function later(given: Judged, item: BucketItem, deps: AssessDeps): Promise<KeptBucket> {
  const { look } = given;
  const { trigger, lookedAt } = look;
  const awaited = isAwaited(item, look) ? item.nextTryAt : undefined;
  const nextTryAt = awaited ?? new Date(deps.now().getTime() + deps.retrySeconds * 1_000).toISOString();
  const drift = surelyWeakened(trigger) ? driftAt(trigger, lookedAt) : undefined;
  const isKnown = isCovered(item.covered, trigger.at, ruleOfDrift(trigger));
  const from = earliest([item.belowSince, isKnown ? undefined : drift]);
  const end = compliantEnd(given, { kind: 'postponed', leftovers: [], jobs: [], ...present({ from }) });
  const settled = await settle({ ...end, look: { ...end.look, nextTryAt } }, { look, item }, deps);
  return settled.kind === 'settled' && awaited === undefined ? kept({ kind: 'later' }) : kept(settled);
}

function compliantEnd(judged: Judged, objects?: ObjectsEnd, over: Partial<End['look']> = {}): End {
  return { ...endOf(judged, over), ...(judged.observe ? { onlyRecorded: true } : {}), ...present({ objects }) };
}

function unlessOf({ look, decided, facts, observe }: Judged) {
  const { reencrypt } = decided.standard;
  const { trigger, found, item } = look;
  const isUnderKey = found.algorithm !== undefined && found.algorithm !== 'AES256';
  return {
    below: reencrypt !== 'none' && !observe,
    // A sweep has just said it; else the ledger remembers.
    logTarget: trigger.logSources === undefined && isUnderKey,
    // Where an ACL let a service write, it is read again, once.
    aclWriters: facts.acl === undefined && item?.aclWriters !== true && isUnderKey,
    ...(reencrypt === 'all' ? { notBackfilledFor: backfillId(decided) } : {}),
  };
}
