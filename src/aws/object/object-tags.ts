import { GetObjectTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { oddAnswer } from '../sdk/service-error.ts';

/** GetObjectTagging (s3:GetObjectTagging) as the header x-amz-tagging takes it; undefined where there are none. Throws the SDK's error. */
export function createObjectTags(s3: S3Client) {
  return async function readTags(named: { bucket: string; account: string; key: string }): Promise<string | undefined> {
    const { bucket, account, key } = named;
    const asked = { Bucket: bucket, Key: key, ExpectedBucketOwner: account };
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(asked));
    if (TagSet === undefined) throw oddAnswer('GetObjectTagging', 'a TagSet', { bucket });
    if (TagSet.length === 0) return undefined;
    return TagSet.map(({ Key = '', Value = '' }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
      .toSorted()
      .join('&');
  };
}
