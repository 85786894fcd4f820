import * as z from 'zod/mini';
import { when } from './document-when.ts';
import {
  exactName,
  day,
  described,
  optional,
  sentence,
  someOf,
  strictMapping,
  matchingText,
  tagKey,
  whole,
} from './document-words.ts';

const EXACT_NAME =
  'the exact name of one bucket (3 to 255 letters, digits, dots, hyphens or underscores); patterns belong in when.buckets';

/** Buckets that are left alone for a time; bucket or when, never both (contradictions.ts). */
export const exception = strictMapping(
  {
    bucket: optional(exactName(EXACT_NAME), 'The exact name of one bucket; no patterns.'),
    when: z.exactOptional(when),
    reason: described(sentence('why the bucket is exempt, in words'), 'Why the bucket is exempt.'),
    owner: described(sentence('who answers for the exception'), 'Who answers for the exception.'),
    until: described(day(), 'Last day of the exception (UTC); after it the bucket is judged like every other.'),
  },
  'a mapping with bucket or when, and with reason, owner and until',
);

const PRINCIPAL =
  'the ARN of a role or user, in which * is any text and ? any one character, that is not everybody (arn:aws:iam::*:role/security-admin, or arn:aws:iam::111122223333:role/*)';

/** An ARN with an account or a name of its own. Wildcards stand only where they cannot blur what kind of principal it is. */
const SOMEBODY =
  /^arn:aws[a-z-]*:(?:iam|sts)::(?![*?]+:(?:root$|[a-z-]+\/[*?/]+$))[\d*?]{1,12}:(?:root|(?:role|user|assumed-role|federated-user)\/[\w+=,.@/*?-]+)$/;

const ACCOUNT =
  'an account of 12 digits, or * alone for the account of the bucket, because a part of an account id is no account (arn:aws:iam::*:role/security-admin)';

const WHOLE_ACCOUNT = /^(?:[^:]*:){4}(?:\*|\d{12}):/;

const SET_BY =
  'Who may set it: ARNs of roles or users; * is any text, ? any one character; an account of * is that of the bucket.';

const somebody = matchingText(SOMEBODY, PRINCIPAL).check(z.regex(WHOLE_ACCOUNT, { error: ACCOUNT }));

/** A tag by which a bucket's owner can ask for an exception; without it no tag counts. */
export const exceptionRequests = strictMapping(
  {
    tag: described(tagKey, 'Key of the tag; its value is the last day, YYYY-MM-DD.'),
    setBy: described(someOf(somebody, 'a list of ARNs of roles or users who may set the tag'), SET_BY),
    maxDays: described(
      z._default(whole(1, 366, 'whole days from 1 to 366'), 90),
      'The longest that a tag may ask for, counted from when it was set.',
    ),
  },
  'a mapping with tag, setBy and maxDays',
  'Lets a tag ask for an exception, if a principal that may do so set it.',
);

export type Exception = z.output<typeof exception>;
export type ExceptionRequests = z.output<typeof exceptionRequests>;
