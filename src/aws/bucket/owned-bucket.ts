import type { BucketId } from '../../bucket-id.ts';
import type { Fact } from '../../policy/facts.ts';
import { kindOf } from '../../policy/model.ts';
import { type Asked, type Odd, readFact } from '../sdk/read-fact.ts';

/** One bucket and the account that must own it. */
export type OwnedBucket = Pick<BucketId, 'bucket' | 'account'>;

interface Target {
  Bucket: string;
  ExpectedBucketOwner?: string;
}

/**
 * The members by which a request names a bucket and the owner that it expects (x-amz-expected-bucket-owner). Directory buckets are
 * named alone: they answer 501 to that header (S3 API, directory buckets).
 */
export function targetOf({ bucket, account }: OwnedBucket): Target {
  return kindOf(bucket) === 'directory' ? { Bucket: bucket } : { Bucket: bucket, ExpectedBucketOwner: account };
}

/** The name of a fact in words, the IAM action that reads it (of directory buckets, where that is another), and what means "not configured". */
interface BucketFact<T> extends Omit<Asked<T>, 'what'> {
  name: string;
  directoryAction?: string;
}

/** The reader of one fact of buckets; `read` answers a request with this target. A signal gives the read up, which is then unread. */
export function bucketFact<T>(
  fact: BucketFact<T>,
  read: (target: Target, odd: Odd, options: { abortSignal?: AbortSignal }) => Promise<T>,
) {
  return (owned: OwnedBucket, options: { abortSignal?: AbortSignal } = {}): Promise<Fact<T>> => {
    const { name, action, directoryAction = action } = fact;
    const { bucket } = owned;
    const asked = {
      action: kindOf(bucket) === 'directory' ? directoryAction : action,
      what: `The ${name} of bucket ${bucket}`,
    };
    return readFact({ ...fact, ...asked }, (odd) => read(targetOf(owned), odd, options));
  };
}
