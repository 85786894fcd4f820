import { methodNotAllowed } from './s3-error.ts';

/** What can be done through an access point (S3 guide, "Access point compatibility"), of what is emulated. */
const THROUGH_ACCESS_POINTS: readonly string[] = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'DeleteObjectTagging',
  'GetBucketLocation',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'UploadPart',
  'UploadPartCopy',
];

/** Throws MethodNotAllowed for an operation that has to name the bucket itself. */
export function checkThroughAccessPoint(operation: string): void {
  if (!THROUGH_ACCESS_POINTS.includes(operation)) throw methodNotAllowed();
}
