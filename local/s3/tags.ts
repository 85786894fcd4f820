import type { Tag } from '@aws-sdk/client-s3';
import { AwsError } from '../errors.ts';
import { invalidArgument } from './s3-error.ts';

export const MOST_BUCKET_TAGS = 50;

/** Letters, digits, spaces and a few signs (S3 guide, "Categorizing your storage using tags"). */
const ALPHABET = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Tags of a bucket (at most 50) or an object (at most 10). Throws InvalidTag or BadRequest as S3 does. */
export function checkTags(tags: readonly Tag[], most: number): readonly Tag[] {
  if (tags.length > most) throw new AwsError('BadRequest', `Tags cannot be greater than ${most}`, 400);
  const keys = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '' || key.length > 128 || !ALPHABET.test(key))
      throw invalidTag('The TagKey you have provided is invalid', key);
    if (value.length > 256 || !ALPHABET.test(value)) throw invalidTag('The TagValue you have provided is invalid', key);
    if (key.startsWith('aws:')) throw invalidTag('System tags cannot be added/updated by requester', key);
    if (keys.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', key);
    keys.add(key);
  }
  return tags.map(({ Key, Value }) => ({ Key, Value }));
}

/** The x-amz-tagging header: `a=1&b=2`, URL-encoded like a query. */
export function readTaggingHeader(text: string | undefined): readonly Tag[] {
  if (text === undefined || text === '') return [];
  const tags = [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value }));
  if (tags.length === 0)
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters.",
      'x-amz-tagging',
      text,
    );
  return checkTags(tags, 10);
}

function invalidTag(message: string, key: string): AwsError {
  return new AwsError('InvalidTag', message, 400, { fields: { TagKey: key } });
}
