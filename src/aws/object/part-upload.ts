import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { AppliedEncryption } from '../../policy/copy/applied-encryption.ts';
import { copySourceOf } from '../../policy/copy/copy-source.ts';
import { grantHeaders } from '../../policy/copy/object-grants.ts';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { copyRange, type SourcePart } from '../../policy/copy/source-part.ts';
import { present } from '../../present.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import { abortUpload } from './abort-upload.ts';
import type { CarriedState } from './carried-state.ts';
import { appliedBy, askedEncryption } from './asked-encryption.ts';
import { type CopiedPart, copiedPart } from './copied-parts.ts';
import { checksumMember } from './object-checksum.ts';
import type { HeadedSource } from './source-head.ts';

/**
 * A multipart upload that copies an object onto itself part by part (s3:PutObject, s3:PutObjectTagging, s3:PutObjectAcl, s3:GetObject, s3:AbortMultipartUpload). What the object
 * will be is fixed where it begins (S3 API CreateMultipartUpload). All throw the SDK's error.
 */
export function createPartUpload(s3: S3Client, task: ObjectTask) {
  const object = { Bucket: task.bucket, Key: task.key, ExpectedBucketOwner: task.account };
  return {
    async begin(state: CarriedState): Promise<{ uploadId: string; applied: AppliedEncryption }> {
      const output = await s3.send(beginning(task, state));
      if (output.UploadId === undefined) throw oddAnswer('CreateMultipartUpload', 'an UploadId', task);
      return { uploadId: output.UploadId, applied: appliedBy(output) };
    },

    async copyPart(uploadId: string, part: SourcePart, source: HeadedSource, abortSignal: AbortSignal) {
      const upload = { ...object, UploadId: uploadId, PartNumber: part.number };
      // There is no range of no bytes.
      if (part.sizeBytes === 0)
        return copiedPart(part.number, await s3.send(new UploadPartCommand({ ...upload, Body: '' }), { abortSignal }));
      const command = new UploadPartCopyCommand({
        ...upload,
        ExpectedSourceBucketOwner: task.account,
        CopySource: copySourceOf(task),
        CopySourceIfMatch: source.etag,
        ...present({ CopySourceRange: copyRange(part, source.sizeBytes) }),
      });
      const { CopyPartResult } = await s3.send(command, { abortSignal });
      return copiedPart(part.number, CopyPartResult ?? {});
    },

    /** S3 checks the size and, where the checksum is one of the whole, the checksum before it replaces anything (S3 API CompleteMultipartUpload). */
    async complete(uploadId: string, parts: CopiedPart[], source: HeadedSource): Promise<AppliedEncryption> {
      const { checksum, etag, sizeBytes } = source;
      const output = await s3.send(
        new CompleteMultipartUploadCommand({
          ...object,
          UploadId: uploadId,
          IfMatch: etag,
          MpuObjectSize: sizeBytes,
          MultipartUpload: { Parts: parts },
          ...(checksum?.type === 'FULL_OBJECT' ? { ChecksumType: checksum.type, ...checksumMember(checksum) } : {}),
        }),
      );
      return appliedBy(output);
    },

    abort: (uploadId: string) => abortUpload(s3, task, uploadId),
  };
}

export type PartUpload = ReturnType<typeof createPartUpload>;

function beginning(task: ObjectTask, { source, acl, tags }: CarriedState): CreateMultipartUploadCommand {
  const { checksum, expires, headers } = source;
  const command = new CreateMultipartUploadCommand({
    Bucket: task.bucket,
    Key: task.key,
    ExpectedBucketOwner: task.account,
    ...headers,
    ...grantHeaders(acl),
    ...askedEncryption(task.target),
    ...present({ Tagging: tags, ChecksumAlgorithm: checksum?.algorithm, ChecksumType: checksum?.type }),
  });
  if (expires !== undefined) sendExpires(command, expires);
  return command;
}

/** The SDK takes a date alone, and an object's Expires may be any text (S3 API PutObject, Expires). */
function sendExpires({ middlewareStack }: CreateMultipartUploadCommand, expires: string): void {
  middlewareStack.add(
    (next) => (call) => {
      const { request } = call;
      if (hasHeaders(request)) request.headers.expires = expires;
      return next(call);
    },
    { step: 'build', name: 'expiresAsItWasWritten' },
  );
}

function hasHeaders(request: unknown): request is { headers: { expires?: string } } {
  return request instanceof Object && 'headers' in request && request.headers instanceof Object;
}
