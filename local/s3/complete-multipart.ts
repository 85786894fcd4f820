import type { CompletedPart, CompleteMultipartUploadOutput, CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { type Checksum, checksumOf, compositeOf } from './checksum.ts';
import { checkWrite } from './conditions.ts';
import { keyForReading } from './customer-key.ts';
import { bareEtag, multipartEtag } from './etag.ts';
import { findUpload } from './multipart.ts';
import { writeAnswer } from './object-answer.ts';
import { replicate } from './replicate.ts';
import { invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { Upload, UploadedPart } from './upload.ts';
import { addVersion, currentObject } from './versions.ts';

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
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    throw invalidRequest(`The object's size is ${sizeBytes} bytes, x-amz-mp-object-size says ${input.MpuObjectSize}`);
  }
  checkWrite(upload.key, currentObject(bucket, upload.key), input);
  const sealed = { ...upload.seal, chunks: parts.map((part) => part.chunk) };
  const checksum = checksumOfParts(upload, parts, () =>
    s3.store.envelope.open(sealed, keyForReading(sealed.protection, input)),
  );
  const given = checksum === undefined ? undefined : input[`Checksum${checksum.algorithm}`];
  if (given !== undefined && bareValue(given) !== bareValue(checksum?.value ?? '')) {
    throw new AwsError(
      'BadDigest',
      `The ${checksum?.algorithm} you specified did not match the calculated checksum.`,
      400,
    );
  }
  const object = addVersion(bucket, {
    key: upload.key,
    lastModified: upload.initiatedAt,
    etag: multipartEtag(parts.map((part) => part.md5)),
    sizeBytes,
    storageClass: upload.storageClass,
    content: upload.content,
    metadata: upload.metadata,
    checksum,
    partSizes: parts.map((part) => part.sizeBytes),
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
    ...writeAnswer(bucket, object),
  };
}

function partList({ MultipartUpload: listed }: CompleteMultipartUploadRequest): string {
  return (listed?.Parts ?? []).map(({ PartNumber, ETag }) => `${PartNumber} ${bareEtag(ETag ?? '')}`).join();
}

/** The parts that the request lists, in ascending order, each as it was uploaded last. */
function chosenParts(upload: Upload, listed: readonly CompletedPart[]): UploadedPart[] {
  if (listed.length === 0) throw malformedXml();
  let previous = 0;
  const parts = listed.map(({ PartNumber: number = 0, ETag: etag = '' }) => {
    if (number <= previous) {
      throw new AwsError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
      );
    }
    previous = number;
    const part = upload.parts.get(number);
    if (part !== undefined && part.etag === bareEtag(etag)) return part;
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

function checksumOfParts(upload: Upload, parts: readonly UploadedPart[], whole: () => Buffer): Checksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (algorithm === undefined) return undefined;
  if (type === 'FULL_OBJECT') return { algorithm, value: checksumOf(algorithm, whole()), type };
  return compositeOf(
    algorithm,
    parts.map((part) => part.checksum?.value ?? ''),
  );
}

/** Clients send a composite value with or without the number of parts. */
function bareValue(value: string): string {
  return value.replace(/-\d+$/, '');
}
