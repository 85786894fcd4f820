import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type AppliedEncryption } from '../../policy/copy/applied-encryption.ts';
import { copySourceOf } from '../../policy/copy/copy-source.ts';
import { grantHeaders, type ObjectAcl } from '../../policy/copy/object-grants.ts';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { present } from '../../present.ts';
import { appliedBy, askedEncryption } from './asked-encryption.ts';
import type { HeadedSource } from './source-head.ts';

/**
 * CopyObject of an object onto itself (s3:GetObject, s3:PutObject; s3:GetObjectTagging and s3:PutObjectTagging where it has tags, s3:PutObjectAcl where it has grants): metadata, tags and annotations
 * come along by S3's own hand; class, redirect, grants and checksum algorithm are named. The same ETag is asked of what is read and of what is written over. Throws the SDK's error.
 */
export function createCopyObject(s3: S3Client) {
  return async function copyObject(task: ObjectTask, source: HeadedSource, acl: ObjectAcl): Promise<AppliedEncryption> {
    const output = await s3.send(
      new CopyObjectCommand({
        Bucket: task.bucket,
        Key: task.key,
        CopySource: copySourceOf(task),
        CopySourceIfMatch: source.etag,
        IfMatch: source.etag,
        ExpectedBucketOwner: task.account,
        ExpectedSourceBucketOwner: task.account,
        MetadataDirective: 'COPY',
        TaggingDirective: 'COPY',
        ...source.ofItsOwn,
        ...grantHeaders(acl),
        ...askedEncryption(task.target),
        ...present({ ChecksumAlgorithm: source.checksum?.algorithm }),
      }),
    );
    return appliedBy(output);
  };
}
