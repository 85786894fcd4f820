import {
  GetBucketOwnershipControlsCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CopyConditions } from '../../policy/plan/plan.ts';
import type { OwnedBucket } from './owned-bucket.ts';
import { nameOf } from '../sdk/service-error.ts';

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
    if (nameOf(error) === missing) return undefined;
    throw error;
  }
}
