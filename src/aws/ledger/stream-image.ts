import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';

/** Each attribute is a mapping of its one type to its value (DynamoDB Streams API, StreamRecord). */
const image = z.record(
  z.string(),
  z.custom<AttributeValue>(
    (value) => typeof value === 'object' && value !== null && Object.keys(value).length === 1,
    'an attribute with its type',
  ),
);

/** The keys or an image of a stream record as plain values; undefined where the record has none, or what is there is none. */
export function plainImage(attributes: unknown): Record<string, unknown> | undefined {
  const read = image.safeParse(attributes);
  return read.success ? unmarshall(read.data) : undefined;
}
