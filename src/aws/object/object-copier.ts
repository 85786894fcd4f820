import type { S3Client } from '@aws-sdk/client-s3';
import { otherEncryption } from '../../policy/copy/applied-encryption.ts';
import { archiveState, RESTORING } from '../../policy/copy/object-restore.ts';
import type { ObjectOutcome, ObjectTask } from '../../policy/copy/object-task.ts';
import { isPassing, outcomeOfRefusal } from '../../policy/copy/refusal.ts';
import { endBeforeCopy, partCountOf } from '../../policy/copy/source-object.ts';
import { createAbortUnfinished } from './abort-upload.ts';
import { endByCarried, readAcl, readCarried } from './carried-state.ts';
import { copyInParts } from './copy-in-parts.ts';
import { createCopyObject } from './copy-object.ts';
import { RefusedCall, refusable } from './object-refusal.ts';
import { createRestoreObject } from './restore-object.ts';
import { createSourceHead, type HeadedSource } from './source-head.ts';
import { createUpdateEncryption } from './update-encryption.ts';

interface CopierClients {
  s3: () => S3Client;
  /** Tries nothing again by itself. */
  s3Once: () => S3Client;
}

/**
 * Brings one object to its standard, and says how it ended. Whatever happens on the way, the object is as it was or as it shall be: each write is one call, on condition that the object is the one that was listed.
 * Nothing is kept from one task to the next. Throws what says nothing of the object: credentials that are not taken, an account that lets nobody in.
 */
export function createObjectCopier(clients: CopierClients, now: () => Date = () => new Date()) {
  return async function bringToStandard(
    task: ObjectTask,
    { timeLeftMs }: { timeLeftMs: () => number },
  ): Promise<ObjectOutcome> {
    const run = () =>
      task.method === 'update-encryption'
        ? refusable('update the encryption', () => createUpdateEncryption(clients.s3())(task))
        : copied(task, { clients, now, timeLeftMs });
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      return outcomeOfRefusal(error.refusal, error.doing);
    }
  };
}

interface Means {
  clients: CopierClients;
  now: () => Date;
  timeLeftMs: () => number;
}

async function copied(task: ObjectTask, means: Means): Promise<ObjectOutcome> {
  const s3 = means.clients.s3();
  let ended: ObjectOutcome | undefined;
  try {
    const source = await readSource(task, means);
    ended = endBeforeCopy(source, task) ?? (await endInArchive(source, task, means));
    if (ended === undefined) return await copySource(task, source, means);
  } catch (error) {
    if (error instanceof RefusedCall && !isPassing(error.refusal)) await abortRecorded(s3, task);
    throw error;
  }
  if (ended.kind !== 'waits') await abortRecorded(s3, task);
  return ended;
}

function readSource(task: ObjectTask, { clients, now }: Means): Promise<HeadedSource> {
  return refusable('read the object (s3:GetObject)', () => createSourceHead(clients.s3(), now)(task));
}

/** Undefined where the object can be read. */
async function endInArchive(
  { archive }: HeadedSource,
  task: ObjectTask,
  { clients, now }: Means,
): Promise<ObjectOutcome | undefined> {
  const state = archiveState(archive);
  if (state === 'readable') return undefined;
  if (state === 'restoring') return { kind: 'waits', code: RESTORING };
  const { restore } = task;
  if (restore === undefined)
    return {
      kind: 'failed',
      code: 'InvalidObjectState',
      why: 'the object is archived, and the policy restores nothing',
    };
  return refusable('restore the object', () => createRestoreObject(clients.s3(), now)(task, archive, restore));
}

async function copySource(task: ObjectTask, source: HeadedSource, means: Means): Promise<ObjectOutcome> {
  const s3 = means.clients.s3();
  if (partCountOf(source.etag) === 0) return copyWhole(task, source, means);
  const state = await readCarried(s3, task, source);
  const lookAgain = async () => {
    const now = await readSource(task, means);
    return endBeforeCopy(now, task) ?? readCarried(s3, task, now);
  };
  return endByCarried(state) ?? copyInParts(s3, { task, state, timeLeftMs: means.timeLeftMs, lookAgain });
}

async function copyWhole(task: ObjectTask, source: HeadedSource, means: Means): Promise<ObjectOutcome> {
  const { s3, s3Once } = means.clients;
  const acl = await readAcl(s3(), task);
  const ended = endByCarried({ acl });
  if (ended !== undefined) return ended;
  // Under SSE-S3 the copy has the same ETag, so that no condition tells a second copy from the first.
  const client = task.target.algorithm === 'AES256' ? s3Once() : s3();
  try {
    const applied = await refusable('copy the object', () => createCopyObject(client)(task, source, acl));
    return otherEncryption(applied, task.target) ?? { kind: 'done', how: 'copied' };
  } catch (error) {
    // The answer to a copy that was made may be lost.
    const now = error instanceof RefusedCall ? endBeforeCopy(await readSource(task, means), task) : undefined;
    if (now?.kind === 'done') return now;
    throw error;
  }
}

/** An upload of an earlier try that nothing is to be made of any more. */
async function abortRecorded(s3: S3Client, task: ObjectTask): Promise<void> {
  const { uploadId } = task;
  if (uploadId === undefined) return;
  await refusable('abort the upload', () => createAbortUnfinished(s3)({ ...task, uploadId }));
}
