import { causeRow } from '../../../src/cause.ts';
import { type BucketItem, readBucketItem } from '../../../src/ledger/bucket-item.ts';
import { MOST_ATTEMPTS } from '../../../src/ledger/job-item.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import { sameEncryption } from '../../../src/policy/same-encryption.ts';
import { listedBy, type Task } from './batch-tasks.ts';
import { objectsKept } from './kept.ts';
import { currentIn, encryptionOf, isEncrypted, type StoredObject, versionsIn } from './objects.ts';
import type { History } from './play.ts';
import { type ImaginedPolicy, POLICIES } from './policies.ts';
import { type Change, type Handled, ruleNow, type World } from './world.ts';

const DAYS_30_MS = 30 * 24 * 3_600_000;

/** What is promised of a bucket when everything is quiet, and was not kept: in words, none where all was. */
export function brokenPromises(world: World, history: History): string[] {
  const item = readBucketItem(structuredClone(world.item ?? {}));
  const policy = POLICIES[world.published.at(-1) ?? 0];
  if (policy === undefined) return ['there is no such policy'];
  return [
    ...world.broken,
    ...atRest(world, item, policy),
    ...everyReplacedRule(world, item),
    ...(world.exists ? [...objectsDone(world, policy), ...backfillDone(world, policy), ...objectsKept(world)] : []),
    ...jobsAtRest(world),
    ...fewJobs(world, history),
    ...ownCounts(world, history),
  ];
}

/** True where a rule has all that the standard asks for. */
export function isRight({ algorithm, keyId, bucketKey, blocked }: Encryption, { key }: ImaginedPolicy): boolean {
  if (!(blocked ?? []).includes('SSE-C')) return false;
  return algorithm === 'aws:kms:dsse' || (algorithm === 'aws:kms' && keyId === key && bucketKey === true);
}

/** The bucket has its standard, and nobody works on it or has left work undone. */
function atRest(world: World, item: BucketItem, policy: ImaginedPolicy): string[] {
  if (!policy.enforces) return [];
  const rule = ruleNow(world);
  return [
    ...(world.exists && !isRight(rule, policy)
      ? [`the bucket is left at ${JSON.stringify(rule)}, judged ${item.verdict}: ${JSON.stringify(item.reasons)}`]
      : []),
    ...(item.pending === undefined ? [] : [`work is left pending: ${JSON.stringify(item.pending)}`]),
    ...(item.claimOwner === undefined ? [] : [`claimed by ${item.claimOwner} for ever`]),
  ];
}

/**
 * Every rule that the guardrail replaced in this bucket can be found in its repairs, under the rule that was read directly before: what
 * somebody puts between that read and the write, S3 lets nobody see. A rule that others put back themselves is not lost either.
 */
function everyReplacedRule({ changes, life, exists }: World, { repairs = [], pending }: BucketItem): string[] {
  if (!exists) return [];
  const found = [
    ...repairs.map(({ replaced }) => replaced),
    ...(pending?.replaced === undefined ? [] : [pending.replaced]),
  ];
  return changes.flatMap((change, at) => {
    const { replaced } = change;
    if (change.by !== 'guardrail' || change.life !== life || replaced === undefined) return [];
    const isBack = changes.slice(at + 1).some(({ by, rule }) => by === 'others' && sameEncryption(rule, replaced));
    if (isBack || found.some((rule) => sameEncryption(rule, replaced))) return [];
    return [`${JSON.stringify(replaced)} was replaced for ${change.causeId}, and no repair says so`];
  });
}

/**
 * No object is left below that somebody told of. Promised where the policies of the history differ in nothing but whether they enforce, and
 * none says `none`. Owed are the objects of a time below the standard:
 * - that the guardrail ended, under the rule that it found, and since the first event of that time that had been told by then; or, where no event
 *   had been told, all of them, if the bucket was seen with its standard before;
 * - under SSE-S3 since the encryption was deleted or the bucket was made, if that had been told by then, whatever rule came after it; and since
 *   the encryption was deleted also where that is told later, if somebody else put the standard back or the guardrail found SSE-S3.
 * Not owed (docs/architecture.md, known limits): rules that were put and replaced before a look or an event told of them, what an event other than DeleteBucketEncryption
 * told after the bucket had its standard again, or any event more than 30 days late, and what only an observing or exempting look answered.
 */
function objectsDone(world: World, policy: ImaginedPolicy): string[] {
  const used = world.published.map((each) => POLICIES[each]);
  const isSame = used.every((each) => each?.key === policy.key && each.reencrypt !== 'none');
  if (!isSame || !policy.enforces) return [];
  return objectsIn(
    world,
    used.every((each) => each?.versions),
  )
    .filter((object) => isOwed(object, world, policy) && !isNamed(object, world))
    .map((object) => left(object));
}

/**
 * Where the policy in force is about all objects, each that was there when it was published first is at its standard or named: those from before S3 encrypted everything too. What a job
 * for another standard, which waited for people or still ran, has brought under another key since, the next sweep plans: its window is open.
 */
function backfillDone(world: World, policy: ImaginedPolicy): string[] {
  if (!policy.enforces || policy.reencrypt !== 'all') return [];
  const at = world.published.findIndex((each) => POLICIES[each] === policy);
  const beganMs = world.publishedMs[at] ?? 0;
  return objectsIn(world, policy.versions)
    .filter((object) => object.writtenMs < beganMs && !isObjectRight(object, policy))
    .filter(
      (object) =>
        !isNamed(object, world) &&
        !isBelowItsCopy(object, world) &&
        !(world.item?.['belowSince'] !== undefined && isOfAnother(object, policy)),
    )
    .map((object) => left(object, 'existing object'));
}

function left({ key, version, writtenMs, ...object }: StoredObject, what = 'object'): string {
  const under = JSON.stringify(encryptionOf({ key, version, writtenMs, ...object }));
  return `${what} ${key} (${version}) of ${new Date(writtenMs).toISOString()} is left under ${under}`;
}

/** The objects that a policy is about: current ones, and old versions where it says so. */
function objectsIn(world: World, versions: boolean): StoredObject[] {
  return versions ? versionsIn(world).filter(({ isMarker }) => !isMarker) : currentIn(world);
}

function isObjectRight(object: StoredObject, { key }: ImaginedPolicy): boolean {
  const { algorithm, keyId, bucketKey } = encryptionOf(object);
  return algorithm === 'aws:kms:dsse' || (algorithm === 'aws:kms' && keyId === key && bucketKey === true);
}

function isOfAnother({ reencrypted }: StoredObject, { key }: ImaginedPolicy): boolean {
  return reencrypted !== undefined && reencrypted.keyId !== key;
}

/** What was copied stays as it was below its copy (docs/decisions/0027). */
function isBelowItsCopy(object: StoredObject, world: World): boolean {
  const all = versionsIn(world).filter(({ key }) => key === object.key);
  const next = all[all.indexOf(object) + 1];
  return (next?.copies.length ?? 0) > object.copies.length;
}

/** Failed tasks that nobody tries again. */
const FINAL = 'InvalidRequest';

/**
 * True where a closed job says that this object is not done: the last attempt of its job, one in which it failed for good, or a copy that was refused.
 */
function isNamed({ key, version, ...object }: StoredObject, world: World): boolean {
  const { batch, jobItems } = world;
  if (isNamedByOwn({ key, version, ...object }, world)) return true;
  return [...batch.values()].some(({ token, input, tasks, done, failed, status }) => {
    const item = jobItems.get(token) ?? {};
    const isIt = (task: Task) => task.key === key && (task.version ?? version) === version;
    // Of one that was cancelled before it had a list, nobody knows how many it has left.
    const isUncounted = status === 'Cancelled' && tasks.length === 0;
    const listed = isUncounted ? listedBy(world, input) : { tasks };
    if (!('tasks' in listed) || !listed.tasks.some(isIt) || done.some(isIt)) return false;
    const isSaid =
      isUncounted ||
      Number(item['untried'] ?? 0) > 0 ||
      Number(item['failed'] ?? 0) > 0 ||
      item['status'] === 'refused';
    const isFinal = item['again'] === 'no' || failed.some((task) => isIt(task) && task.code === FINAL);
    return isSaid && isFinal;
  });
}

/** The same of a job that Reseal ran itself: it names each object that failed. Of one that was cancelled nobody knows what it has left. */
function isNamedByOwn({ key, copies }: StoredObject, { jobItems, pieces, failedPieces }: World): boolean {
  return [...jobItems.values()].some(({ token, own, again, status }) => {
    if (own === undefined || again !== 'no') return false;
    if (status === 'cancelled') return !copies.includes(String(token));
    const its = [...pieces.values(), ...failedPieces.values()].filter((each) => each.token === token);
    return its.some((each) => each.kind === 'object' && each.key === String(key) && each.code !== undefined);
  });
}

function isOwed(object: StoredObject, world: World, policy: ImaginedPolicy): boolean {
  const { changes } = world;
  // No rule of the bucket wrote what is not encrypted.
  if (isObjectRight(object, policy) || !isEncrypted(object.rule)) return false;
  const isBelow = (change: Change | undefined) =>
    change !== undefined && change.life === object.life && !isRight(change.rule, policy);
  let first = object.change;
  while (isBelow(changes[first - 1])) first -= 1;
  let end = object.change;
  while (isBelow(changes[end + 1])) end += 1;
  const ending = changes[end + 1];
  const own = changes[object.change];
  if (ending === undefined || own === undefined || ending.by === 'rollback') return false;
  const isDeletionTold = own.cause === 'encryption-deleted' && answersTo(own, world).length > 0;
  if (ending.by === 'others') return isDeletionTold;
  const inTime = (change: Change) =>
    answersTo(change, world).some(({ endMs }) => endMs <= ending.atMs) || ending.causeId === change.causeId;
  if (causeRow(own.cause).startsAsSseS3 && inTime(own)) return true;
  if (!sameEncryption(ending.replaced ?? {}, object.rule)) return false;
  if (isDeletionTold) return true;
  if (changes.slice(first, object.change + 1).some(inTime)) return true;
  const isUntold = !changes.slice(first, end + 1).some(inTime);
  return isUntold && wasSeenRight(changes[first], world);
}

/** The enforcing looks that have answered the event of a change in time. */
function answersTo({ causeId, atMs, by }: Change, { handled }: World): Handled[] {
  if (by !== 'others') return [];
  return handled.filter((each) => each.causeId === causeId && each.atMs - atMs < DAYS_30_MS && isAnswer(each));
}

/** True where a look has answered that may change the bucket and its objects. */
export function isAnswer({ outcome, policy }: Handled): boolean {
  const ruled = POLICIES[policy];
  return ['compliant', 'repair', 'hold'].includes(outcome) && ruled?.enforces === true && ruled.reencrypt !== 'none';
}

/** True where the last look before this change saw the bucket with its standard, or repaired it. */
function wasSeenRight(change: Change | undefined, { handled, changes }: World): boolean {
  if (change === undefined) return false;
  const bornMs = changes.find(({ life }) => life === change.life)?.atMs ?? 0;
  const last = handled.findLast(({ atMs, endMs }) => atMs > bornMs && endMs < change.atMs);
  return last !== undefined && isAnswer(last) && last.outcome !== 'hold';
}

/**
 * What is paid for: at most two jobs (the rule that was found, and SSE-S3), and as many for old versions where the policy is about them, for each change that others made and each publication, and, for each
 * life and standard, one backfill of three classes. A clock that is wrong may cost one more, because a lease then seems over too early. Each
 * of them has its further attempts, which jobsAtRest counts.
 */
function fewJobs({ changes, batch, published, life, jobItems }: World, { oddities }: History): string[] {
  const made = changes.filter(({ by }) => by !== 'guardrail').length;
  const skewed = oddities.filter(({ skewSeconds }) => skewSeconds !== 0).length;
  const backfills = published.filter((each) => POLICIES[each]?.reencrypt === 'all').length * life * 5;
  const versions = published.some((each) => POLICIES[each]?.versions === true) ? 1 : 0;
  const most = 2 * (1 + versions) * (made + published.length - 1) + backfills + skewed * 2;
  const first = [...batch.keys()].filter((token) => {
    const item = jobItems.get(token) ?? {};
    return item['attempt'] === 0 && item['marker'] === undefined;
  });
  const own = [...jobItems.values()].filter((item) => item['own'] !== undefined && item['attempt'] === 0);
  return [
    ...(first.length > most ? [`${first.length} jobs where ${most} were to be paid`] : []),
    ...(own.length > most ? [`${own.length} jobs of our own where ${most} were to be run`] : []),
  ];
}

/** How a job of our own ends before its work is done. */
const STOPPED: ReadonlySet<unknown> = new Set(['cancelled', 'superseded']);

/** Every job is at its end and has given its slot back, no job of S3 is unknown to the ledger, and none was paid twice or tried too often. */
function jobsAtRest({ jobItems, batch, slots, pieces }: World): string[] {
  const items = [...jobItems.values()];
  const unknown = [...batch.values()].filter(({ jobId, token }) => jobItems.get(token)?.['jobId'] !== jobId);
  return [
    ...items
      .filter((item) => item['closedAt'] === undefined)
      .map((item) => `job ${String(item['token'])} is left ${String(item['status'])}`),
    ...[...pieces.values()]
      .filter(({ token, endedAt }) => endedAt === undefined && !STOPPED.has(jobItems.get(token)?.['status']))
      .map(({ token, id }) => `piece ${id} of job ${token} has not ended`),
    ...[...slots].map((token) => `the slot of job ${token} is not given back`),
    ...unknown.map(({ jobId, token }) => `the ledger does not know job ${jobId} of token ${token}`),
    ...items
      .filter((item) => Number(item['attempt']) >= MOST_ATTEMPTS)
      .map((item) => `job ${String(item['token'])} is attempt ${Number(item['attempt']) + 1}`),
  ];
}

/**
 * Where nobody comes in between, a job of our own counts no write that it has not made (an object that somebody has brought to the standard since it was read is taken for done), and where nothing goes wrong
 * either it counts each.
 */
function ownCounts({ jobItems, ownWrites }: World, { twists, aimed }: History): string[] {
  const isQuiet = twists.length === 0 && aimed.length === 0;
  if (twists.some(({ twist }) => twist.kind === 'act') || aimed.some(({ twist }) => 'nth' in twist)) return [];
  return [...jobItems.values()].flatMap(({ token, own, succeeded }) => {
    const written = ownWrites.filter((each) => each === token).length;
    const isRight = isQuiet ? succeeded === written : Number(succeeded ?? 0) <= written;
    if (own === undefined || succeeded === undefined || isRight) return [];
    return [`job ${String(token)} of our own says ${Number(succeeded)} objects, and wrote ${written}`];
  });
}
