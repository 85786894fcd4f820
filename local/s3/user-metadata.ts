import { AwsError } from '../errors.ts';

const MOST_BYTES = 2048;

/** The x-amz-meta- headers of a write: at most 2 KB of names and values together (S3 guide, "Working with object metadata"). */
export function checkMetadata(given: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const bytes = Object.entries(given).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes <= MOST_BYTES) return given;
  throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
    fields: { Size: String(bytes), MaxSizeAllowed: String(MOST_BYTES) },
  });
}
