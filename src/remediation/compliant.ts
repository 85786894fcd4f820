import type { BucketItem } from '../ledger/bucket-item.ts';
import { causeRow } from '../cause.ts';
import { isCovered } from '../ledger/covered.ts';
import { driftAt, earliest } from '../ledger/drift.ts';
import { mayHaveReplaced } from '../ledger/due-work.ts';
import type { End, ObjectsEnd } from '../ledger/ending.ts';
import { boundedReasons } from '../policy/bounded-reasons.ts';
import { objectReasons, objectsLack } from '../policy/repair-reasons.ts';
import type { Facts } from '../policy/facts.ts';
import type { Reason } from '../policy/model.ts';
import { busyOf, type Claimed, claimBucket, isBegunOver } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import { factReading, readStage } from './gather.ts';
import { endOf, knownOf, livingItem, type Look } from './look.ts';
import {
  dueIn,
  type Judgement,
  listPage,
  type Objects,
  type Page,
  planObstacles,
  postponed,
  reencrypt,
  idOf,
} from './objects.ts';
import { isNewer, settle, type Settled } from './settle.ts';
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
  /** True where nothing may be changed. */
  observe: boolean;
}

/** The end of a compliant bucket's story, and the jobs that were started for objects of which nobody had thought. */
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
  return { settled, jobs: objects?.started.length ?? 0, again: objects?.again ?? false };
}

/** The item, where the look or its trigger asks for more than one unread write: a drift that somebody else may have ended. */
async function memoryOf({ look, decided, observe }: Judged, deps: AssessDeps): Promise<BucketItem | undefined> {
  if (look.item !== undefined) return look.item;
  const isEnded = causeRow(look.trigger.cause).coversObjects && decided.standard.reencrypt !== 'none' && !observe;
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
  const work = { item, ...pending, repaired: false };
  const due = dueIn(given, work);
  if (observe) return kept(await settle(compliantEnd(given), { look, claimed, item: read }, deps));
  if (due.scopes.length === 0 && !mayHaveReplaced(pending.pending)) {
    return kept(await settle(compliantEnd(given, NOTHING_DUE), { look, claimed, item: read }, deps));
  }
  if (claimed === undefined && mayWait(given, item)) return later(given, read, deps);
  const page = await listPage(given, due, deps);
  if (claimed !== undefined) return withClaim({ ...given, claimed }, page, deps);
  if (bringsNoJob(page) && planObstacles(given, deps).length === 0) {
    const objects = await reencrypt(given, work, page, deps);
    return kept(await settle(compliantEnd(given, objects.end), { look, item: read }, deps), objects);
  }
  const taken = await claimBucket({ ...look, item: read }, undefined, deps);
  return taken.kind === 'claimed' ? withClaim({ ...given, claimed: taken }, page, deps) : kept(taken);
}

const NOTHING_DUE: ObjectsEnd = { kind: 'nothing-due' };

/** Then no job comes of it, and nobody needs to be kept away from the bucket. */
function bringsNoJob(page: Page): boolean {
  if ('stays' in page) return true;
  return 'objects' in page && page.objects.length === 0 && !page.truncated;
}

async function withClaim(given: Judged & { claimed: Claimed }, page: Page, deps: AssessDeps): Promise<KeptBucket> {
  const { claimed, look } = given;
  const work = { item: claimed.item, pending: claimed.pending, repaired: false };
  const { obstacles, facts } = await objectReasonsNow(given, deps);
  const objects =
    obstacles.length > 0
      ? postponed(boundedReasons(obstacles), dueIn(given, work))
      : await reencrypt({ ...given, facts }, work, page, deps);
  return kept(await settle(compliantEnd(given, objects.end), { look, claimed }, deps, objects.started), objects);
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
    causeRow(trigger.cause).coversObjects &&
    !isCovered(item.covered, at)
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
  const drift = causeRow(trigger.cause).coversObjects ? driftAt(trigger, lookedAt) : undefined;
  const from = earliest([item.belowSince, isCovered(item.covered, trigger.at) ? undefined : drift]);
  const end = compliantEnd(given, { kind: 'postponed', leftovers: [], jobs: [], ...present({ from }) });
  const settled = await settle({ ...end, look: { ...end.look, nextTryAt } }, { look, item }, deps);
  return settled.kind === 'settled' && awaited === undefined ? kept({ kind: 'later' }) : kept(settled);
}

function compliantEnd(judged: Judged, objects?: ObjectsEnd): End {
  return { ...endOf(judged), ...(judged.observe ? { onlyRecorded: true } : {}), ...present({ objects }) };
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
    ...(reencrypt === 'all' && !observe ? { notBackfilledFor: idOf(decided) } : {}),
  };
}

/**
 * Why the objects of a bucket that is right itself are better left as they are: a reader who has no part in the key. A repair has
 * seen to all that before it wrote the key; of a bucket that had it already nobody has looked.
 */
async function objectReasonsNow(
  { look, decided, facts: known }: Judgement,
  deps: AssessDeps,
): Promise<{ obstacles: Reason[]; facts: Facts }> {
  const { standard, key } = decided;
  if (standard.algorithm === 'AES256' || standard.reencrypt === 'none' || key.kind !== 'found') {
    return { obstacles: [], facts: known };
  }
  const judged = (facts: Facts) => ({ known: knownOf(look, facts, deps), standard, key });
  const more = (facts: Facts) => objectsLack(judged(facts), facts);
  const needs = { facts: more(known), more, keys: { keyPolicy: key.key.arn } };
  const facts = await readStage(needs, known, factReading(look.trigger, deps));
  return { obstacles: objectReasons(judged(facts)), facts };
}
