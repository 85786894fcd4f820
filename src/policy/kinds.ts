import type { BucketKind, Reason, Standard } from './model.ts';
import type { ReasonCode } from './reasons.ts';

/** What sets one kind of bucket apart from the others. */
interface KindOfBucket {
  /** As a sentence begins. */
  plural: string;
  /** The code of the note where the kind has no DSSE-KMS. */
  withoutDsse?: ReasonCode;
  /** An S3 Bucket Key is chosen, is always on, or is nothing that the kind has. */
  bucketKey: 'chosen' | 'always' | 'never';
  hasSseC: boolean;
  /** Whether the policy of the bucket is one of S3, which says who reads and writes objects. */
  hasObjectPolicy: boolean;
  /** True where the encryption is set when the bucket is made, and by nothing after that. */
  isFixed?: true;
  /** The IAM actions that read and write the default encryption, in words. */
  reads: string;
  writes?: string;
}

/**
 * Directory buckets: S3 User Guide, default encryption for directory buckets. Table buckets: S3 User Guide, protecting S3 table data with
 * encryption. Vector buckets: S3 User Guide, data protection and encryption in S3 Vectors. Actions: Service Authorization Reference.
 */
export const KINDS: Readonly<Record<BucketKind, KindOfBucket>> = {
  'general-purpose': {
    plural: 'General purpose buckets',
    bucketKey: 'chosen',
    hasSseC: true,
    hasObjectPolicy: true,
    reads: 's3:GetEncryptionConfiguration',
    writes: 's3:PutEncryptionConfiguration',
  },
  directory: {
    plural: 'Directory buckets',
    withoutDsse: 'directory-no-dsse',
    bucketKey: 'always',
    hasSseC: false,
    hasObjectPolicy: true,
    reads: 's3express:GetEncryptionConfiguration',
    writes: 's3express:PutEncryptionConfiguration',
  },
  table: {
    plural: 'Table buckets',
    withoutDsse: 'table-no-dsse',
    bucketKey: 'never',
    hasSseC: false,
    hasObjectPolicy: false,
    reads: 's3tables:GetTableBucketEncryption and s3tables:GetTableBucket',
    writes: 's3tables:PutTableBucketEncryption',
  },
  vector: {
    plural: 'Vector buckets',
    withoutDsse: 'vector-no-dsse',
    bucketKey: 'never',
    hasSseC: false,
    hasObjectPolicy: false,
    isFixed: true,
    reads: 's3vectors:GetVectorBucket',
  },
};

/** The standard as a bucket of this kind can have it. `notes` says where that changed what the policy asks for. */
export function standardForKind(standard: Standard, kind: BucketKind): { standard: Standard; notes: Reason[] } {
  const { bucketKey, hasSseC, withoutDsse, plural } = KINDS[kind];
  const possible: Standard = {
    ...standard,
    bucketKey: bucketKey === 'chosen' ? standard.bucketKey : bucketKey === 'always',
    blockSseC: hasSseC ? standard.blockSseC : 'leave',
  };
  if (withoutDsse === undefined || standard.algorithm !== 'aws:kms:dsse') return { standard: possible, notes: [] };
  const message = `${plural} have no DSSE-KMS, so this one is judged by aws:kms under the same key.`;
  return { standard: { ...possible, algorithm: 'aws:kms' }, notes: [{ code: withoutDsse, message }] };
}
