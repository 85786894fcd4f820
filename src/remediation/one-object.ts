import type { ObjectName } from '../aws/bucket/object-head.ts';
import { codeOf, failureOf, isUnreachable, whyOf } from '../aws/sdk/service-error.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import type { ObjectOutcome, ObjectTask } from '../policy/copy/object-task.ts';
import { standingOfObject } from '../policy/plan/object-standing.ts';
import { wantedOfJob } from '../policy/plan/proof.ts';
import { causeOfTask, type TaskCause } from '../policy/plan/task-codes.ts';
import { present } from '../present.ts';
import type { ReencryptPlace } from './deps.ts';

/** Above it an object that is copied is a piece of its own: it takes long, and may take several invocations. */
const LARGE_BYTES = 256 * 1024 ** 2;

/** What became of one object. */
export type Handled =
  /** `not-ours`: another job of the plan does it. */
  | { kind: 'done' | 'right' | 'gone' | 'not-ours' }
  | { kind: 'left'; code: string }
  | { kind: 'own-piece'; etag: string }
  | { kind: 'unfinished'; uploadId: string; etag: string }
  | { kind: 'waits'; code: string; until?: string }
  | { kind: 'failed'; code: string; cause: TaskCause; why: string };

/** What is asked of it beside the job: `isAlone` where it is a piece of its own. */
interface Asked extends ObjectName {
  isAlone: boolean;
  uploadId?: string;
  /** As it was listed. */
  listed?: string;
}

/**
 * Looks at one object as it is now and brings it to the standard of the job, by the methods that the job may use. What somebody has written or deleted meanwhile is never undone: it is looked at anew. Throws where
 * the account cannot be reached.
 */
export async function handleObject(asked: Asked, job: OpenJob, here: ReencryptPlace): Promise<Handled> {
  const updated = mayUpdateUnseen(asked, job) ? await updateUnseen(asked, job, here) : undefined;
  if (updated !== undefined) return updated;
  for (let looks = 1; ; looks += 1) {
    const handled = await handleOnce(asked, job, here).catch(ofItsOwn);
    if (handled.kind !== 'changed') return handled;
    if (looks === MOST_LOOKS) return failed('ConditionalRequestConflict', 409, handled.why);
  }
}

const MOST_LOOKS = 3;

const OF_ITS_OWN: ReadonlySet<string> = new Set(['denied', 'elsewhere']);

/** One object stops no other: headers of its own spoil the signature of a request that names them, and its bucket may have been made anew in another Region. Throws what says nothing of it. */
function ofItsOwn(error: unknown): Handled {
  if (isUnreachable(error) || !OF_ITS_OWN.has(failureOf(error))) throw error;
  return failed(codeOf(error), 403, whyOf(error));
}

/**
 * In a tiny bucket one call an object is most of its time, and an update lowers none: S3 refuses one that is under DSSE-KMS or SSE-C, locked or unencrypted (S3 API UpdateObjectEncryption), which is looked at then.
 * Not where some keys are to be kept.
 */
function mayUpdateUnseen({ isAlone }: Asked, { own }: OpenJob): boolean {
  return !isAlone && own?.lane === 'inline' && own.does.includes('update-encryption') && own.keepKey === undefined;
}

/** Undefined where S3 refuses: what the object is says why, and what else may be done. */
async function updateUnseen(
  { key, listed: etag = '' }: Asked,
  job: OpenJob,
  here: ReencryptPlace,
): Promise<Handled | undefined> {
  const outcome = await here.copyObject({ ...taskOf(job), key, etag, method: 'update-encryption' });
  if (outcome.kind === 'done') return outcome;
  const known = outcome.kind === 'failed' ? failed(outcome.code, 400, outcome.why) : undefined;
  return known?.cause.again === 'now' ? known : undefined;
}

/** What is asked of all objects of a job. */
function taskOf(job: OpenJob): Pick<ObjectTask, 'bucket' | 'account' | 'target'> {
  const { bucket, account, keyArn, bucketKey } = job;
  const { algorithm } = wantedOfJob(job).standard;
  return { bucket, account, target: { algorithm, bucketKey, ...present({ keyArn }) } };
}

type HandledOnce = Handled | Extract<ObjectOutcome, { kind: 'changed' }>;

async function handleOnce(asked: Asked, job: OpenJob, here: ReencryptPlace): Promise<HandledOnce> {
  const { key, versionId, isAlone, uploadId } = asked;
  const reading = await here.readObject(job, present({ key, versionId, isCurrent: true }));
  if (reading.kind === 'gone') return reading;
  if (reading.kind === 'unread') return failed(reading.code, 403, `its headers could not be read: ${reading.code}`);
  const standing = standingOfObject(reading.object, wantedOfJob(job));
  if (standing.kind === 'at-standard') return { kind: 'right' };
  if (standing.kind === 'left') return { kind: 'left', code: standing.code };
  if (job.own?.does.includes(standing.method) !== true) return { kind: 'not-ours' };
  const { etag = '' } = reading;
  const isLong = reading.object.sizeBytes > LARGE_BYTES && standing.method !== 'update-encryption';
  if (!isAlone && isLong) return { kind: 'own-piece', etag };
  const task = { ...taskOf(job), key, etag, method: standing.method };
  return outcomeOf(
    await here.copyObject({ ...task, ...present({ versionId, uploadId, restore: job.own?.restore }) }),
    etag,
  );
}

function outcomeOf(outcome: ObjectOutcome, etag: string): HandledOnce {
  switch (outcome.kind) {
    case 'done':
    case 'changed':
      return outcome;
    case 'unfinished':
      return { kind: 'unfinished', uploadId: outcome.uploadId, etag };
    case 'waits':
      return outcome;
    case 'failed':
      return failed(outcome.code, 400, outcome.why);
  }
}

function failed(code: string, status: number, why: string): Extract<Handled, { kind: 'failed' }> {
  return { kind: 'failed', code, why, cause: causeOfTask({ code, status, message: why }) };
}
