import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { abandonedUploads, type UploadOfKey } from '../../policy/copy/abandoned-uploads.ts';
import { present } from '../../present.ts';
import { listedKey } from '../sdk/listed-key.ts';

/**
 * Aborts the uploads of the same key that an earlier try of ours began and lost (ListMultipartUploads, s3:ListBucketMultipartUploads). An upload has no tags, so the role that began it tells whose it is:
 * the one that began `uploadId` just now. The first page has the 1,000 that come first, which begin with those of this key. Throws the SDK's error.
 */
export async function abortAbandoned(
  s3: S3Client,
  { bucket, account, key }: ObjectTask,
  uploadId: string,
): Promise<void> {
  const target = { Bucket: bucket, ExpectedBucketOwner: account };
  // A key may hold what no XML can.
  const { Uploads = [] } = await s3.send(
    new ListMultipartUploadsCommand({ ...target, Prefix: key, EncodingType: 'url' }),
  );
  const ofKey = Uploads.flatMap(({ Key = '', UploadId, Initiated, Initiator }): UploadOfKey[] => {
    if (UploadId === undefined || listedKey(Key) !== key) return [];
    return [{ uploadId: UploadId, begunMs: Initiated?.getTime() ?? Infinity, ...present({ by: Initiator?.ID }) }];
  });
  for (const each of abandonedUploads(ofKey, uploadId))
    await s3.send(new AbortMultipartUploadCommand({ ...target, Key: key, UploadId: each }));
}
