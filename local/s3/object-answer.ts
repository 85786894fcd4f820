import type { ServerSideEncryption } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { checksumFields } from './checksum.ts';
import type { Protection } from './envelope.ts';
import type { StoredObject } from './stored-object.ts';
import { visibleVersionId } from './versions.ts';

/** The encryption members that every answer about an object has. */
export interface EncryptionAnswer {
  readonly ServerSideEncryption?: ServerSideEncryption;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKeyMD5?: string;
}

/** `none` answers nothing at all: that is how an object of before 2023 looks. Bucket key is told only where it is on. */
export function encryptionAnswer(protection: Protection): EncryptionAnswer {
  switch (protection.algorithm) {
    case 'none':
      return {};
    case 'AES256':
      return { ServerSideEncryption: 'AES256' };
    case 'aws:kms':
      return {
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: protection.keyArn,
        ...(protection.bucketKey ? { BucketKeyEnabled: true } : {}),
      };
    case 'aws:kms:dsse':
      return { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: protection.keyArn };
    case 'SSE-C':
      return { SSECustomerAlgorithm: 'AES256', SSECustomerKeyMD5: protection.keyMd5 };
  }
}

/** What PutObject and its kin answer. */
export function writeAnswer(bucket: Bucket, object: StoredObject) {
  return {
    ETag: `"${object.etag}"`,
    VersionId: visibleVersionId(bucket, object),
    ...encryptionAnswer(object.sealed.protection),
    ...checksumFields(object.checksum),
  };
}

/** What HeadObject and GetObject answer about the whole object. */
export function readAnswer(bucket: Bucket, object: StoredObject) {
  return {
    ...object.content,
    AcceptRanges: 'bytes',
    LastModified: object.lastModified,
    ContentLength: object.sizeBytes,
    ETag: `"${object.etag}"`,
    VersionId: visibleVersionId(bucket, object),
    Metadata: { ...object.metadata },
    // STANDARD is what the header's absence means.
    ...(object.storageClass === 'STANDARD' ? {} : { StorageClass: object.storageClass }),
    ...(object.tags.length === 0 ? {} : { TagCount: object.tags.length }),
    ...(object.replicationStatus === undefined ? {} : { ReplicationStatus: object.replicationStatus }),
    ...encryptionAnswer(object.sealed.protection),
  };
}
