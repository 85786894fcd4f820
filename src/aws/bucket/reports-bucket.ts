import { type Bucket, ListBucketsCommand, type ListBucketsCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { isReportsBucket } from '../../bucket-id.ts';
import { present } from '../../present.ts';
import { createRemembered } from '../sdk/remembered.ts';
import { oddAnswer } from '../sdk/service-error.ts';

/** Shorter than anybody waits after region.yml was removed and deployed again. */
const REPORTS_BUCKET_MS = 300_000;

/**
 * The account's bucket for job reports in a Region, the newest where it has kept older ones; undefined where it has none, which is not remembered.
 * S3 lists nobody else's buckets, so the owner needs no further proof. Throws the SDK's error.
 */
export function createReportsBucket(
  s3: S3Client,
  prefix: string,
  { account, now }: { account: string; now: () => Date },
) {
  const remembered = createRemembered<string | undefined>(now, (name) => name !== undefined);
  return function reportsBucketIn(region: string): Promise<string | undefined> {
    return remembered(region, REPORTS_BUCKET_MS, async () => {
      let newest: Bucket | undefined;
      for await (const bucket of bucketsOf(s3, { Prefix: `${prefix}-` })) {
        if (!isReportsBucket(bucket.Name ?? '', prefix, { account, region })) continue;
        if ((bucket.CreationDate?.getTime() ?? 0) >= (newest?.CreationDate?.getTime() ?? 0)) newest = bucket;
      }
      return newest?.Name;
    });
  };
}

/** Page by page. S3 documents no order of the names, so a bucket is missing only when the last page was seen. */
export async function* bucketsOf(s3: S3Client, filter: ListBucketsCommandInput): AsyncGenerator<Bucket> {
  let token: string | undefined;
  do {
    const page = { MaxBuckets: 1_000, ...filter, ...present({ ContinuationToken: token }) };
    const output = await s3.send(new ListBucketsCommand(page));
    if (output.Buckets === undefined) throw oddAnswer('ListBuckets', 'Buckets', {});
    yield* output.Buckets;
    token = output.ContinuationToken;
  } while (token !== undefined);
}
