import {
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { EncryptionRule } from '../policy/model.ts';
import { fromSdkRule, toSdkRule } from './encryption-rule.ts';
import { bucketRegionOf, failureOf, messageOf, nameOf } from './service-error.ts';

/** One general purpose bucket and the account that must own it (x-amz-expected-bucket-owner on every call). */
export interface OwnedBucket {
  bucket: string;
  account: string;
}

export type EncryptionReading =
  | { kind: 'read'; rule: EncryptionRule }
  | { kind: 'gone' }
  /** The bucket is in another Region; S3 says which in nearly every answer. */
  | { kind: 'elsewhere'; region: string | undefined }
  | { kind: 'unreadable'; code: string; message: string; denied: boolean };

export type BucketEncryption = ReturnType<typeof createBucketEncryption>;

/** The default encryption of the buckets of one Region. */
export function createBucketEncryption(s3: S3Client) {
  return {
    /** GetBucketEncryption. Never throws: what cannot be read is a value, and is never "not encrypted". */
    async read({ bucket, account }: OwnedBucket): Promise<EncryptionReading> {
      try {
        const output = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
        return onlyRule(output.ServerSideEncryptionConfiguration?.Rules ?? []);
      } catch (error) {
        return unread(error);
      }
    },

    /** PutBucketEncryption with the whole rule. Throws the SDK's error. */
    async write({ bucket, account, rule }: OwnedBucket & { rule: EncryptionRule }): Promise<void> {
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket: bucket,
          ExpectedBucketOwner: account,
          ServerSideEncryptionConfiguration: { Rules: [toSdkRule(rule)] },
        }),
      );
    },
  };
}

/** S3 answers one rule. None (a proxy's page) says nothing about the bucket, and of several a write would lose some. */
function onlyRule(rules: readonly ServerSideEncryptionRule[]): EncryptionReading {
  const [rule] = rules;
  if (rule !== undefined && rules.length === 1) return { kind: 'read', rule: fromSdkRule(rule) };
  const message = `expected one encryption rule, found ${rules.length}`;
  return { kind: 'unreadable', code: 'UnexpectedAnswer', message, denied: false };
}

function unread(error: unknown): EncryptionReading {
  // Since 2023 S3 itself no longer answers this, but stores that imitate it do: no configuration is a rule without an algorithm.
  if (nameOf(error) === 'ServerSideEncryptionConfigurationNotFoundError') return { kind: 'read', rule: {} };
  const failure = failureOf(error);
  if (failure === 'gone') return { kind: 'gone' };
  if (failure === 'elsewhere') return { kind: 'elsewhere', region: bucketRegionOf(error) };
  return { kind: 'unreadable', code: nameOf(error), message: messageOf(error), denied: failure === 'denied' };
}
