import { AwsError } from '../errors.ts';
import { algorithmOf, checksumOf } from '../s3/checksum.ts';
import type { Bindings } from './bindings.ts';
import type { Received } from './request.ts';

const CHECKSUM_HEADER = 'x-amz-checksum-';
const CHECKSUM_HEADERS = 'crc32 crc32c crc64nvme sha1 sha256 sha512 md5 xxhash64 xxhash3 xxhash128'
  .split(' ')
  .map((algorithm) => CHECKSUM_HEADER + algorithm);

/**
 * Compares a body with every digest that its headers carry (S3 API, common request headers). Throws BadDigest, InvalidDigest or
 * XAmzContentSHA256Mismatch. A checksum that the operation binds is of the object and not of the body: the operation looks at it itself.
 */
export function checkDigests(input: Bindings, { headers, body }: Received): void {
  const sha256 = headers['x-amz-content-sha256'];
  if (sha256 !== undefined && /^[0-9a-f]{64}$/i.test(sha256)) checkPayloadHash(sha256.toLowerCase(), body);
  const md5 = headers['content-md5'];
  if (md5 !== undefined) checkMd5(md5, body);
  for (const name of CHECKSUM_HEADERS) {
    const given = headers[name];
    if (given === undefined || input.headers.some((binding) => binding.name === name)) continue;
    checkChecksum(name.slice(CHECKSUM_HEADER.length).toUpperCase(), given, body);
  }
}

function checkPayloadHash(given: string, body: Buffer): void {
  if (body.length === 0 && given === EMPTY_SHA256) return;
  const computed = Buffer.from(checksumOf('SHA256', body), 'base64').toString('hex');
  if (given === computed) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { fields: { ClientComputedContentSHA256: given, S3ComputedContentSHA256: computed } },
  );
}

/** The hash of no bytes, which every request without a body carries. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function checkMd5(given: string, body: Buffer): void {
  if (Buffer.from(given, 'base64').length !== 16)
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400);
  if (given === checksumOf('MD5', body)) return;
  throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400);
}

/** `name` as S3 writes it, for example CRC64NVME. */
function checkChecksum(name: string, given: string, body: Buffer): void {
  const algorithm = algorithmOf({ ChecksumAlgorithm: name });
  if (algorithm === undefined || given === checksumOf(algorithm, body)) return;
  throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`, 400);
}
