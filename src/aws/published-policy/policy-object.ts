import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PolicyVersion } from '../ledger/ledger-item.ts';

/** The bytes of the pinned version of the published policy, as text. Throws the SDK's error. */
export function createPolicyObject(s3: S3Client) {
  return async function readPolicyObject({ bucket, key, versionId }: PolicyVersion): Promise<string> {
    const output = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
    return (await output.Body?.transformToString('utf-8')) ?? '';
  };
}
