import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, notEmulated } from '../errors.ts';
import { crc32c, crc64nvme } from './crc.ts';

/** An additional checksum as S3 keeps it: base64 of the big-endian value, `-N` behind it where it is one over N parts. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** The checksum members of a request: at most one value, and the algorithm's name beside or instead of it. */
export type ChecksumInput = {
  readonly [Name in `Checksum${ChecksumAlgorithm | 'XXHASH64' | 'XXHASH3' | 'XXHASH128'}`]?: string | undefined;
} & { readonly ChecksumAlgorithm?: string | undefined };

/** Checks the object's checksum and returns what is to be kept; the wire layer has checked Content-MD5. Throws BadDigest where it does not match. */
export function checkBody(input: ChecksumInput, body: Buffer): Checksum | undefined {
  const algorithm = algorithmOf(input);
  if (algorithm === undefined) return undefined;
  const value = checksumOf(algorithm, body);
  const given = input[`Checksum${algorithm}`];
  if (given !== undefined && given !== value) {
    throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, 400);
  }
  return { algorithm, value, type: 'FULL_OBJECT' };
}

/** The algorithm that a request names, by a value or by name. S3 knows the XXHASH family too; it is not emulated. */
export function algorithmOf(input: ChecksumInput): ChecksumAlgorithm | undefined {
  for (const name of ['XXHASH64', 'XXHASH3', 'XXHASH128'] as const) {
    if (input[`Checksum${name}`] !== undefined || input.ChecksumAlgorithm === name)
      throw notEmulated(`the checksum algorithm ${name}`);
  }
  const named = CHECKSUM_ALGORITHMS.find((name) => name === input.ChecksumAlgorithm);
  if (input.ChecksumAlgorithm !== undefined && named === undefined) {
    throw new AwsError(
      'InvalidRequest',
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
      400,
    );
  }
  return CHECKSUM_ALGORITHMS.find((name) => input[`Checksum${name}`] !== undefined) ?? named;
}

export function checksumOf(algorithm: ChecksumAlgorithm, body: Buffer): string {
  return digest(algorithm, body).toString('base64');
}

/** One checksum over the checksums of the parts (User Guide "Checking object integrity", composite checksums). */
export function compositeOf(algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum {
  const value = digest(algorithm, Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))));
  return { algorithm, value: `${value.toString('base64')}-${parts.length}`, type: 'COMPOSITE' };
}

/** The members of an output that carry the checksum. */
export function checksumFields(checksum: Checksum | undefined): Record<string, string> {
  return checksum === undefined
    ? {}
    : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** The members of a list's entry that tell of the checksum. */
export function checksumListed(checksum: Checksum | undefined): {
  ChecksumAlgorithm?: ChecksumAlgorithm[];
  ChecksumType?: Checksum['type'];
} {
  return checksum === undefined ? {} : { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type };
}

function digest(algorithm: ChecksumAlgorithm, body: Buffer): Buffer {
  switch (algorithm) {
    case 'CRC32':
      return uint32(crc32(body));
    case 'CRC32C':
      return uint32(crc32c(body));
    case 'CRC64NVME':
      return crc64nvme(body);
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
    case 'MD5':
      return createHash(algorithm.toLowerCase()).update(body).digest();
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
