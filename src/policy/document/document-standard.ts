import * as z from 'zod/mini';
import { described, optional, strictMapping, matchingText, word } from './document-words.ts';
import { ALIAS_NAME, GOOD_KEY, KEY_ARN, isAwsManagedAlias } from '../keys/key-form.ts';
import { ALGORITHMS, BLOCK_SSE_C, REENCRYPT, STRENGTH_RULES } from '../model.ts';

const OWN_KEY = `a key of your own, because the AWS managed key can be neither shared nor granted: ${GOOD_KEY}`;
const NOT_KEEP = `a key for buckets that have none, because keep only says what happens where there is one (keep stands alone, in a rule): ${GOOD_KEY}`;
const KEY_OR_MAP = `${GOOD_KEY}, or a mapping of these by default, account, Region and ACCOUNT/REGION`;
const PLACE = 'default, an account id of 12 digits, a Region (eu-west-1) or ACCOUNT/REGION (111122223333/eu-west-1)';

/** For example eu-west-1, us-gov-west-1 or eusc-de-east-1. */
export const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/;

/** Where an entry of a key map holds. */
const KEY_PLACE = /^(?:default|\d{12}|(?:\d{12}\/)?[a-z]{2,4}(?:-[a-z]+)+-\d{1,2})$/;

const ONE_KEY = new RegExp(`${ALIAS_NAME.source}|${KEY_ARN.source}`);
const KEY_OR_KEEP = new RegExp(`^keep$|${ONE_KEY.source}`);

const keyMap = z
  .record(matchingText(KEY_PLACE, PLACE), keyText(ONE_KEY), {
    error: (issue) => (issue.code === 'invalid_key' ? PLACE : KEY_OR_MAP),
  })
  .check(
    z.refine((entries) => Object.keys(entries).length > 0, { error: 'at least one entry, for example default' }),
    z.describe(
      'Keys by place; the most specific entry wins: ACCOUNT/REGION, then ACCOUNT, then REGION, then default. If none matches, the bucket gets no key and is held.',
    ),
  );

const algorithm = described(word(ALGORITHMS), 'AES256 is SSE-S3, aws:kms is SSE-KMS, aws:kms:dsse is DSSE-KMS.');
const bucketKey = z.boolean({ error: 'true or false' });
const BUCKET_KEY = 'true requires an S3 Bucket Key under aws:kms; false turns one off only under strength: exactly.';
const BLOCK = 'on requires that the bucket refuses SSE-C writes; off that it accepts them; leave changes nothing.';
const STRENGTH =
  'atLeast leaves alone what is stronger; exactly brings every bucket to this standard, even if that lowers it.';

/** The standard of every bucket that no rule overrides. */
export const defaultStandard = strictMapping(
  {
    algorithm,
    key: optional(
      z.union([keyText(ONE_KEY), keyMap], { error: KEY_OR_MAP }),
      "alias/NAME, looked up in each bucket's own account and Region, or a full key ARN.",
    ),
    bucketKey: described(z._default(bucketKey, true), BUCKET_KEY),
    blockSseC: described(z._default(word(BLOCK_SSE_C), 'leave'), BLOCK),
    strength: described(z._default(word(STRENGTH_RULES), 'atLeast'), STRENGTH),
  },
  'a mapping with algorithm and, for KMS, key',
  'The default encryption that every bucket must have.',
);

/** What a rule overrides; every member may be missing. */
export const ruleStandard = strictMapping(
  {
    algorithm: z.exactOptional(algorithm),
    key: optional(
      z.union([keyText(KEY_OR_KEEP), keyMap], { error: KEY_OR_MAP }),
      'A key as in the default standard, or keep: a bucket keeps its customer key, and a bucket without one gets the default key.',
    ),
    bucketKey: optional(bucketKey, BUCKET_KEY),
    blockSseC: optional(word(BLOCK_SSE_C), BLOCK),
    strength: optional(word(STRENGTH_RULES), STRENGTH),
  },
  'a mapping with any of algorithm, key, bucketKey, blockSseC and strength',
  'What differs from the default standard, member by member.',
);

const reencrypt = described(
  word(REENCRYPT),
  'Which existing objects to re-encrypt after a repair: none, those written in the drift window, or all.',
);

export const defaultObjects = strictMapping(
  { reencrypt: z._default(reencrypt, 'drifted') },
  'a mapping with reencrypt',
);
export const ruleObjects = strictMapping({ reencrypt: z.exactOptional(reencrypt) }, 'a mapping with reencrypt');

/** One key, or keys by place. */
export type KeyChoice = NonNullable<z.output<typeof defaultStandard>['key']>;

function keyText(form: RegExp) {
  const good = form === KEY_OR_KEEP ? `keep, ${GOOD_KEY}` : GOOD_KEY;
  return z.string({ error: good }).check(
    z.regex(form, {
      error: ({ input }) => (input === 'keep' ? NOT_KEEP : isAwsManagedAlias(input) ? OWN_KEY : good),
    }),
  );
}
