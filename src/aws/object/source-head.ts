import {
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ArchiveHeaders } from '../../policy/copy/object-restore.ts';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import type { SourceObject } from '../../policy/copy/source-object.ts';
import { ResealError } from '../../errors.ts';
import { present } from '../../present.ts';
import { lockOf, refuseEndedSession } from '../bucket/object-head.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import { appliedBy } from './asked-encryption.ts';
import { checksumIn, type ObjectChecksum } from './object-checksum.ts';

/** An object as it is now: what decides, and what its copy carries. */
export interface HeadedSource extends SourceObject {
  lastModifiedMs?: number;
  archive: ArchiveHeaders;
  checksum?: ObjectChecksum;
  /** What a copy by CopyObject is told although it keeps everything else by itself (S3 API CopyObject). */
  ofItsOwn: Pick<CreateMultipartUploadCommandInput, 'StorageClass' | 'WebsiteRedirectLocation'>;
  /** What an upload is begun with to become the same object. */
  headers: Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'>;
  /** The header Expires as it was written, be it a date or not. */
  expires?: string;
}

/** HeadObject of the current object (s3:GetObject; s3:GetObjectRetention and s3:GetObjectLegalHold for its locks; the checksum asks for kms:Decrypt). Throws the SDK's error. */
export function createSourceHead(s3: S3Client, now: () => Date) {
  return async function readSource({ bucket, account, key }: ObjectTask): Promise<HeadedSource> {
    const target = { Bucket: bucket, ExpectedBucketOwner: account };
    try {
      const output = await s3.send(new HeadObjectCommand({ ...target, Key: key, ChecksumMode: 'ENABLED' }));
      const { ETag: etag, ContentLength: sizeBytes } = output;
      if (etag === undefined || sizeBytes === undefined)
        throw oddAnswer('HeadObject', 'ETag and Content-Length', { bucket });
      return { ...sourceOf(output, now()), etag, sizeBytes };
    } catch (error) {
      const status: unknown = error instanceof Object && '$metadata' in error ? statusIn(error.$metadata) : undefined;
      // It says nothing of the object, so it may not look like a refusal of it.
      if (status === 400)
        await refuseEndedSession(s3, target).catch((cause: unknown) => {
          const message = `the session in account ${account} has ended: the message comes back`;
          throw new ResealError('unreadable', message, { cause, bucket, retryable: true });
        });
      throw error;
    }
  };
}

function statusIn(metadata: unknown): unknown {
  return metadata instanceof Object && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
}

function sourceOf(output: HeadObjectCommandOutput, now: Date): Omit<HeadedSource, 'etag' | 'sizeBytes'> {
  const { StorageClass = 'STANDARD', WebsiteRedirectLocation } = output;
  const ofItsOwn = present({ StorageClass, WebsiteRedirectLocation });
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = output;
  return {
    encryption: appliedBy(output),
    customerKey: output.SSECustomerAlgorithm !== undefined,
    untoldMetadata: output.MissingMeta ?? 0,
    archive: { storageClass: StorageClass, ...present({ archiveTier: output.ArchiveStatus, restore: output.Restore }) },
    ofItsOwn,
    headers: {
      ...ofItsOwn,
      ...present({ CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata }),
    },
    ...present({
      versionId: output.VersionId,
      lastModifiedMs: output.LastModified?.getTime(),
      lockedBy: lockOf(output, now),
      checksum: checksumIn(output),
      expires: output.ExpiresString,
    }),
  };
}
