import type { CompleteMultipartUploadOutput, StorageClass, Tag } from '@aws-sdk/client-s3';
import type { ObjectAcl } from './access-control-list.ts';
import type { Checksum, ChecksumAlgorithm } from './checksum.ts';
import type { Chunk, Seal } from './envelope.ts';
import type { ContentHeaders, Retention, StoredObject, StoredPart } from './stored-object.ts';

/** A multipart upload in progress. What the object will be is fixed here, at its initiation: encryption, class, metadata and date. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly initiatedAt: Date;
  /** The canonical id of an account, or the ARN of a session (S3 API Initiator). */
  readonly initiator: { ID: string };
  /** What was there under the key at that time. */
  readonly before: StoredObject | undefined;
  readonly seal: Seal;
  readonly storageClass: StorageClass;
  readonly content: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly retention: Retention | undefined;
  readonly legalHold: boolean;
  readonly acl?: ObjectAcl | undefined;
  readonly checksumAlgorithm: ChecksumAlgorithm | undefined;
  readonly checksumType: Checksum['type'] | undefined;
  readonly parts: Map<number, UploadedPart>;
}

/** An upload that is over: asking again with the same parts is answered as the first time. */
export interface CompletedUpload {
  readonly key: string;
  readonly parts: string;
  readonly answer: CompleteMultipartUploadOutput;
}

export interface UploadedPart extends StoredPart {
  readonly lastModified: Date;
  readonly etag: string;
  /** MD5 of the plain bytes, for the ETag of the whole. */
  readonly md5: string;
  readonly chunks: readonly Chunk[];
}
