import { AwsError } from '../errors.ts';

const LONGEST_KEY_BYTES = 1024;

/** An object key: 1 to 1,024 bytes of UTF-8. Throws KeyTooLongError. */
export function requireKey(key: string | undefined): string {
  if (key === undefined || key === '')
    throw new AwsError('InvalidArgument', 'An object key must be at least one byte long', 400);
  const size = Buffer.byteLength(key);
  if (size > LONGEST_KEY_BYTES) {
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, {
      fields: { Size: String(size), MaxSizeAllowed: String(LONGEST_KEY_BYTES) },
    });
  }
  return key;
}
