import * as z from 'zod/mini';

/** The envelope of an EventBridge event: the fields that we use. Unknown ones are tolerated, because AWS adds fields. */
export const envelope = {
  id: text('the id of the event'),
  source: text('the source of the event, such as aws.s3'),
  'detail-type': text('the detail-type of the event'),
  account: account(),
  region: region(),
  time: time(),
};

/** Enough of an event to see whether it is any of our business. */
export const eventHead = z.object(
  {
    source: envelope.source,
    'detail-type': envelope['detail-type'],
    detail: z.object(
      { eventName: text('the name of an API call'), errorCode: z.optional(z.unknown()) },
      { error: 'the CloudTrail record as a mapping' },
    ),
  },
  { error: 'an EventBridge event as a mapping' },
);

/** Any text but the empty one; `expected` is what an error message asks for. */
export function text(expected: string) {
  return z.string({ error: expected }).check(z.regex(/\S/, { error: expected }));
}

/** A 12-digit account id. */
export function account() {
  const expected = 'an account id of 12 digits';
  return z.string({ error: expected }).check(z.regex(/^\d{12}$/, { error: expected }));
}

export function region() {
  const expected = 'an AWS Region such as eu-west-1';
  return z.string({ error: expected }).check(z.regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, { error: expected }));
}

/** The tags of one bucket, in our words. */
export function tagSet() {
  const tag = z.object({
    key: z.string({ error: 'the key of a tag' }),
    value: z.string({ error: 'the value of a tag' }),
  });
  return z.array(tag, { error: 'a list of tags' });
}

/** ISO 8601 in UTC, as CloudTrail and EventBridge write it. */
export function time() {
  return z.iso.datetime({ error: 'a time such as 2026-11-02T10:15:30Z' });
}

/**
 * A bucket name that S3 can have: general purpose, directory (ends --x-s3), or an old one of us-east-1, which may have
 * capitals, underscores and up to 255 characters.
 */
export function bucketName() {
  const expected = 'a bucket name (3 to 255 letters, digits, dots, hyphens or underscores)';
  return z.string({ error: expected }).check(z.regex(/^[A-Za-z0-9._-]{3,255}$/, { error: expected }));
}
