import type { CompletedPart, CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checksumFields } from './checksum.ts';
import { checkLongWrite } from './conditions.ts';
import { bareEtag, multipartEtag } from './etag.ts';
import { findUpload } from './multipart.ts';
import { encryptionAnswer } from './object-answer.ts';
import { replicate } from './replicate.ts';
import { invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { Upload, UploadedPart } from './upload.ts';
import { checkCompletion, completedChecksum, hasPartChecksum } from './upload-checksum.ts';
import { addVersion, currentObject, visibleVersionId } from './versions.ts';

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/**
 * POST ?uploadId. The object is dated by the upload's initiation (User Guide "Working with object metadata"). Asked again with the same parts
 * the answer is the same (API CompleteMultipartUpload: clients try it again).
 */
export function completeMultipartUpload(
  s3: S3,
  input: CompleteMultipartUploadRequest,
  call: Call,
): CompleteMultipartUploadOutput {
  const { completed } = s3.store.locate(input, call);
  const before = completed.get(input.UploadId ?? '');
  if (before?.key === input.Key && before?.parts === partList(input)) return before.answer;
  const answer = complete(s3, input, call);
  completed.set(input.UploadId ?? '', { key: input.Key ?? '', parts: partList(input), answer });
  return answer;
}

function complete(s3: S3, input: CompleteMultipartUploadRequest, call: Call): CompleteMultipartUploadOutput {
  const { bucket, upload } = findUpload(s3, input, call);
  checkCompletion(upload, input);
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    throw invalidRequest(`The object's size is ${sizeBytes} bytes, x-amz-mp-object-size says ${input.MpuObjectSize}`);
  }
  const { key, before } = upload;
  checkLongWrite(key, { before, current: currentObject(bucket, key) }, input);
  const sealed = { ...upload.seal, chunks: parts.flatMap((part) => part.chunks) };
  const checksum = completedChecksum(s3, { upload, parts, sealed }, input);
  const object = addVersion(bucket, {
    key: upload.key,
    lastModified: upload.initiatedAt,
    etag: multipartEtag(parts.map((part) => part.md5)),
    sizeBytes,
    storageClass: upload.storageClass,
    content: upload.content,
    metadata: upload.metadata,
    checksum,
    parts: parts.map(({ partNumber, sizeBytes: size, checksum: own }) => ({
      partNumber,
      sizeBytes: size,
      checksum: own,
    })),
    sealed,
    tags: upload.tags,
    retention: upload.retention,
    legalHold: upload.legalHold,
    acl: upload.acl,
  });
  replicate(s3, bucket, object);
  bucket.uploads.delete(upload.id);
  return {
    Location: `http://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: `"${object.etag}"`,
    VersionId: visibleVersionId(bucket, object),
    ...encryptionAnswer(sealed.protection),
    // Under KMS the checksum is kept and told to readers, but not in this answer (measured by others on AWS).
    ...('keyArn' in sealed.protection ? {} : checksumFields(checksum)),
  };
}

function partList({ MultipartUpload: listed }: CompleteMultipartUploadRequest): string {
  return (listed?.Parts ?? []).map(({ PartNumber, ETag }) => `${PartNumber} ${bareEtag(ETag ?? '')}`).join();
}

/** The parts that the request lists, in ascending order, each as it was uploaded last. */
function chosenParts(upload: Upload, listed: readonly CompletedPart[]): UploadedPart[] {
  if (listed.length === 0) throw malformedXml();
  let previous = 0;
  const parts = listed.map((named) => {
    const { PartNumber: number = 0, ETag: etag = '' } = named;
    if (number <= previous) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
      );
    }
    previous = number;
    const part = upload.parts.get(number);
    if (part !== undefined && part.etag === bareEtag(etag) && hasPartChecksum(part, named)) return part;
    throw new AwsError(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      400,
      { fields: { UploadId: upload.id, PartNumber: String(number), ETag: bareEtag(etag) } },
    );
  });
  const small = parts.slice(0, -1).find((part) => part.sizeBytes < SMALLEST_PART_BYTES);
  if (small === undefined) return parts;
  throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
    fields: {
      ProposedSize: String(small.sizeBytes),
      MinSizeAllowed: String(SMALLEST_PART_BYTES),
      PartNumber: String(small.partNumber),
    },
  });
}
