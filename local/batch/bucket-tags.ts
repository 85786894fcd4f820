import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import type { Bucket } from '../s3/bucket.ts';
import { onBucket } from '../s3/resource-permission.ts';
import { invalidRequest } from '../s3/s3-error.ts';
import type { S3 } from '../s3/store.ts';
import { checkTags, MOST_BUCKET_TAGS } from '../s3/tags.ts';
import type { ServiceDefinition } from '../service.ts';
import { checkAccount } from './permissions.ts';

interface TagInput {
  readonly AccountId?: string | undefined;
  readonly ResourceArn?: string | undefined;
}

/** Tags by ARN (API TagResource, UntagResource, ListTagsForResource of S3 Control), of general purpose buckets only: the tags that GetBucketTagging tells. */
export function bucketTagOperations(s3: S3): ServiceDefinition['operations'] {
  return {
    TagResource: (input: TagResourceRequest, call: Call): void => {
      const bucket = bucketOf(s3, input, call);
      const given = checkTags(input.Tags ?? [], MOST_BUCKET_TAGS);
      const kept = (bucket.tags ?? []).filter(({ Key }) => !given.some((tag) => tag.Key === Key));
      bucket.tags = checkTags([...kept, ...given], MOST_BUCKET_TAGS);
    },
    UntagResource: (input: UntagResourceRequest, call: Call): void => {
      const bucket = bucketOf(s3, input, call);
      const left = (bucket.tags ?? []).filter(({ Key = '' }) => input.TagKeys?.includes(Key) !== true);
      bucket.tags = left.length === 0 ? undefined : left;
    },
    ListTagsForResource: (input: ListTagsForResourceRequest, call: Call): ListTagsForResourceResult => ({
      Tags: (bucketOf(s3, input, call).tags ?? []).map(({ Key, Value }) => ({ Key, Value })),
    }),
  };
}

/** Each is the action of its own name on the bucket (Service Authorization Reference, Amazon S3). */
export function bucketTagPermissions(s3: S3): ServiceDefinition['permissions'] {
  return Object.fromEntries(
    Object.keys(bucketTagOperations(s3)).map((operation) => [
      operation,
      (input: TagInput, call: Call) => [onBucket(bucketOf(s3, input, call), `s3:${operation}`)],
    ]),
  );
}

function bucketOf(s3: S3, input: TagInput, call: Call): Bucket {
  checkAccount(input, call);
  const { ResourceArn: arn = '' } = input;
  const [, service, region, name = ''] = /^arn:[^:]+:([^:]*):([^:]*):[^:]*:(.+)$/.exec(arn) ?? [];
  if (service === 's3express' || (service === 's3' && region !== '')) throw notEmulated(`the tags of ${arn}`);
  if (service !== 's3' || name.includes('/')) throw invalidRequest(`The resource ARN is not one of Amazon S3: ${arn}`);
  return s3.store.locate({ Bucket: name }, call);
}
