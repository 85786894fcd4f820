import {
  type EncryptionType,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryption,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { type Encryption, kindOf } from '../../policy/model.ts';
import { present } from '../../present.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { bucketRegionOf, codeOf, errorName, failureOf, messageOf } from '../sdk/service-error.ts';

export type EncryptionReading =
  | { kind: 'read'; rule: Encryption }
  | { kind: 'gone' }
  /** The bucket is in another Region; S3 says which in nearly every answer. */
  | { kind: 'elsewhere'; region: string | undefined }
  | { kind: 'unreadable'; code: string; message: string; denied: boolean };

/** Means to read and write the default encryption of a bucket. */
export interface BucketEncryption {
  /** Never throws: what cannot be read is a value, and is never "not encrypted". */
  read(owned: OwnedBucket): Promise<EncryptionReading>;
  /** The whole rule. Throws the SDK's error. */
  write(owned: OwnedBucket & { rule: Encryption }): Promise<void>;
}

/** The default encryption of the buckets of one Region. `once` tries a call once: what a write may not do twice unseen. */
export function createBucketEncryption(s3: S3Client, once = s3): BucketEncryption {
  return {
    /** GetBucketEncryption. */
    async read(owned) {
      try {
        const output = await s3.send(new GetBucketEncryptionCommand(targetOf(owned)));
        const reading = onlyRule(output.ServerSideEncryptionConfiguration?.Rules ?? []);
        return reading.kind === 'read' ? { kind: 'read', rule: asBucketHas(reading.rule, owned.bucket) } : reading;
      } catch (error) {
        return notRead(error);
      }
    },

    /** PutBucketEncryption. */
    async write({ rule, ...owned }) {
      await once.send(
        new PutBucketEncryptionCommand({
          ...targetOf(owned),
          ServerSideEncryptionConfiguration: { Rules: [toSdkEncryption(asBucketHas(rule, owned.bucket))] },
        }),
      );
    },
  };
}

/** The Bucket Key of a directory bucket is always on under SSE-KMS, whatever is said, and there is none under SSE-S3. */
function asBucketHas(rule: Encryption, bucket: string): Encryption {
  if (kindOf(bucket) === 'general-purpose') return rule;
  const { bucketKey: _, ...others } = rule;
  return rule.algorithm === 'aws:kms' ? { ...others, bucketKey: true } : others;
}

/** S3 answers one rule. None (a proxy's page) says nothing about the bucket, and of several a write would lose some. */
function onlyRule(rules: readonly ServerSideEncryptionRule[]): EncryptionReading {
  const [rule] = rules;
  const unknown = rule === undefined ? [] : unknownMembers(rule);
  if (rule !== undefined && rules.length === 1 && unknown.length === 0)
    return { kind: 'read', rule: fromSdkEncryption(rule) };
  return oddEncryption(
    unknown.length === 0
      ? `one encryption rule, found ${rules.length}`
      : `an encryption rule as this version knows it, found ${unknown.join(', ')} in it`,
  );
}

/** An answer that is no encryption that we know. */
export function oddEncryption(expectedAndFound: string): EncryptionReading {
  return { kind: 'unreadable', code: 'UnexpectedAnswer', message: `expected ${expectedAndFound}`, denied: false };
}

/** What a failed read means: nothing is said of the encryption, unless the bucket is gone or elsewhere. */
export function notRead(error: unknown): EncryptionReading {
  // Since 2023 S3 itself no longer answers this, but stores that imitate it do: no configuration is a rule without an algorithm.
  if (errorName(error) === 'ServerSideEncryptionConfigurationNotFoundError') return { kind: 'read', rule: {} };
  const failure = failureOf(error);
  if (failure === 'gone') return { kind: 'gone' };
  if (failure === 'elsewhere') return { kind: 'elsewhere', region: bucketRegionOf(error) };
  return { kind: 'unreadable', code: codeOf(error), message: messageOf(error), denied: failure === 'denied' };
}

/** S3's ServerSideEncryptionRule as ours. */
function fromSdkEncryption(rule: ServerSideEncryptionRule): Encryption {
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType;
  return present({
    algorithm: byDefault?.SSEAlgorithm,
    keyId: byDefault?.KMSMasterKeyID,
    bucketKey: rule.BucketKeyEnabled,
    blocked: blocked && [...blocked],
  });
}

const MEMBERS = ['ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled', 'BlockedEncryptionTypes'];
const DEFAULT_MEMBERS = ['SSEAlgorithm', 'KMSMasterKeyID'];

/** Members that a write of ours would drop. The SDK itself passes on only those that its version knows. */
function unknownMembers(rule: ServerSideEncryptionRule): string[] {
  const byDefault = rule.ApplyServerSideEncryptionByDefault ?? {};
  return [
    ...Object.keys(rule).filter((member) => !MEMBERS.includes(member)),
    ...Object.keys(byDefault).filter((member) => !DEFAULT_MEMBERS.includes(member)),
  ];
}

/**
 * Our rule as S3's. What was never read is not written: S3 then keeps or defaults it. An empty list of blocked types is
 * written as NONE, which means the same: no example of the API has an empty one.
 */
export function toSdkEncryption({ algorithm, keyId, bucketKey, blocked }: Encryption): ServerSideEncryptionRule {
  // The SDK types two open sets of strings as closed ones; the values were read from S3 or checked by the policy.
  const byDefault =
    algorithm === undefined
      ? undefined
      : { SSEAlgorithm: algorithm as ServerSideEncryption, ...present({ KMSMasterKeyID: keyId }) };
  const types = blocked && ((blocked.length === 0 ? ['NONE'] : blocked) as EncryptionType[]);
  return present({
    ApplyServerSideEncryptionByDefault: byDefault,
    BucketKeyEnabled: bucketKey,
    BlockedEncryptionTypes: types && { EncryptionType: types },
  });
}
