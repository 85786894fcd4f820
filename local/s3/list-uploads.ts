import type {
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  ListPartsOutput,
  ListPartsRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { ownerOf } from './bucket.ts';
import { checksumFields } from './checksum.ts';
import { keyEncoder, pageSize } from './listing.ts';
import { findUpload } from './multipart.ts';
import { notEmulated } from '../errors.ts';
import type { S3 } from './store.ts';

/** GET ?uploadId: the parts of one upload by number. */
export function listParts(s3: S3, input: ListPartsRequest, call: Call): ListPartsOutput {
  const { bucket, upload } = findUpload(s3, input, call);
  const size = pageSize(input.MaxParts, 'max-parts');
  const after = Number(input.PartNumberMarker ?? 0);
  const rest = [...upload.parts.values()]
    .filter((part) => part.partNumber > after)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = rest.slice(0, size);
  const isTruncated = rest.length > page.length;
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(after),
    NextPartNumberMarker: isTruncated ? String(page.at(-1)?.partNumber ?? after) : undefined,
    MaxParts: size,
    IsTruncated: isTruncated,
    Parts: page.map((part) => {
      const { ChecksumType: _, ...checksum } = checksumFields(part.checksum);
      return {
        PartNumber: part.partNumber,
        LastModified: part.lastModified,
        ETag: `"${part.etag}"`,
        Size: part.sizeBytes,
        ...checksum,
      };
    }),
    Initiator: upload.initiator,
    Owner: ownerOf(bucket.accountId),
    StorageClass: upload.storageClass,
    ChecksumAlgorithm: upload.checksumAlgorithm,
    ChecksumType: upload.checksumType,
  };
}

/** GET ?uploads: by key in UTF-8 order, then by initiation. */
export function listMultipartUploads(
  s3: S3,
  input: ListMultipartUploadsRequest,
  call: Call,
): ListMultipartUploadsOutput {
  const bucket = s3.store.locate(input, call);
  if (input.Delimiter !== undefined && input.Delimiter !== '')
    throw notEmulated('a delimiter for ListMultipartUploads');
  const size = pageSize(input.MaxUploads, 'max-uploads');
  const { Prefix: prefix = '', KeyMarker: keyMarker = '', UploadIdMarker: idMarker } = input;
  const encode = keyEncoder(input.EncodingType);
  const all = [...bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(prefix))
    .sort(
      (a, b) =>
        Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiatedAt.getTime() - b.initiatedAt.getTime(),
    );
  const marked = idMarker === undefined ? -1 : all.findIndex((upload) => upload.id === idMarker);
  const markerBytes = Buffer.from(keyMarker);
  const rest =
    marked >= 0
      ? all.slice(marked + 1)
      : all.filter((upload) => Buffer.compare(Buffer.from(upload.key), markerBytes) > 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const isTruncated = rest.length > page.length;
  return {
    Bucket: bucket.name,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker ?? '',
    ...(isTruncated && last !== undefined ? { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id } : {}),
    MaxUploads: size,
    IsTruncated: isTruncated,
    EncodingType: input.EncodingType,
    Uploads: page.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: upload.initiatedAt,
      StorageClass: upload.storageClass,
      Owner: ownerOf(bucket.accountId),
      Initiator: upload.initiator,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
    })),
  };
}
