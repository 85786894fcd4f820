import { RestoreObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ArchiveHeaders, RESTORING, restoredBy } from '../../policy/copy/object-restore.ts';
import type { ObjectOutcome, ObjectTask } from '../../policy/copy/object-task.ts';
import { errorName } from '../sdk/service-error.ts';

const IN_TIER = 'INTELLIGENT_TIERING';

/** RestoreObject (s3:RestoreObject). What is in a tier of INTELLIGENT_TIERING comes back for good, and S3 takes no days for it (S3 API RestoreObject, Days). Throws the SDK's error. */
export function createRestoreObject(s3: S3Client, now: () => Date) {
  return async function restoreObject(
    { bucket, account, key }: ObjectTask,
    archive: ArchiveHeaders,
    { tier, days }: NonNullable<ObjectTask['restore']>,
  ): Promise<ObjectOutcome> {
    const until = restoredBy(archive, tier, now().getTime());
    const RestoreRequest = {
      GlacierJobParameters: { Tier: tier },
      ...(archive.storageClass === IN_TIER ? {} : { Days: days }),
    };
    const asked = { Bucket: bucket, Key: key, ExpectedBucketOwner: account, RestoreRequest };
    try {
      await s3.send(new RestoreObjectCommand(asked));
    } catch (error) {
      // Somebody was faster, or the answer to an earlier try was lost.
      if (errorName(error) !== 'RestoreAlreadyInProgress') throw error;
    }
    return { kind: 'waits', code: RESTORING, until };
  };
}
