import { type S3Client, UpdateObjectEncryptionCommand } from '@aws-sdk/client-s3';
import type { ObjectOutcome, ObjectTask } from '../../policy/copy/object-task.ts';
import { present } from '../../present.ts';

/**
 * UpdateObjectEncryption (s3:UpdateObjectEncryption; kms:GenerateDataKey, Encrypt, Decrypt and ReEncrypt* on the keys): one call. It has no condition, and needs none: no byte and no header changes, so
 * what was written meanwhile stays as it was written, under the standard's key. Throws the SDK's error.
 */
export function createUpdateEncryption(s3: S3Client) {
  return async function updateEncryption(task: ObjectTask): Promise<ObjectOutcome> {
    const { bucket, account, key, versionId, target } = task;
    const command = new UpdateObjectEncryptionCommand({
      Bucket: bucket,
      Key: key,
      ExpectedBucketOwner: account,
      ...present({ VersionId: versionId }),
      ObjectEncryption: { SSEKMS: { KMSKeyArn: target.keyArn, BucketKeyEnabled: target.bucketKey } },
    });
    await s3.send(command);
    return { kind: 'done', how: 'updated' };
  };
}
