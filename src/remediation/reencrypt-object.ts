import type { Holder } from '../aws/ledger/piece-table.ts';
import { isHopeless, isUnreachable, whyOf, codeOf, whyUnreachable } from '../aws/sdk/service-error.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import type { JobItem } from '../ledger/read-job-item.ts';
import { newRange, type ObjectPiece, type Piece, type PieceName, type RangePiece } from '../ledger/piece-item.ts';
import { MOST_RANGES } from '../policy/copy/range-halves.ts';
import { causeOfTask } from '../policy/plan/task-codes.ts';
import { present } from '../present.ts';
import type { ReencryptDeps, ReencryptPlace } from './deps.ts';
import { doPage, waiting } from './object-page.ts';
import { type Handled, handleObject } from './one-object.ts';
import { splitRange } from './split-range.ts';

export type ReencryptOutcome = { kind: 'piece-done' | 'piece-goes-on' | 'piece-waits' | 'ignored'; why?: string };

/** Nothing is begun that could not end within the time that is left. */
const BEGIN_MS = 30_000;
/** How much longer than its own time an invocation keeps a piece from others. */
const LEASE_MARGIN_MS = 30_000;
/** How often S3 may be too busy for one object. */
const MOST_TRIES = 3;
/** Before the first further try, and four times as long before each that follows. */
const RETRY_SECONDS = 15;

/** One invocation's hold on a piece of a job. */
interface Work {
  job: OpenJob;
  holder: Holder;
  here: ReencryptPlace;
  deps: ReencryptDeps;
}

/**
 * The story of reencrypt-object: brings one piece of a job as far as the time allows. What it has done is kept before more is begun, so a repeat goes on where it was; the last piece asks to close the job.
 * Throws the SDK's error where the ledger or the queue cannot be reached: the message comes back.
 */
export async function reencryptObject(name: PieceName, deps: ReencryptDeps): Promise<ReencryptOutcome> {
  const item = await deps.jobLedger.read(name.token);
  if (item === undefined || item.stands === 'queued') return notOpen(name);
  const now = deps.now();
  const leaseUntil = new Date(now.getTime() + deps.timeLeftMs() + LEASE_MARGIN_MS).toISOString();
  const holder = { owner: deps.newOwner(), leaseUntil };
  if (item.stands === 'closed') return giveUp(name, item, holder, deps);
  const { job } = item;
  if (await isOvertaken(job, deps)) {
    await deps.askToClose(job);
    return { kind: 'ignored', why: `bucket ${job.bucket} has another standard now` };
  }
  const piece = await deps.pieces.take(name, holder, now.toISOString());
  // Whoever ended the last one may have died before it asked to close the job.
  if (piece === undefined) return closeAfter(`piece ${name.id} has ended, or somebody works on it`, job, deps);
  const work = { job, holder, here: deps.at(job), deps };
  try {
    return await (piece.kind === 'range' ? doRange(piece, work) : doObject(piece, work));
  } catch (error) {
    await deps.pieces.release(piece, holder).catch(() => undefined);
    // What the ledger holds open is asked for again until the account can be reached.
    if (isUnreachable(error)) return { kind: 'piece-waits', why: whyUnreachable(error, job.account) };
    throw error;
  }
}

async function isOvertaken(job: OpenJob, { readBucket }: ReencryptDeps): Promise<boolean> {
  return (await readBucket(job)).standardId !== job.standardId;
}

function notOpen({ token }: PieceName): ReencryptOutcome {
  return { kind: 'ignored', why: `job ${token} is not open` };
}

async function giveUp(
  name: PieceName,
  { job }: Extract<JobItem, { stands: 'closed' }>,
  holder: Holder,
  deps: ReencryptDeps,
): Promise<ReencryptOutcome> {
  const piece = await deps.pieces.take(name, holder, deps.now().toISOString());
  if (piece === undefined) return notOpen(name);
  await abortUploads([piece], { job, here: deps.at(job) });
  await deps.pieces.release(piece, holder, { endedAt: deps.now().toISOString() });
  return notOpen(name);
}

/** The parts of an upload cost money until it is aborted. */
async function abortUploads(
  pieces: readonly Piece[],
  { job: { account, bucket }, here }: { job: Pick<OpenJob, 'account' | 'bucket'>; here: ReencryptPlace },
): Promise<void> {
  for (const piece of pieces) {
    const { uploadId, key } = piece.kind === 'object' ? piece : {};
    if (uploadId !== undefined && key !== undefined) await here.abortUnfinished({ account, bucket, key, uploadId });
  }
}

async function closeAfter(why: string, { token }: OpenJob, deps: ReencryptDeps): Promise<ReencryptOutcome> {
  const item = await deps.jobLedger.read(token);
  if (item?.stands === 'open' && item.job.pieces === 0) await deps.askToClose(item.job);
  return { kind: 'ignored', why };
}

async function doRange(piece: RangePiece, work: Work): Promise<ReencryptOutcome> {
  const { job, holder, here, deps } = work;
  for (let range = piece; ;) {
    if (deps.timeLeftMs() < BEGIN_MS) return goOn(range, work);
    const page = await pageOf(range, work);
    if ('code' in page) return endOf(range, page, work);
    const mayBegin = () => deps.timeLeftMs() >= BEGIN_MS;
    const done = await doPage(page.objects, { job, here, mayBegin, now: deps.now });
    await deps.pieces.name(done.failed);
    if (!(await deps.pieces.add(range, holder, done.pieces))) {
      await abortUploads(done.pieces, work);
      return lost(range);
    }
    await sendPieces(
      done.pieces.filter(({ waitsUntil }) => waitsUntil === undefined),
      work,
    );
    const { succeeded } = range;
    const kept = { ...done.tallyAfter(range), at: done.last ?? range.at ?? range.after };
    const change = { ...kept, done: kept.succeeded - succeeded };
    if (done.isAll && page.done) return endOf(range, change, work);
    if (!(await deps.pieces.keep(range, holder, change))) return lost(range);
    range = { ...range, ...kept };
    const split = done.isAll ? await parted({ ...range, at: kept.at }, work) : range;
    if (split === undefined) return lost(range);
    range = split;
  }
}

/** The next page of a range, or why nobody can list it. */
async function pageOf({ after, at = after, until }: RangePiece, { job: { bucket, account }, here }: Work) {
  try {
    return await here.keyRange({ bucket, account, after: at, ...present({ until }) });
  } catch (error) {
    return refusal(error, `its keys behind ${JSON.stringify(at)} could not be listed`);
  }
}

/** What is refused until somebody has acted ends a piece by name. Throws anything else. */
function refusal(error: unknown, doing: string): { code: string; why: string; cause: string } {
  if (isUnreachable(error) || !isHopeless(error)) throw error;
  const code = codeOf(error);
  const why = `${doing}: ${whyOf(error)}`;
  return { code, why, cause: causeOfTask({ code, status: 400, message: why }).id };
}

/** The range without the upper half of what is left of it, where others have time for that; undefined where it is somebody else's now. */
async function parted(range: RangePiece & { at: string }, work: Work): Promise<RangePiece | undefined> {
  const { job, holder, here, deps } = work;
  const item = await deps.jobLedger.read(job.token);
  if (item?.stands !== 'open') return undefined;
  if ((item.job.ranges ?? 0) >= MOST_RANGES) return range;
  const { bucket, account } = job;
  const rest = { after: range.at, ...present({ until: range.until }) };
  const halves = await splitRange(rest, async (after) => {
    const { objects } = await here.keyRange({ bucket, account, ...rest, after, atMost: 1 });
    return objects[0]?.key;
  });
  if (halves === undefined) return range;
  const upper = newRange(job.token, halves.upper);
  if (!(await deps.pieces.keep(range, holder, { until: upper.after }, [upper]))) return undefined;
  await sendPieces([upper], work);
  return { ...range, until: upper.after };
}

async function doObject(piece: ObjectPiece, work: Work): Promise<ReencryptOutcome> {
  const { job, holder, here, deps } = work;
  if (piece.waitsUntil !== undefined && Date.parse(piece.waitsUntil) > deps.now().getTime()) {
    await deps.pieces.release(piece, holder);
    return { kind: 'piece-waits', why: `${piece.code} until ${piece.waitsUntil}` };
  }
  const { key, versionId, uploadId } = piece;
  const handled = await handleObject({ key, isAlone: true, ...present({ versionId, uploadId }) }, job, here);
  switch (handled.kind) {
    case 'unfinished':
      // It has come further, so that S3 was not too busy.
      return goOn(piece, work, { uploadId: handled.uploadId, tries: 0 });
    case 'waits':
      await deps.pieces.release(piece, holder, waiting(handled));
      return { kind: 'piece-waits', why: handled.code };
    case 'failed':
      return failedObject(piece, handled, work);
    case 'left':
      return endOf(piece, { code: handled.code, why: `it is left alone: ${handled.code}` }, work);
    case 'gone':
      return endOf(piece, { why: 'it was deleted before its turn came' }, work);
    default:
      return endOf(piece, { done: handled.kind === 'done' ? 1 : 0 }, work);
  }
}

/** What S3 was too busy for is tried again, a few times. */
async function failedObject(
  piece: ObjectPiece,
  { code, cause, why }: Extract<Handled, { kind: 'failed' }>,
  work: Work,
): Promise<ReencryptOutcome> {
  const tries = piece.tries + 1;
  const known = { code, cause: cause.id, why, tries };
  if (cause.again === 'now' && tries < MOST_TRIES) return goOn(piece, work, known, RETRY_SECONDS * 4 ** piece.tries);
  return endOf(piece, known, work);
}

type Change = Parameters<ReencryptDeps['pieces']['end']>[2];

/** Gives a piece back and asks for it once more. */
async function goOn(piece: Piece, work: Work, change: Change = {}, delaySeconds = 0): Promise<ReencryptOutcome> {
  await work.deps.pieces.release(piece, work.holder, change);
  await sendPieces([piece], work, delaySeconds);
  return { kind: 'piece-goes-on' };
}

/** However an object has ended, nobody goes on with its upload. */
async function endOf(piece: Piece, change: Change, work: Work): Promise<ReencryptOutcome> {
  const { job, holder, deps } = work;
  const unaborted = (error: unknown) => refusal(error, 'its upload could not be aborted');
  const left = await abortUploads([piece], work).catch(unaborted);
  const endedAt = deps.now().toISOString();
  if (!(await deps.pieces.end(piece, holder, { ...(left ?? change), endedAt }))) return lost(piece);
  await closeAfter('', job, deps);
  return { kind: 'piece-done' };
}

function lost({ id }: PieceName): ReencryptOutcome {
  return { kind: 'ignored', why: `piece ${id} is somebody else's now, or its job was closed` };
}

async function sendPieces(pieces: readonly Piece[], { job, deps }: Work, delaySeconds = 0): Promise<void> {
  if (pieces.length > 0) await deps.sendPieces(job, pieces, delaySeconds);
}
