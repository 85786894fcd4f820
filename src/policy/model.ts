/** The words of docs/glossary.md as types. Plain data: no clock, no I/O, no SDK type. */
import { bucketByArn } from '../bucket-id.ts';
import type { ReasonCode } from './reasons.ts';

export const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** One rule of a bucket's default encryption as it was read; every member may be missing (S3 API ServerSideEncryptionRule). */
export interface Encryption {
  /** A string: S3 knows more algorithms than ours, for example aws:fsx. */
  algorithm?: string;
  /** As S3 returns it: key ARN, key id, alias ARN or alias name. Absent under aws:kms means the AWS managed key aws/s3. */
  keyId?: string;
  bucketKey?: boolean;
  /** The value of BlockedEncryptionTypes, for example ['SSE-C'] or ['NONE']; undefined where S3 returned none. */
  blocked?: string[];
}

export const BUCKET_KINDS = ['general-purpose', 'directory', 'table', 'vector'] as const;
export type BucketKind = (typeof BUCKET_KINDS)[number];

/** A directory bucket (S3 Express One Zone) is known by the end of its name (S3 User Guide, directory bucket naming rules), a table or vector bucket by its ARN. */
export function kindOf(bucket: string): BucketKind {
  const byArn = bucketByArn(bucket);
  if (byArn !== undefined) return byArn.service === 's3tables' ? 'table' : 'vector';
  return bucket.endsWith('--x-s3') ? 'directory' : 'general-purpose';
}

/** What a bucket is, as read from AWS by its owner and Region. */
export interface BucketState {
  bucket: string;
  account: string;
  region: string;
  rule: Encryption;
  /** True for Reseal's own buckets, known by name from the stack. */
  own: boolean;
}

export const BLOCK_SSE_C = ['on', 'off', 'leave'] as const;
export const STRENGTH_RULES = ['atLeast', 'exactly'] as const;

/** What the policy says for one bucket in its account and Region, before the key is known to AWS. */
export interface Standard extends ObjectsPolicy {
  algorithm: Algorithm;
  /** alias/NAME or a key ARN, for this account and Region; absent under AES256, and where `keepKey` has nothing to fall back on. */
  key?: string;
  /** `key: keep`: a customer key that is there stays; `key` is for buckets that have none. */
  keepKey?: boolean;
  bucketKey: boolean;
  /** on: SSE-C writes are refused. off: they are allowed. leave: as the bucket has it. */
  blockSseC: (typeof BLOCK_SSE_C)[number];
  /** `exactly` alone may lower a bucket; `atLeast` where absent. */
  strength?: (typeof STRENGTH_RULES)[number];
}

export const REENCRYPT = ['none', 'drifted', 'all'] as const;
export type Reencrypt = (typeof REENCRYPT)[number];
export const VERSIONS = ['current', 'all'] as const;
export const UPLOADS = ['wait', 'abort'] as const;
/** S3 Batch's S3UpdateObjectEncryption and S3PutObjectCopy, and the copies of our own function (S3 API CopyObject, UploadPartCopy). */
export const METHODS = ['update-encryption', 'copy', 'own-copy'] as const;
export type Method = (typeof METHODS)[number];
export const BATCH_METHODS = ['update-encryption', 'copy'] as const satisfies readonly Method[];
/** Those that S3 Batch Operations carries out. */
export type BatchMethod = (typeof BATCH_METHODS)[number];

export function isBatchMethod(method: Method): method is BatchMethod {
  return method !== 'own-copy';
}

export const RESTORE_TIERS = ['Bulk', 'Standard'] as const;
/** How archived objects are restored, and for how long (S3 API RestoreObject). */
export interface Restore {
  tier: (typeof RESTORE_TIERS)[number];
  days: number;
}

/** What the policy says of the objects that are there already. */
export interface ObjectsPolicy {
  reencrypt: Reencrypt;
  /** all: noncurrent versions too. */
  versions: (typeof VERSIONS)[number];
  /** What becomes of a multipart upload that began before a repair: it keeps the old encryption. */
  uploads: (typeof UPLOADS)[number];
  methods: readonly Method[];
  /** The role of own copies, where the policy allows them and the account has no such role. */
  lacksOwnRole?: string;
  /** Up to how many objects a bucket is done in seconds by our own function, without an S3 job. */
  inlineUpTo: number;
  /** Absent: archived objects that only a copy can do are left. */
  restore?: Restore;
  /** How many objects are read after each job. */
  proof: number;
  /** In US dollars. Above it people are asked before a job runs; no member, no ceiling. */
  ceilingUsd: { bucket?: number; run?: number };
}

/** What holds of objects where the policy does not say. */
export const DEFAULT_OBJECTS: ObjectsPolicy = {
  reencrypt: 'drifted',
  versions: 'current',
  uploads: 'wait',
  methods: BATCH_METHODS,
  inlineUpTo: 0,
  proof: 100,
  ceilingUsd: {},
};

/** One key as KMS DescribeKey tells it, in our words. */
export interface KeyFacts {
  arn: string;
  account: string;
  region: string;
  state: string;
  usage: string;
  spec: string;
  manager: 'AWS' | 'CUSTOMER';
  /** The Regions of a multi-Region key and those related to it, its own among them (KeyMetadata MultiRegionConfiguration). */
  relatedRegions?: string[];
  /** ISO 8601. When KMS deletes the key (KeyMetadata DeletionDate). */
  deletionAt?: string;
  /** ISO 8601. When imported key material expires (KeyMetadata ValidTo under KEY_MATERIAL_EXPIRES). */
  expiresAt?: string;
}

/** The standard's key: found, or why not. `none` where the standard needs no key. */
export type KeyReading =
  | { kind: 'found'; key: KeyFacts }
  | { kind: 'missing'; asked: string; why: string }
  | { kind: 'none' };

/** The ARN of a key that was found. */
export function arnOf(key: KeyReading): string | undefined {
  return key.kind === 'found' ? key.key.arn : undefined;
}

/** A reason as the ledger or an event holds it: another version may know other codes. */
export interface RecordedReason {
  code: string;
  message: string;
  /** JSON that mends it, ready to paste: for example the statement that a key policy lacks. */
  paste?: string;
}

/** Why a verdict is what it is: a code of the catalogue for machines and one plain sentence for people. */
export interface Reason extends RecordedReason {
  code: ReasonCode;
}

/** A whole rule to write: PutBucketEncryption replaces everything, so every member that stays is in it. */
export type RuleToWrite = Encryption & { algorithm: Algorithm; bucketKey: boolean };

export type Verdict =
  | { kind: 'exempt' | 'compliant' | 'hold' | 'unreadable'; reasons: Reason[] }
  | { kind: 'repair'; reasons: Reason[]; write: RuleToWrite };

export type VerdictKind = Verdict['kind'];

/** The priorities of jobs, higher first: what failed a moment ago, fresh drift, old stock. */
export const PRIORITIES = { retry: 30, window: 20, all: 10 } as const;
