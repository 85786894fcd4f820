import * as z from 'zod/mini';
import { BUCKET_ARN } from '../bucket-id.ts';

/** Text of a form; `expected` is what an error message asks for. */
export function textLike(form: RegExp, expected: string) {
  return z.string({ error: expected }).check(z.regex(form, { error: expected }));
}

/** Any text but the empty one. */
export const someText = (expected: string) => textLike(/\S/, expected);

export const account = textLike(/^\d{12}$/, 'an account id of 12 digits');

export const region = textLike(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'an AWS Region such as eu-west-1');

/** ISO 8601 in UTC, as CloudTrail and EventBridge write it. */
export const utcTime = z.iso.datetime({ error: 'a time such as 2026-11-02T10:15:30Z' });

/**
 * A bucket name that S3 can have (general purpose, or directory, which ends --x-s3) and that a job can be made for. The oldest ones of
 * us-east-1 may have capitals, underscores and up to 255 characters, but CreateJob takes an ARN of at most 128 (API
 * S3JobManifestGenerator SourceBucket), of which `arn:aws:s3:::` are 13.
 */
const BUCKET_NAME = /^[A-Za-z0-9._-]{3,115}$/;
const NAME_EXPECTED =
  'a bucket name (3 to 115 letters, digits, dots, hyphens or underscores; S3 Batch Operations takes no longer one)';
export const bucketName = textLike(BUCKET_NAME, NAME_EXPECTED);

/** What a message of our own calls a bucket: a name, or the ARN of a table bucket or a vector bucket. No event names a bucket by such an ARN. */
export const bucketNameOrArn = textLike(
  new RegExp(`${BUCKET_NAME.source}|${BUCKET_ARN.source}`),
  `${NAME_EXPECTED}, or the ARN of a table bucket or a vector bucket`,
);

/** The envelope of an EventBridge event: the fields that we use. Unknown ones are tolerated, because AWS adds fields. */
export const envelope = {
  id: someText('the id of the event'),
  source: someText('the source of the event, such as aws.s3'),
  'detail-type': someText('the detail-type of the event'),
  account,
  region,
  time: utcTime,
};

/** Enough of an event to see whether it is any of our business. */
export const eventHead = z.object(
  {
    source: envelope.source,
    'detail-type': envelope['detail-type'],
    detail: z.object(
      { eventName: someText('the name of an API call'), errorCode: z.optional(z.unknown()) },
      { error: 'the CloudTrail record as a mapping' },
    ),
  },
  { error: 'an EventBridge event as a mapping' },
);
