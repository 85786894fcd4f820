import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { present } from '../../present.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import { listedKey } from '../sdk/listed-key.ts';
import { createKeyRange } from './key-range.ts';
import type { ObjectName } from './object-head.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/** An object, or a version of it, as it was listed. */
export interface ListedName extends ObjectName {
  etag?: string;
  lastModifiedMs?: number;
}

/** Where the next page begins: after this key, and of its versions after this one. */
export interface PageStart {
  key: string;
  versionId?: string;
}

/** One page, at most 1,000; without `next` it is the last one. */
export interface ObjectPage {
  objects: ListedName[];
  next?: PageStart;
}

export type ObjectPages = ReturnType<typeof createObjectPages>;

/**
 * The objects of a bucket page by page, from any key on (S3 API ListObjectsV2 StartAfter, ListObjectVersions KeyMarker), so that no token of S3's
 * need live as long as a person takes. Keys are asked for encoded: XML cannot carry all that a key may have. Throw the SDK's error, or ResealError
 * unreadable where an answer is no listing.
 */
export function createObjectPages(s3: S3Client) {
  const range = createKeyRange(s3);
  return {
    async current(owned: OwnedBucket, after?: PageStart): Promise<ObjectPage> {
      const { objects, done } = await range({ ...owned, after: after?.key ?? '' });
      const last = objects.at(-1);
      return { objects, ...(done || last === undefined ? {} : { next: { key: last.key } }) };
    },

    /** Every version that has data; delete markers have none. */
    async versions({ bucket, account }: OwnedBucket, after?: PageStart): Promise<ObjectPage> {
      const asked = { Bucket: bucket, ExpectedBucketOwner: account, EncodingType: 'url' as const };
      const from = present({ KeyMarker: after?.key, VersionIdMarker: after?.versionId });
      const output = await s3.send(new ListObjectVersionsCommand({ ...asked, ...from }));
      const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = output;
      if (IsTruncated === undefined) throw oddAnswer('ListObjectVersions', 'IsTruncated', { bucket });
      if (IsTruncated && NextKeyMarker === undefined)
        throw oddAnswer('ListObjectVersions', 'NextKeyMarker', { bucket });
      return {
        objects: (output.Versions ?? []).map(({ Key = '', VersionId = 'null', IsLatest, ETag, LastModified }) => ({
          key: listedKey(Key),
          versionId: VersionId,
          isCurrent: IsLatest === true,
          ...present({ etag: ETag, lastModifiedMs: LastModified?.getTime() }),
        })),
        ...(IsTruncated && NextKeyMarker !== undefined
          ? { next: { key: listedKey(NextKeyMarker), ...present({ versionId: NextVersionIdMarker }) } }
          : {}),
      };
    },
  };
}
