import {
  HeadBucketCommand,
  type HeadBucketCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { HeadedObject } from '../../policy/plan/object-standing.ts';
import { present } from '../../present.ts';
import { valueAt } from '../../problem.ts';
import { errorName, oddAnswer } from '../sdk/service-error.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/** Which object, and which version of it where one is named; a named version may be the current one. */
export interface ObjectName {
  key: string;
  versionId?: string;
  isCurrent?: boolean;
}

/** What HeadObject says of one object, or the code with which it refuses; `gone` where there is none, or only a delete marker. */
export type ObjectReading =
  | ({ kind: 'read'; object: HeadedObject; attempts: number } & SameObject)
  | { kind: 'gone' }
  | { kind: 'unread'; code: string };

/** What tells whether an object is the one that was listed. */
interface SameObject {
  etag?: string;
  lastModifiedMs?: number;
}

/**
 * HeadObject (s3:GetObject, s3:GetObjectVersion; no right on a key). Its refusals have no body, so their status is all that is known of them
 * (S3 API HeadObject). Throws the SDK's error where nobody can say anything of the object: credentials that have ended, no network.
 */
export function createObjectHead(s3: S3Client, now: () => Date) {
  return async function readObject(owned: OwnedBucket, name: ObjectName): Promise<ObjectReading> {
    const { key, versionId, isCurrent = versionId === undefined } = name;
    const target = { Bucket: owned.bucket, ExpectedBucketOwner: owned.account };
    try {
      const output = await s3.send(
        new HeadObjectCommand({ ...target, Key: key, ...present({ VersionId: versionId }) }),
      );
      if (output.ETag === undefined) throw oddAnswer('HeadObject', 'an ETag', { bucket: owned.bucket });
      return {
        kind: 'read',
        object: { ...headed(output, now()), isCurrent },
        attempts: output.$metadata.attempts ?? 1,
        ...present({ etag: output.ETag, lastModifiedMs: output.LastModified?.getTime() }),
      };
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined || status < 400) throw error;
      // A delete marker answers 405 where it is named, else 404.
      if (status === 404 || status === 405) return { kind: 'gone' };
      if (status !== 400) return { kind: 'unread', code: codeFor(status, error) };
      await refuseEndedSession(s3, target);
      return { kind: 'read', object: { ...UNDER_SSE_C, isCurrent }, attempts: 1 };
    }
  };
}

/** HTTP 400 answers a HEAD of an object under SSE-C, and one by a session that has ended, which no bucket takes either: throws S3's error then. */
export async function refuseEndedSession(s3: S3Client, target: HeadBucketCommandInput): Promise<void> {
  await s3.send(new HeadBucketCommand(target)).catch((refusal: unknown) => {
    if (statusOf(refusal) === 400) throw refusal;
  });
}

/** Nothing else is known of it. */
const UNDER_SSE_C = { sizeBytes: 0, storageClass: 'STANDARD', bucketKey: false, customerKey: true, archiveTier: false };

function headed(output: HeadObjectCommandOutput, now: Date): Omit<HeadedObject, 'isCurrent'> {
  return {
    sizeBytes: output.ContentLength ?? 0,
    storageClass: output.StorageClass ?? 'STANDARD',
    bucketKey: output.BucketKeyEnabled === true,
    customerKey: output.SSECustomerAlgorithm !== undefined,
    archiveTier: output.ArchiveStatus !== undefined,
    ...present({
      algorithm: output.ServerSideEncryption,
      keyId: output.SSEKMSKeyId,
      lockedBy: lockOf(output, now),
    }),
  };
}

/** A retention that has ended holds nothing any more (S3 User Guide "Object Lock"). */
export function lockOf(output: HeadObjectCommandOutput, now: Date): HeadedObject['lockedBy'] {
  if (output.ObjectLockLegalHoldStatus === 'ON') return 'legal-hold';
  if (output.ObjectLockEventHold === 'ON') return 'event-hold';
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = output;
  return mode !== undefined && (until === undefined || until > now) ? 'retention' : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = valueAt(error, ['$metadata', 'httpStatusCode']);
  return typeof status === 'number' ? status : undefined;
}

function codeFor(status: number, error: unknown): string {
  if (status === 403) return 'AccessDenied';
  if (status === 503 || status === 429) return 'SlowDown';
  const name = errorName(error);
  if (name !== 'Unknown' && name !== 'Error') return name;
  return status >= 500 ? 'InternalError' : `HTTP ${status}`;
}
