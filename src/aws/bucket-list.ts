import { ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';
import { failureOf } from './service-error.ts';

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
        const output = await s3.send(new ListBucketsCommand({ Prefix: bucket, MaxBuckets: 1 }));
        const found = output.Buckets?.find((each) => each.Name === bucket);
        if (found === undefined) return { owned: false };
        return found.BucketRegion === undefined ? { owned: true } : { owned: true, region: found.BucketRegion };
      } catch (error) {
        if (failureOf(error) === 'refused') throw error;
        return undefined;
      }
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
