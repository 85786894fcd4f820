import type { S3Client } from '@aws-sdk/client-s3';
import { otherEncryption } from '../../policy/copy/applied-encryption.ts';
import type { ObjectOutcome, ObjectTask } from '../../policy/copy/object-task.ts';
import { isPassing } from '../../policy/copy/refusal.ts';
import { partCountOf, REPLACED } from '../../policy/copy/source-object.ts';
import { tooLargePart } from '../../policy/copy/source-part.ts';
import { readUploadToken, uploadToken } from '../../policy/copy/upload-token.ts';
import type { CarriedState } from './carried-state.ts';
import { type CopiedPart, listCopied } from './copied-parts.ts';
import { copyEachPart, type PartsEnd } from './copy-each-part.ts';
import { checksumIn } from './object-checksum.ts';
import { RefusedCall, refusable } from './object-refusal.ts';
import { abortAbandoned } from './own-uploads.ts';
import { createPartUpload, type PartUpload } from './part-upload.ts';
import { createSourceParts, type PartToCopy } from './source-parts.ts';

/** With less time left no part begins, and no completion. */
const BEGIN_MS = 15_000;
/** With less time left what is on its way is given up: the next try finds what arrived. */
const GIVE_UP_MS = 2_000;
/** The longest that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

interface PartsTask {
  task: ObjectTask;
  state: CarriedState;
  timeLeftMs: () => number;
  /** What the object is now, or how the task has ended with that. */
  lookAgain: () => Promise<CarriedState | ObjectOutcome>;
}

interface OpenUpload extends PartsTask {
  upload: PartUpload;
  uploadId: string;
  /** What tells the next try which upload it is. */
  token: string;
  copied: Map<number, CopiedPart>;
}

/**
 * Copies an object of several parts in the same parts, so that part numbers, the number in the ETag and a checksum of checksums stay. Nothing of the object changes before the upload is completed, on condition that
 * it is still the one that was listed; what no condition covers (tags, grants, other metadata of the same bytes) is looked at once more before.
 */
export async function copyInParts(s3: S3Client, asked: PartsTask): Promise<ObjectOutcome> {
  const open = await openUpload(s3, asked);
  if ('kind' in open) return open;
  const { token, timeLeftMs } = open;
  const before = open.copied.size;
  const unfinished = { kind: 'unfinished', uploadId: token } as const;
  using clock = giveUpIn(timeLeftMs() - GIVE_UP_MS);
  try {
    if (token !== asked.task.uploadId)
      await refusable('abort uploads of earlier tries', () => abortAbandoned(s3, asked.task, open.uploadId));
    const end = await copyRest(s3, open, clock.signal);
    if (end === 'time' || timeLeftMs() <= BEGIN_MS) return unfinished;
    const problem = await whyNotComplete(open);
    if (problem === undefined) return await complete(open);
    await abort(open);
    return problem;
  } catch (error) {
    const isFinal = error instanceof RefusedCall && !isPassing(error.refusal);
    // What passes costs no part that is copied, as long as each try copies some.
    if (clock.signal.aborted || (!isFinal && open.copied.size > before)) return unfinished;
    if (isFinal || token !== open.task.uploadId) await abort(open);
    throw error;
  }
}

/** The upload of an earlier try, where it was begun with the same, or a new one. */
async function openUpload(s3: S3Client, asked: PartsTask): Promise<OpenUpload | ObjectOutcome> {
  const { task, state } = asked;
  const upload = createPartUpload(s3, task);
  const begunWith = { target: task.target, ...state };
  if (task.uploadId !== undefined) {
    const { uploadId, isSame } = readUploadToken(task.uploadId, begunWith);
    const copied = await refusable('list the parts that are copied', () => listCopied(s3, task, uploadId));
    if (copied !== undefined && isSame) return { ...asked, upload, uploadId, token: task.uploadId, copied };
    if (copied !== undefined) await abort({ upload, uploadId });
  }
  const { uploadId, applied } = await refusable('begin an upload', () => upload.begin(state));
  const other = otherEncryption(applied, task.target);
  if (other !== undefined) {
    await abort({ upload, uploadId });
    return other;
  }
  return { ...asked, upload, uploadId, token: uploadToken(uploadId, begunWith), copied: new Map() };
}

function copyRest(s3: S3Client, open: OpenUpload, signal: AbortSignal): Promise<PartsEnd> {
  const { task, upload, uploadId, copied } = open;
  const { source } = open.state;
  const parts = createSourceParts(s3, task, source);
  const copy = async (part: PartToCopy) => {
    if (copied.has(part.number)) return;
    const found = await refusable('read the bounds of a part', () => parts.find(part));
    const tooLarge = tooLargePart(found);
    if (tooLarge !== undefined) throw refused(`copy part ${part.number}`, 'EntityTooLarge', tooLarge);
    const done = await refusable(`copy part ${part.number}`, () => upload.copyPart(uploadId, found, source, signal));
    const checksum = checksumIn(done)?.value ?? found.checksum;
    if (checksum !== found.checksum && found.checksum !== undefined)
      throw refused(
        `copy part ${part.number}`,
        'BadDigest',
        `its checksum is ${checksum}, that of the source ${found.checksum}`,
      );
    copied.set(part.number, done);
  };
  return copyEachPart(parts.list(), copy, () => open.timeLeftMs() > BEGIN_MS);
}

async function whyNotComplete(open: OpenUpload): Promise<ObjectOutcome | undefined> {
  const expected = partCountOf(open.state.source.etag);
  if (open.copied.size !== expected) {
    const why = `S3 lists ${open.copied.size} parts of the object, and its ETag says ${expected}`;
    return { kind: 'failed', code: 'PartsUntold', why };
  }
  const now = await open.lookAgain();
  if ('kind' in now) return now;
  return readUploadToken(open.token, { target: open.task.target, ...now }).isSame ? undefined : REPLACED;
}

async function complete({ task, state, upload, uploadId, copied, lookAgain }: OpenUpload): Promise<ObjectOutcome> {
  const inOrder = [...copied].toSorted(([a], [b]) => a - b).map(([, part]) => part);
  try {
    const applied = await refusable('complete the upload', () => upload.complete(uploadId, inOrder, state.source));
    return otherEncryption(applied, task.target) ?? { kind: 'done', how: 'copied' };
  } catch (error) {
    // The answer to a completion that was made may be lost.
    const now = error instanceof RefusedCall ? await lookAgain() : undefined;
    if (now !== undefined && 'kind' in now && now.kind === 'done') return now;
    throw error;
  }
}

async function abort({ upload, uploadId }: Pick<OpenUpload, 'upload' | 'uploadId'>): Promise<void> {
  await refusable('abort the upload', () => upload.abort(uploadId));
}

function refused(doing: string, code: string, message: string): RefusedCall {
  return new RefusedCall(doing, { code, status: 400, message }, undefined);
}

function giveUpIn(ms: number): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.min(Math.max(ms, 0), LONGEST_MS));
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
