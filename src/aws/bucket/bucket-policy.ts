import { GetBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact } from '../../policy/facts.ts';
import { actionOn, type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

/** GetBucketPolicy: the JSON text of the bucket's policy; undefined where it has none. */
export function createBucketPolicy(s3: S3Client) {
  return function readBucketPolicy(owned: OwnedBucket): Promise<Fact<string | undefined>> {
    const what = `The policy of bucket ${owned.bucket}`;
    const action = actionOn(owned.bucket, 'GetBucketPolicy');
    return readFact<string | undefined>({ what, action, absent: { NoSuchBucketPolicy: undefined } }, async () => {
      const { Policy: policy = '' } = await s3.send(new GetBucketPolicyCommand(targetOf(owned)));
      if (policy === '') throw notUnderstood(what, 'it is empty', action);
      return policy;
    });
  };
}
