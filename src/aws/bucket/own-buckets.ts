import { type Bucket, ListDirectoryBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact } from '../../policy/facts.ts';
import { kindOf } from '../../policy/model.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';
import { failureOf } from '../sdk/service-error.ts';
import { bucketsOf } from './reports-bucket.ts';

export type OwnBuckets = ReturnType<typeof createOwnBuckets>;

/** Whether the account owns a bucket. */
export function createOwnBuckets(s3: S3Client) {
  return {
    /**
     * Asks ListBuckets whether the account owns a bucket of this name: S3 answers a denied owner and a stranger with the
     * same 403. `undefined` where that cannot be read either.
     */
    async findOwn(bucket: string): Promise<{ owned: boolean; region?: string } | undefined> {
      try {
        const found = await named(bucket, bucketsOf(s3, { Prefix: bucket }));
        return { owned: found !== undefined, ...present({ region: found?.BucketRegion }) };
      } catch (error) {
        if (failureOf(error) === 'refused') throw error;
        return undefined;
      }
    },
  };
}

/**
 * When a bucket was created, ISO 8601, as ListBuckets or ListDirectoryBuckets tells it. S3 may move that date when the bucket's policy
 * is edited (S3 API Bucket CreationDate), so it is never before the true one.
 */
export function createBucketCreated(s3: S3Client) {
  return function readBucketCreated(bucket: string): Promise<Fact<string>> {
    const isDirectory = kindOf(bucket) === 'directory';
    const action = isDirectory ? 's3express:ListAllMyDirectoryBuckets' : 's3:ListAllMyBuckets';
    const what = `The creation date of bucket ${bucket}`;
    return readFact({ what, action }, async (odd) => {
      const found = await named(bucket, isDirectory ? directoryBucketsOf(s3) : bucketsOf(s3, { Prefix: bucket }));
      if (found?.CreationDate !== undefined) return found.CreationDate.toISOString();
      throw odd(found === undefined ? 'the account lists no such bucket' : 'it has none');
    });
  };
}

async function named(name: string, buckets: AsyncIterable<Bucket>): Promise<Bucket | undefined> {
  for await (const bucket of buckets) if (bucket.Name === name) return bucket;
  return undefined;
}

/** The directory buckets of the client's Region, page by page. Throws the SDK's error. */
export async function* directoryBucketsOf(s3: S3Client): AsyncGenerator<Bucket> {
  let token: string | undefined;
  do {
    const output = await s3.send(new ListDirectoryBucketsCommand(present({ ContinuationToken: token })));
    yield* output.Buckets ?? [];
    token = output.ContinuationToken;
  } while (token !== undefined);
}
