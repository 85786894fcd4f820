import {
  GetBucketOwnershipControlsCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CopyConditions, ListedObject } from '../../policy/plan/plan-model.ts';
import { present } from '../../present.ts';
import { errorName, oddAnswer } from '../sdk/service-error.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/**
 * The first page (at most 1,000 objects, current versions) of ListObjectsV2. Throws the SDK's error, or ResealError unreadable where
 * the answer is no listing.
 */
export function createObjectPage(s3: S3Client) {
  return async function readObjectPage(owned: OwnedBucket): Promise<{ objects: ListedObject[]; truncated: boolean }> {
    const { bucket, account } = owned;
    const output = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ExpectedBucketOwner: account }));
    if (output.IsTruncated === undefined) throw oddAnswer('ListObjectsV2', 'IsTruncated', { bucket });
    const objects = (output.Contents ?? []).map((each) => ({
      sizeBytes: each.Size ?? 0,
      lastModifiedMs: each.LastModified?.getTime() ?? 0,
      storageClass: each.StorageClass ?? 'STANDARD',
      ...present({ parts: partsOf(each.ETag) }),
    }));
    return { objects, truncated: output.IsTruncated };
  };
}

function partsOf(etag = ''): number | undefined {
  const parts = /-(\d+)"?$/.exec(etag)?.[1];
  return parts === undefined ? undefined : Number(parts);
}

/**
 * What decides whether a Batch copy in place keeps everything: a job has one ACL and one redirect for all its objects,
 * and no Object Lock settings of its own. Throws the SDK's error where a setting cannot be read.
 */
export function createCopyConditions(s3: S3Client) {
  return async function readCopyConditions({ bucket, account }: OwnedBucket): Promise<CopyConditions> {
    const target = { Bucket: bucket, ExpectedBucketOwner: account };
    const [ownership, website, lock] = await Promise.all([
      orMissing(s3.send(new GetBucketOwnershipControlsCommand(target)), 'OwnershipControlsNotFoundError'),
      orMissing(s3.send(new GetBucketWebsiteCommand(target)), 'NoSuchWebsiteConfiguration'),
      orMissing(s3.send(new GetObjectLockConfigurationCommand(target)), 'ObjectLockConfigurationNotFoundError'),
    ]);
    return {
      aclsDisabled: ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced',
      website: website !== undefined,
      objectLock: lock?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
    };
  };
}

async function orMissing<T>(reading: Promise<T>, missing: string): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (errorName(error) === missing) return undefined;
    throw error;
  }
}
