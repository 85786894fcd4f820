import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { Protection } from './envelope.ts';
import { accessDenied, invalidArgument, invalidRequest } from './s3-error.ts';

/** The SSE-C headers of a request, named alike in every operation (copy sources are renamed by the caller). */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  /** Base64 of 256 bits. */
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export interface CustomerKey {
  readonly key: Buffer;
  readonly md5: string;
}

/** The caller's key, or undefined where the request has none. Throws InvalidArgument for an incomplete or wrong set of headers. */
export function readCustomerKey(input: CustomerKeyInput): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: text, SSECustomerKeyMD5: md5 } = input;
  if (algorithm === undefined && text === undefined && md5 === undefined) return undefined;
  if (algorithm !== 'AES256') {
    throw new AwsError(
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256.',
      400,
    );
  }
  const name = 'x-amz-server-side-encryption-customer-key';
  const key = Buffer.from(text ?? '', 'base64');
  if (key.length !== 32) throw invalidArgument('The secret key was invalid for the specified algorithm.', name);
  if (createHash('md5').update(key).digest('base64') !== md5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      `${name}-MD5`,
      md5,
    );
  }
  return { key, md5 };
}

/** Checks that a read brings exactly the key its object needs, and returns it. */
export function keyForReading(protection: Protection, input: CustomerKeyInput): Buffer | undefined {
  const given = readCustomerKey(input);
  if (protection.algorithm !== 'SSE-C') {
    if (given !== undefined) throw invalidRequest('The encryption parameters are not applicable to this object.');
    return undefined;
  }
  if (given === undefined) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  if (given.md5 !== protection.keyMd5) throw accessDenied();
  return given.key;
}
