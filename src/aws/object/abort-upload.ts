import { AbortMultipartUploadCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { readUploadToken } from '../../policy/copy/upload-token.ts';
import { errorName } from '../sdk/service-error.ts';

type ObjectOfTask = Pick<ObjectTask, 'bucket' | 'account' | 'key'>;

/** Aborts an upload of ours (S3 API AbortMultipartUpload); nothing where it is gone. Throws the SDK's error. */
export async function abortUpload(
  s3: S3Client,
  { bucket, account, key }: ObjectOfTask,
  uploadId: string,
): Promise<void> {
  try {
    const object = { Bucket: bucket, Key: key, ExpectedBucketOwner: account };
    await s3.send(new AbortMultipartUploadCommand({ ...object, UploadId: uploadId }));
  } catch (error) {
    if (errorName(error) !== 'NoSuchUpload') throw error;
  }
}

/** The same by what a task gave back as unfinished. A bucket that is gone has no uploads. */
export function createAbortUnfinished(s3: S3Client) {
  return async function abortUnfinished({ uploadId, ...object }: ObjectOfTask & { uploadId: string }): Promise<void> {
    try {
      await abortUpload(s3, object, readUploadToken(uploadId, undefined).uploadId);
    } catch (error) {
      if (errorName(error) !== 'NoSuchBucket') throw error;
    }
  };
}
