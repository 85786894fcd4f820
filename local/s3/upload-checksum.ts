import { ChecksumType, type CompletedPart, type CompleteMultipartUploadRequest } from '@aws-sdk/client-s3';
import { AwsError } from '../errors.ts';
import { digestible } from './body.ts';
import { type Checksum, type ChecksumAlgorithm, checksumOf, compositeOf } from './checksum.ts';
import { keyForReading } from './customer-key.ts';
import { checkEnumerated } from './enumerated.ts';
import type { Sealed } from './envelope.ts';
import { invalidRequest } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { Upload, UploadedPart } from './upload.ts';

/** Which types an algorithm can have in uploads of several parts, the default first (S3 guide, "Checking object integrity"). */
const TYPES_OF = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
  SHA512: ['COMPOSITE'],
  MD5: ['COMPOSITE'],
} as const satisfies Readonly<Record<ChecksumAlgorithm, readonly Checksum['type'][]>>;

/** The type of an upload's checksum: as asked, else the algorithm's own. Throws InvalidRequest for a type that the algorithm cannot have. */
export function checksumTypeFor(
  algorithm: ChecksumAlgorithm | undefined,
  asked: string | undefined,
): Checksum['type'] | undefined {
  checkEnumerated(ChecksumType, asked, (given) =>
    invalidRequest(`Value for x-amz-checksum-type header is invalid: ${given}`),
  );
  if (algorithm === undefined) {
    if (asked === undefined) return undefined;
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const [byDefault, ...others] = TYPES_OF[algorithm];
  const type = asked === undefined ? byDefault : [byDefault, ...others].find((each) => each === asked);
  if (type !== undefined) return type;
  throw invalidRequest(
    `The ${asked} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
}

/** What a completion says of checksums must be what the upload has: its type, and for a checksum over parts that of each part. */
export function checkCompletion(upload: Upload, input: CompleteMultipartUploadRequest): void {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (input.ChecksumType !== undefined && input.ChecksumType !== type) {
    throw invalidRequest(
      `The upload was created using the ${type ?? 'null'} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  if (algorithm === undefined || type !== 'COMPOSITE') return;
  for (const [at, part] of (input.MultipartUpload?.Parts ?? []).entries()) {
    if (part[`Checksum${algorithm}`] === undefined) {
      throw invalidRequest(
        `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.PartNumber} in the request.`,
      );
    }
    // API CompletedPart: with a checksum for each part, the numbers start at 1 and have no gaps.
    if (part.PartNumber !== at + 1)
      throw new AwsError('InvalidPartOrder', 'The part numbers must be consecutive and start at 1.', 400);
  }
}

/** Whether the checksum that a completion names for a part is that of the part; naming none is right too. */
export function hasPartChecksum(part: UploadedPart, named: CompletedPart): boolean {
  const { checksum } = part;
  const given = checksum === undefined ? undefined : named[`Checksum${checksum.algorithm}`];
  return given === undefined || given === checksum?.value;
}

/** The checksum of the completed object. Throws BadDigest where the request names another. */
export function completedChecksum(
  s3: S3,
  { upload, parts, sealed }: { upload: Upload; parts: readonly UploadedPart[]; sealed: Sealed },
  input: CompleteMultipartUploadRequest,
): Checksum | undefined {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload;
  if (algorithm === undefined) return undefined;
  const checksum: Checksum =
    type === 'FULL_OBJECT'
      ? { algorithm, type, value: checksumOf(algorithm, wholeOf(s3, sealed, input)) }
      : compositeOf(
          algorithm,
          parts.map((part) => part.checksum?.value ?? ''),
        );
  const given = input[`Checksum${algorithm}`];
  if (given === undefined || bareValue(given) === bareValue(checksum.value)) return checksum;
  throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, 400);
}

function wholeOf(s3: S3, sealed: Sealed, input: CompleteMultipartUploadRequest): Buffer {
  return digestible(s3.store.envelope.unseal(sealed, keyForReading(sealed.protection, input)));
}

/** Clients send a composite value with or without the number of parts. */
function bareValue(value: string): string {
  return value.replace(/-\d+$/, '');
}
