import { type GetObjectAttributesOutput, type GetObjectAttributesRequest, ObjectAttributes } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { checksumFields } from './checksum.ts';
import { keyForReading } from './customer-key.ts';
import { checkEnumerated } from './enumerated.ts';
import { findObject } from './find-object.ts';
import { refuseUnsigned } from './kms-access.ts';
import { pageSize } from './listing.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { visibleVersionId } from './versions.ts';

/** GET ?attributes: what was asked for and is there, without a byte of the object. */
export function getObjectAttributes(s3: S3, input: GetObjectAttributesRequest, call: Call): GetObjectAttributesOutput {
  for (const name of input.ObjectAttributes ?? [])
    checkEnumerated(ObjectAttributes, name, (given) =>
      invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', given),
    );
  const { bucket, object } = findObject(s3, input, call);
  if ('keyArn' in object.sealed.protection) refuseUnsigned(call);
  keyForReading(object.sealed.protection, input);
  const asks = (name: ObjectAttributes): boolean => input.ObjectAttributes?.includes(name) === true;
  return {
    LastModified: object.lastModified,
    VersionId: visibleVersionId(bucket, object),
    ...(asks('ETag') ? { ETag: object.etag } : {}),
    ...(asks('Checksum') && object.checksum !== undefined ? { Checksum: checksumFields(object.checksum) } : {}),
    ...(asks('ObjectParts') && object.parts !== undefined ? { ObjectParts: partsOf(object, input) } : {}),
    ...(asks('StorageClass') ? { StorageClass: object.storageClass } : {}),
    ...(asks('ObjectSize') ? { ObjectSize: object.sizeBytes } : {}),
  };
}

/**
 * The parts one by one where each has a checksum of its own, else only how many there are (API GetObjectAttributes, Parts; that a checksum of
 * the full object does not count was measured by others on AWS).
 */
function partsOf({ parts = [], checksum }: StoredObject, input: GetObjectAttributesRequest) {
  if (checksum?.type !== 'COMPOSITE') return { TotalPartsCount: parts.length };
  const size = pageSize(input.MaxParts, 'max-parts');
  const after = Number(input.PartNumberMarker ?? 0);
  const rest = parts.filter(({ partNumber }) => partNumber > after);
  const page = rest.slice(0, size);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(page.at(-1)?.partNumber ?? after),
    MaxParts: size,
    IsTruncated: rest.length > page.length,
    Parts: page.map(({ partNumber, sizeBytes, checksum: own }) => {
      const { ChecksumType: _, ...value } = checksumFields(own);
      return { PartNumber: partNumber, Size: sizeBytes, ...value };
    }),
  };
}
