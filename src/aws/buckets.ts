import {
  GetBucketEncryptionCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { EncryptionRule } from '../policy/model.ts';
import type { ListedObject } from '../policy/plan.ts';
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

export type Buckets = ReturnType<typeof createBuckets>;

/** The bucket-level calls of S3 in one Region. */
export function createBuckets(s3: S3Client) {
  return {
    /** GetBucketEncryption. Never throws: what cannot be read is a value, and is never "not encrypted". */
    async readEncryption({ bucket, account }: OwnedBucket): Promise<EncryptionReading> {
      try {
        const output = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
        return { kind: 'read', rule: fromSdkRule(output.ServerSideEncryptionConfiguration?.Rules?.[0]) };
      } catch (error) {
        return unread(error);
      }
    },

    /** PutBucketEncryption with the whole rule. Throws the SDK's error. */
    async writeEncryption({ bucket, account, rule }: OwnedBucket & { rule: EncryptionRule }): Promise<void> {
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket: bucket,
          ExpectedBucketOwner: account,
          ServerSideEncryptionConfiguration: { Rules: [toSdkRule(rule)] },
        }),
      );
    },

    /**
     * Asks ListBuckets whether the account owns a bucket of this name: S3 answers a denied owner and a stranger with the
     * same 403. `undefined` where that cannot be read either.
     */
    async findOwn(bucket: string): Promise<{ owned: boolean; region?: string } | undefined> {
      try {
        const output = await s3.send(new ListBucketsCommand({ Prefix: bucket, MaxBuckets: 1 }));
        const found = output.Buckets?.find((each) => each.Name === bucket);
        if (found === undefined) return { owned: false };
        return found.BucketRegion === undefined ? { owned: true } : { owned: true, region: found.BucketRegion };
      } catch (error) {
        if (failureOf(error) === 'refused') throw error;
        return undefined;
      }
    },

    /** The first page (at most 1,000 objects, current versions) of ListObjectsV2. Throws the SDK's error. */
    async listPage({ bucket, account }: OwnedBucket): Promise<{ objects: ListedObject[]; truncated: boolean }> {
      const output = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ExpectedBucketOwner: account }));
      const objects = (output.Contents ?? []).map((each) => ({
        sizeBytes: each.Size ?? 0,
        lastModifiedMs: each.LastModified?.getTime() ?? 0,
        storageClass: each.StorageClass ?? 'STANDARD',
      }));
      return { objects, truncated: output.IsTruncated ?? false };
    },

    /** Names of the account's general purpose buckets in the given Region, page by page (ListBuckets, MaxBuckets 1,000). */
    async *list(region: string, prefix?: string): AsyncGenerator<string> {
      let token: string | undefined;
      do {
        const output = await s3.send(
          new ListBucketsCommand({
            MaxBuckets: 1_000,
            BucketRegion: region,
            ...(prefix === undefined ? {} : { Prefix: prefix }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        for (const bucket of output.Buckets ?? []) if (bucket.Name !== undefined) yield bucket.Name;
        token = output.ContinuationToken;
      } while (token !== undefined);
    },
  };
}

function unread(error: unknown): EncryptionReading {
  // Since 2023 S3 itself no longer answers this, but stores that imitate it do: no configuration is a rule without an algorithm.
  if (nameOf(error) === 'ServerSideEncryptionConfigurationNotFoundError') return { kind: 'read', rule: {} };
  const failure = failureOf(error);
  if (failure === 'gone') return { kind: 'gone' };
  if (failure === 'elsewhere') return { kind: 'elsewhere', region: bucketRegionOf(error) };
  return { kind: 'unreadable', code: nameOf(error), message: messageOf(error), denied: failure === 'denied' };
}
