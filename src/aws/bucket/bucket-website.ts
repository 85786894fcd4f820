import { GetBucketWebsiteCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact, Website } from '../../policy/facts.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

const ACTION = 's3:GetBucketWebsite';

/** GetBucketWebsite: whether the website endpoint serves objects of the bucket, only redirects, or is off. */
export function createBucketWebsite(s3: S3Client) {
  return function readBucketWebsite(owned: OwnedBucket): Promise<Fact<Website>> {
    const what = `The website configuration of bucket ${owned.bucket}`;
    return readFact<Website>({ what, action: ACTION, absent: { NoSuchWebsiteConfiguration: 'none' } }, async () => {
      const output = await s3.send(new GetBucketWebsiteCommand(targetOf(owned)));
      if (output.RedirectAllRequestsTo !== undefined) return 'redirect';
      if (output.IndexDocument !== undefined) return 'site';
      throw notUnderstood(what, 'it has neither IndexDocument nor RedirectAllRequestsTo', ACTION);
    });
  };
}
