import * as z from 'zod/mini';
import { when } from './document-when.ts';
import { day, sentence, someOf, strictMapping, text } from './document-words.ts';

const EXACT_NAME =
  'the exact name of one bucket (3 to 255 letters, digits, dots, hyphens or underscores); patterns belong in when.buckets';

/** Buckets that are left alone for a time; bucket or when, never both (contradictions.ts). */
export const exception = strictMapping(
  {
    bucket: z.exactOptional(
      text(/^[A-Za-z0-9._-]{3,255}$/, EXACT_NAME).check(z.describe('The exact name of one bucket; no patterns.')),
    ),
    when: z.exactOptional(when),
    reason: sentence('why the bucket is exempt, in words').check(z.describe('Why the bucket is exempt.')),
    owner: sentence('who answers for the exception').check(z.describe('Who answers for the exception.')),
    until: day().check(z.describe('Last day of the exception (UTC); after it the bucket is judged like every other.')),
  },
  'a mapping with bucket or when, and with reason, owner and until',
);

const PRINCIPAL =
  'the ARN of a role or user, in which * is any text and ? any one character, that is not everybody (arn:aws:iam::*:role/security-admin, or arn:aws:iam::111122223333:role/*)';

/** An ARN with an account or a name of its own. Wildcards stand only where they cannot blur what kind of principal it is. */
const SOMEBODY =
  /^arn:aws[a-z-]*:(?:iam|sts)::(?![*?]+:(?:root$|[a-z-]+\/[*?/]+$))[\d*?]{1,12}:(?:root|(?:role|user|assumed-role|federated-user)\/[\w+=,.@/*?-]+)$/;

const ACCOUNT =
  'an account of 12 digits, or * alone for the account of the bucket, because a part of an account id is nobody (arn:aws:iam::*:role/security-admin)';

const WHOLE_ACCOUNT = /^(?:[^:]*:){4}(?:\*|\d{12}):/;

/** A tag by which a bucket's owner may ask for an exception; without it no tag is ever heard. */
export const exceptionRequests = strictMapping(
  {
    tag: text(/^[\s\S]{1,128}$/, 'the key of a tag (1 to 128 characters)').check(
      z.describe('Key of the tag; its value is the last day, YYYY-MM-DD.'),
    ),
    setBy: someOf(somebody(), 'a list of ARNs of roles or users who may set the tag').check(
      z.describe(
        'Who may set it: ARNs of roles or users; * is any text, ? any one character; an account of * is that of the bucket.',
      ),
    ),
    maxDays: z
      ._default(wholeDays(), 90)
      .check(z.describe('The longest that a tag may ask for, counted from when it was set.')),
  },
  'a mapping with tag, setBy and maxDays',
).check(z.describe('Lets a tag ask for an exception, where it was set by somebody who may.'));

export type Exception = z.output<typeof exception>;
export type ExceptionRequests = z.output<typeof exceptionRequests>;

function somebody() {
  return text(SOMEBODY, PRINCIPAL).check(z.regex(WHOLE_ACCOUNT, { error: ACCOUNT }));
}

function wholeDays() {
  const error = 'whole days from 1 to 366';
  return z.int({ error }).check(z.gte(1, { error }), z.lte(366, { error }));
}
