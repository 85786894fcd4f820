/** The words of docs/glossary.md as types. Plain data: no clock, no I/O, no SDK type. */

export const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** One rule of a bucket's default encryption as it was read; every member may be missing (S3 API ServerSideEncryptionRule). */
export interface EncryptionRule {
  /** A string: S3 knows more algorithms than ours, for example aws:fsx. */
  algorithm?: string;
  /** As S3 returns it: key ARN, key id, alias ARN or alias name. Absent under aws:kms means the AWS managed key aws/s3. */
  keyId?: string;
  bucketKey?: boolean;
  /** The value of BlockedEncryptionTypes, for example ['SSE-C'] or ['NONE']; undefined where S3 returned none. */
  blocked?: string[];
}

/** What a bucket is, as read from AWS by its owner and Region. */
export interface BucketState {
  bucket: string;
  account: string;
  region: string;
  rule: EncryptionRule;
  /** True for Reseal's own buckets, known by name from the stack. */
  own: boolean;
}

/** What the policy says for one bucket, before the key is known to AWS. */
export interface Standard {
  algorithm: Algorithm;
  /** alias/NAME or a key ARN; absent under AES256. */
  key?: string;
  bucketKey: boolean;
  blockSseC: 'on' | 'leave';
  reencrypt: Reencrypt;
}

export const REENCRYPT = ['none', 'drifted', 'all'] as const;
export type Reencrypt = (typeof REENCRYPT)[number];

/** One key as KMS DescribeKey tells it, in our words. */
export interface KeyFacts {
  arn: string;
  account: string;
  region: string;
  state: string;
  usage: string;
  spec: string;
  manager: 'AWS' | 'CUSTOMER';
}

/** The standard's key: found, or why not. `none` where the standard needs no key. */
export type KeyReading =
  | { kind: 'found'; key: KeyFacts }
  | { kind: 'missing'; asked: string; why: string }
  | { kind: 'none' };

/** Why a verdict is what it is: a stable code for machines and one plain sentence for people. */
export interface Reason {
  code: string;
  message: string;
}

export type Verdict =
  | { kind: 'exempt'; reasons: Reason[] }
  | { kind: 'compliant'; reasons: Reason[] }
  | {
      kind: 'repair';
      reasons: Reason[];
      write: Required<Pick<EncryptionRule, 'algorithm' | 'bucketKey'>> & EncryptionRule;
    }
  | { kind: 'hold'; reasons: Reason[] }
  | { kind: 'unreadable'; reasons: Reason[] };

export type VerdictKind = Verdict['kind'];
