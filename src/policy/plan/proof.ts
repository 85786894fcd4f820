import { createHash } from 'node:crypto';
import { present } from '../../present.ts';
import { ALGORITHMS, type Method } from '../model.ts';
import { type HeadedObject, type ObjectsStandard, standingOfObject } from './object-standing.ts';
import type { OwnPart } from './plan-model.ts';

/** What a job was to bring its objects to, and when it ran. */
export interface ProvenJob {
  method: Method;
  own?: OwnPart;
  bucket: string;
  account: string;
  algorithm: string;
  keyArn?: string;
  bucketKey: boolean;
  launchedAt: string;
  /** When S3 ended it; absent where nobody knows. */
  endedAt?: string;
}

/** S3 gives whole seconds. */
const SECOND_MS = 1_000;

/**
 * What an object of a job's sample shows: `missed` where it is below what the job wanted and nobody has written it since. An update leaves the time of an object as it is, a copy makes it anew.
 */
export function proofOf(
  { object, lastModifiedMs }: { object: HeadedObject; lastModifiedMs?: number },
  job: ProvenJob,
): 'right' | 'missed' | 'changed' {
  const standing = standingOfObject(object, wantedOfJob(job));
  if (standing.kind === 'at-standard') return 'right';
  const since = job.method === 'update-encryption' ? job.launchedAt : job.endedAt;
  if (lastModifiedMs === undefined || since === undefined) return object.customerKey ? 'changed' : 'missed';
  return lastModifiedMs > Date.parse(since) - SECOND_MS ? 'changed' : 'missed';
}

/** What the objects of a job shall have. One that only a job of S3 may do is none of our own function's: its method is not in `own.does`. */
export function wantedOfJob({
  own,
  bucket,
  account,
  keyArn,
  bucketKey,
  ...job
}: Omit<ProvenJob, 'method' | 'launchedAt' | 'endedAt'>): ObjectsStandard {
  const { does, others = [], keepKey, awsManagedKeyArn, restore } = own ?? {};
  const algorithm = ALGORITHMS.find((each) => each === job.algorithm) ?? 'aws:kms';
  const methods = does && [...does, ...others];
  return {
    standard: { algorithm, bucketKey, ...present({ keepKey }) },
    bucket,
    account,
    ...present({ keyArn, awsManagedKeyArn, methods, restore }),
  };
}

/** What the sample of a job is drawn by: 12 hex digits that follow from its token, so that anybody can draw it again. */
export function seedOf(token: string): string {
  return createHash('sha256').update(`sample of ${token}`).digest('hex').slice(0, 12);
}

/** The nth number of a seed, from 0 to below 1: 48 bits of a SHA-256. */
export function randomOf(seed: string): (nth: number) => number {
  return (nth) => createHash('sha256').update(`${seed} ${nth}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
