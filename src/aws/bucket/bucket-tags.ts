import { GetBucketTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Fact, Tag } from '../../policy/facts.ts';
import { type OwnedBucket, targetOf } from './owned-bucket.ts';
import { notUnderstood, readFact } from '../sdk/read-fact.ts';

const ACTION = 's3:GetBucketTagging';

/** GetBucketTagging: the bucket's tags, none where it has no tag set. */
export function createBucketTags(s3: S3Client) {
  return function readBucketTags(owned: OwnedBucket): Promise<Fact<Tag[]>> {
    const what = `The tags of bucket ${owned.bucket}`;
    return readFact<Tag[]>({ what, action: ACTION, absent: { NoSuchTagSet: [] } }, async () => {
      const { TagSet: tags } = await s3.send(new GetBucketTaggingCommand(targetOf(owned)));
      if (tags === undefined) throw notUnderstood(what, 'it has no TagSet', ACTION);
      return tags.map(({ Key: key, Value: value }) => {
        if (key === undefined) throw notUnderstood(what, 'a tag has no key', ACTION);
        return { key, value: value ?? '' };
      });
    });
  };
}
