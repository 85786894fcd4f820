import type { Bucket, S3Client } from '@aws-sdk/client-s3';
import type { Fact } from '../../policy/facts.ts';
import { kindOf } from '../../policy/model.ts';
import { bucketsOf } from './bucket-list.ts';
import { directoryBucketsOf } from './directory-buckets.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

/**
 * When a bucket was created, ISO 8601, as ListBuckets or ListDirectoryBuckets tells it. S3 may move that date when the bucket's policy
 * is edited (S3 API Bucket CreationDate), so it is never before the true one.
 */
export function createBucketCreated(s3: S3Client) {
  return function readBucketCreated(bucket: string): Promise<Fact<string>> {
    const isDirectory = kindOf(bucket) === 'directory';
    const action = isDirectory ? 's3express:ListAllMyDirectoryBuckets' : 's3:ListAllMyBuckets';
    const what = `The creation date of bucket ${bucket}`;
    return readFact({ what, action }, async () => {
      const found = await named(bucket, isDirectory ? directoryBucketsOf(s3) : bucketsOf(s3, { Prefix: bucket }));
      if (found?.CreationDate !== undefined) return found.CreationDate.toISOString();
      throw notUnderstood(what, found === undefined ? 'the account lists no such bucket' : 'it has none', action);
    });
  };
}

async function named(name: string, buckets: AsyncIterable<Bucket>): Promise<Bucket | undefined> {
  for await (const bucket of buckets) if (bucket.Name === name) return bucket;
  return undefined;
}
