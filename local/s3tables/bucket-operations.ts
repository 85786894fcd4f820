import type * as s3tables from '@aws-sdk/client-s3tables';
import type { Call } from '../call.ts';
import { pageAfter } from '../page-after.ts';
import { checkEncryption } from './encryption.ts';
import { conflict, newTableBucket, notFound, type TableBucket } from './table-bucket.ts';
import type { TableBuckets } from './table-buckets.ts';

type OnBucket = Pick<s3tables.GetTableBucketRequest, 'tableBucketARN'>;

/** The operations of S3 Tables on table buckets. */
export function createBucketOperations(buckets: TableBuckets) {
  return {
    CreateTableBucket: (input: s3tables.CreateTableBucketRequest, call: Call) => {
      if (input.encryptionConfiguration !== undefined) checkEncryption(input.encryptionConfiguration, call);
      const bucket = newTableBucket(input, call);
      buckets.add(bucket);
      return { arn: bucket.arn };
    },
    GetTableBucket: ({ tableBucketARN }: OnBucket, call: Call) => described(buckets.get(tableBucketARN, call)),
    ListTableBuckets: (input: s3tables.ListTableBucketsRequest, call: Call) => {
      const { prefix = '', maxBuckets, continuationToken, type = 'customer' } = input;
      const own = type === 'customer' ? buckets.of(call).filter(({ name }) => name.startsWith(prefix)) : [];
      const page = pageAfter(own, { token: continuationToken, most: maxBuckets, keyOf: ({ name }) => name });
      return { tableBuckets: page.items.map(described), continuationToken: page.token };
    },
    DeleteTableBucket: ({ tableBucketARN }: OnBucket, call: Call) => {
      const bucket = buckets.get(tableBucketARN, call);
      if (bucket.namespaces.size > 0) throw conflict('The bucket that you tried to delete is not empty.');
      buckets.delete(bucket.arn);
    },
    PutTableBucketEncryption: (input: s3tables.PutTableBucketEncryptionRequest, call: Call) => {
      const bucket = buckets.get(input.tableBucketARN, call);
      const { encryptionConfiguration = { sseAlgorithm: undefined } } = input;
      checkEncryption(encryptionConfiguration, call);
      bucket.encryption = encryptionConfiguration;
    },
    GetTableBucketEncryption: ({ tableBucketARN }: OnBucket, call: Call) => {
      const { encryption } = buckets.get(tableBucketARN, call);
      if (encryption === undefined) throw notFound('The specified table bucket has no encryption configuration.');
      return { encryptionConfiguration: encryption };
    },
    DeleteTableBucketEncryption: ({ tableBucketARN }: OnBucket, call: Call) => {
      buckets.get(tableBucketARN, call).encryption = undefined;
    },
    ListTagsForResource: ({ resourceArn }: s3tables.ListTagsForResourceRequest, call: Call) => ({
      tags: Object.fromEntries(buckets.get(resourceArn, call).tags),
    }),
    TagResource: ({ resourceArn, tags = {} }: s3tables.TagResourceRequest, call: Call) => {
      const bucket = buckets.get(resourceArn, call);
      for (const [key, value] of Object.entries(tags)) bucket.tags.set(key, value);
    },
    UntagResource: ({ resourceArn, tagKeys = [] }: s3tables.UntagResourceRequest, call: Call) => {
      const bucket = buckets.get(resourceArn, call);
      for (const key of tagKeys) bucket.tags.delete(key);
    },
  };
}

function described({ arn, name, account, id, createdAt }: TableBucket): s3tables.TableBucketSummary {
  return { arn, name, ownerAccountId: account, createdAt, tableBucketId: id, type: 'customer' };
}
