import { type Bucket, ListBucketsCommand, type ListBucketsCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { oddAnswer } from '../sdk/odd-answer.ts';
import { failureOf } from '../sdk/service-error.ts';

export type BucketList = ReturnType<typeof createBucketList>;

/** Which general purpose buckets the account owns. */
export function createBucketList(s3: S3Client) {
  return {
    /**
     * Asks ListBuckets whether the account owns a bucket of this name: S3 answers a denied owner and a stranger with the
     * same 403. `undefined` where that cannot be read either.
     */
    async findOwn(bucket: string): Promise<{ owned: boolean; region?: string } | undefined> {
      try {
        for await (const each of bucketsOf(s3, { Prefix: bucket })) {
          if (each.Name !== bucket) continue;
          return each.BucketRegion === undefined ? { owned: true } : { owned: true, region: each.BucketRegion };
        }
        return { owned: false };
      } catch (error) {
        if (failureOf(error) === 'refused') throw error;
        return undefined;
      }
    },

    /**
     * Names of the account's general purpose buckets in the given Region. Throws the SDK's error, or ResealError unreadable where
     * the answer is no list.
     */
    async *list(region: string, prefix?: string): AsyncGenerator<string> {
      const filter = { BucketRegion: region, ...(prefix === undefined ? {} : { Prefix: prefix }) };
      for await (const bucket of bucketsOf(s3, filter)) if (bucket.Name !== undefined) yield bucket.Name;
    },
  };
}

/** Page by page. S3 documents no order of the names, so a bucket is missing only when the last page was seen. */
export async function* bucketsOf(s3: S3Client, filter: ListBucketsCommandInput): AsyncGenerator<Bucket> {
  let token: string | undefined;
  do {
    const next = token === undefined ? {} : { ContinuationToken: token };
    const output = await s3.send(new ListBucketsCommand({ MaxBuckets: 1_000, ...filter, ...next }));
    if (output.Buckets === undefined) throw oddAnswer('ListBuckets', 'Buckets', {});
    yield* output.Buckets;
    token = output.ContinuationToken;
  } while (token !== undefined);
}
