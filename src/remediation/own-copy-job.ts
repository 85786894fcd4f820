import { bucketText } from '../bucket-id.ts';
import type { ClosedJob, OpenJob, QueuedJob } from '../ledger/job-item.ts';
import { newRange, type ObjectPiece, type Piece } from '../ledger/piece-item.ts';
import { type PieceTally, startPieceTally } from '../ledger/piece-tally.ts';
import { type Ended, endJob, type TrackOutcome } from './close-job.ts';
import { present } from '../present.ts';
import type { TrackDeps } from './deps.ts';
import type { Launched } from './launch-jobs.ts';
import { supersededEnd } from './superseded-end.ts';

/** What jobs of S3 have, and one of ours needs not. */
const NO_VIA = { roleArn: '', reportsBucket: '' };

/** Begins a job that Reseal runs itself: it has no slot, and waits in its queue while people are to be asked. One that is open has lost whoever began it before the message was sent. */
export async function beginOwn(job: QueuedJob | OpenJob, deps: TrackDeps): Promise<Launched> {
  const { token, causeId } = job;
  if (!('jobId' in job)) {
    if (job.needsConfirmation !== undefined) return 'passed';
    const begun = { jobId: token, via: NO_VIA, launchedAt: deps.now().toISOString(), status: 'open' };
    if (!(await deps.pieces.begin(job, begun))) return 'passed';
  }
  await deps.sendPieces(job, [newRange(token, { after: '' })]);
  await deps.pieces.begun(job);
  deps.log.info('own job begun', { token, bucket: bucketText(job), causeId });
  return 'launched';
}

/** What is kept back of the time for the answer. */
const ANSWER_MS = 10_000;

/** How a job stands that Reseal runs itself: its pieces that have not ended are asked for again, and without any it is closed. One for another standard than its bucket's is stopped. */
export async function followOwn(item: OpenJob, deps: TrackDeps): Promise<TrackOutcome> {
  const { token, wish, pieces = 0 } = item;
  if (wish?.what === 'cancel') return endJob(item, await cancelled(item, wish.by, deps), deps);
  if (wish !== undefined) await deps.jobLedger.forgetWish(item);
  if (pieces > 0) {
    const overtaken = await supersededEnd(item, deps);
    if (overtaken !== undefined) return endJob(item, await stopped(item, overtaken.end, deps), deps);
    const waits = await askForPieces(item, deps);
    const waiting = waits === undefined ? '' : `; ${waits} is the first of those that wait for a restore`;
    return { kind: 'open', why: `job ${token}: ${pieces} pieces of its work have not ended${waiting}` };
  }
  // Where no piece is open nobody makes another one: what is read now is all.
  const tally = startPieceTally();
  for await (const piece of deps.pieces.of(token)) tally.add(piece);
  return endJob(item, ended(item, tally), deps);
}

/** Asks for all pieces whose message may be lost, as far as the time goes: what has ended by the next time makes room for the others. Says what waits for which date. */
async function askForPieces(item: OpenJob, deps: TrackDeps): Promise<string | undefined> {
  let first: ObjectPiece | undefined;
  async function* due() {
    for await (const piece of deps.pieces.of(item.token)) {
      if (deps.timeLeftMs() < ANSWER_MS) return;
      if (piece.endedAt !== undefined) continue;
      if (isDue(piece, deps.now())) yield piece;
      else if (piece.kind === 'object' && isEarlier(piece, first)) first = piece;
    }
  }
  await deps.sendPieces(item, due());
  return first && `${JSON.stringify(first.key)} until ${first.waitsUntil}`;
}

function isEarlier({ waitsUntil }: ObjectPiece, first: ObjectPiece | undefined): boolean {
  return waitsUntil !== undefined && (first?.waitsUntil === undefined || waitsUntil < first.waitsUntil);
}

/** One that waits, or that somebody works on, needs no message. */
function isDue(piece: Piece, now: Date): boolean {
  const { leaseUntil = '' } = piece;
  const waitsUntil = piece.kind === 'object' ? (piece.waitsUntil ?? '') : '';
  const text = now.toISOString();
  return leaseUntil < text && waitsUntil < text;
}

function ended({ objectClass, method, done = 0 }: OpenJob, tally: PieceTally): Ended {
  const failed = tally.failed();
  const [unlisted] = tally.unlisted;
  const well = done > 0 ? 'complete' : 'nothing-to-do';
  const status = unlisted !== undefined ? 'failed' : failed > 0 ? 'complete-with-failures' : well;
  const counts = { total: done + failed, succeeded: done, failed };
  const named = { failures: tally.failures(), failedKeys: tally.failedKeys };
  // How many objects there are that nobody could list, nobody knows.
  const rest = unlisted === undefined ? { untried: 0 } : { why: unlisted };
  return { status, objectClass, method, ...counts, ...rest, ...named, isWhole: !tally.mayTryAgain(), hasNow: false };
}

async function cancelled(item: OpenJob, by: string, deps: TrackDeps): Promise<Ended> {
  const end = await stopped(item, { status: 'cancelled', why: `cancelled by ${by}` }, deps);
  return { ...end, isWhole: false };
}

/** What works on a piece of it ends as soon as it writes to the ledger; an upload that nobody works on is aborted by whoever is asked for its piece. */
async function stopped(
  item: OpenJob,
  { status, why }: Pick<ClosedJob, 'status' | 'why'>,
  deps: TrackDeps,
): Promise<Ended> {
  const tally = startPieceTally();
  const uploads: Piece[] = [];
  for await (const piece of deps.pieces.of(item.token)) {
    tally.add(piece);
    if (piece.kind === 'object' && piece.endedAt === undefined && piece.uploadId !== undefined) uploads.push(piece);
  }
  await deps.sendPieces(item, uploads);
  const { untried: _, ...end } = ended(item, tally);
  return { ...end, status, ...present({ why }), isWhole: true };
}
