import { ListObjectsV2Command, type _Object, type S3Client } from '@aws-sdk/client-s3';
import type { KeyRange } from '../../policy/copy/range-halves.ts';
import type { ListedObject } from '../../policy/plan/plan-model.ts';
import { present } from '../../present.ts';
import { listedKey } from '../sdk/listed-key.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/** A current object as a listing has it. */
export interface ListedKey extends ListedObject {
  key: string;
  etag: string;
}

interface Asked extends OwnedBucket, KeyRange {
  /** The most keys that are wanted, 1,000 where nothing is said. */
  atMost?: number;
}

/**
 * The next page of a range of keys. It begins behind a key, which needs not be there any more, so whoever has the last key of the page before goes on
 * after any time, and what is written or deleted meanwhile moves no other object out of the listing (S3 API ListObjectsV2, StartAfter). Not empty
 * before it is `done`. Throws the SDK's error, or ResealError unreadable where an answer is no listing of what was asked for.
 */
export function createKeyRange(s3: S3Client) {
  return async function readKeyRange(range: Asked): Promise<{ objects: ListedKey[]; done: boolean }> {
    const { bucket, after, until } = range;
    const { listed, truncated } = await pageOf(s3, range);
    const objects = listed.map((each) => keyOf(each, bucket));
    const last = objects.at(-1)?.key;
    if (last === undefined) return { objects, done: true };
    if (after !== '' && byBytes(last, after) <= 0)
      throw oddAnswer('ListObjectsV2', 'keys behind StartAfter', { bucket });
    if (until === undefined || byBytes(last, until) < 0) return { objects, done: !truncated };
    return { objects: objects.filter(({ key }) => byBytes(key, until) <= 0), done: true };
  };
}

/** A page without keys may have one behind it: S3 may have passed over what is deleted. No token outlives the call. */
async function pageOf(s3: S3Client, { bucket, account, after, atMost }: Asked) {
  // XML cannot carry all that a key may have.
  const asked = { Bucket: bucket, ExpectedBucketOwner: account, EncodingType: 'url' as const };
  const most = present({ MaxKeys: atMost });
  let from: { StartAfter?: string; ContinuationToken?: string } = after === '' ? {} : { StartAfter: after };
  for (;;) {
    const output = await s3.send(new ListObjectsV2Command({ ...asked, ...most, ...from }));
    const { IsTruncated: truncated, NextContinuationToken: next, Contents: listed = [] } = output;
    if (truncated === undefined) throw oddAnswer('ListObjectsV2', 'IsTruncated', { bucket });
    if (listed.length > 0 || !truncated) return { listed, truncated };
    if (next === undefined) throw oddAnswer('ListObjectsV2', 'NextContinuationToken', { bucket });
    from = { ContinuationToken: next };
  }
}

function keyOf({ Key, ETag, Size, LastModified, StorageClass = 'STANDARD' }: _Object, bucket: string): ListedKey {
  if (Key === undefined || ETag === undefined || Size === undefined || LastModified === undefined)
    throw oddAnswer('ListObjectsV2', 'Key, ETag, Size and LastModified of each object', { bucket });
  return {
    key: listedKey(Key),
    etag: ETag,
    sizeBytes: Size,
    lastModifiedMs: LastModified.getTime(),
    storageClass: StorageClass,
  };
}

/** The order of the listing: that of UTF-8 bytes. */
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
