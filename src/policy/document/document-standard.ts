import * as z from 'zod/mini';
import { described, matchingText, optional, someOf, strictMapping, usDollars, whole, word } from './document-words.ts';
import { ALIAS_NAME, GOOD_KEY, KEY_ARN, isAwsManagedAlias } from '../keys/key-form.ts';
import {
  ALGORITHMS,
  BLOCK_SSE_C,
  DEFAULT_OBJECTS,
  METHODS,
  REENCRYPT,
  RESTORE_TIERS,
  STRENGTH_RULES,
  UPLOADS,
  VERSIONS,
} from '../model.ts';

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
const versions = described(word(VERSIONS), 'current takes current versions alone; all takes noncurrent ones too.');
const uploads = described(
  word(UPLOADS),
  'Multipart uploads that began before a repair keep the old encryption: wait mends their objects when they are completed, abort aborts them.',
);
const EACH_METHOD_ONCE = `a list of ${METHODS.join(', ')} (each at most once)`;
const methods = described(
  someOf(word(METHODS), EACH_METHOD_ONCE).check(
    z.refine((names) => new Set(names).size === names.length, { error: EACH_METHOD_ONCE }),
  ),
  'How objects may be re-encrypted. What would need another method is left as it is and reported. own-copy needs the parameter OwnCopies of the stacks.',
);
const inlineUpTo = described(
  whole(0, 1_000),
  'A bucket of at most so many objects is done in seconds by a function of Reseal, without a job of S3. Needs own-copy.',
);
const restore = optional(
  strictMapping(
    {
      tier: described(
        word(RESTORE_TIERS),
        'Bulk takes up to 12 hours from GLACIER and 48 from DEEP_ARCHIVE, Standard up to 5 and 12, and costs more.',
      ),
      days: described(whole(1, 30), 'How many days the restored copy of each object is there, and paid for.'),
    },
    'a mapping with tier and days',
  ),
  'Archived objects that only own-copy can do are restored first. Without it they are left.',
);
const proof = described(whole(0, 1_000), 'How many objects are read after each job to prove it.');
const ceilingUsd = strictMapping(
  {
    bucket: optional(usDollars, 'The most that the jobs of one bucket may cost without a person who confirms them.'),
    run: optional(usDollars, 'The same of all jobs of a sweep, or of the events of one day.'),
  },
  'a mapping with any of bucket and run',
  'Jobs above an estimated price wait for a confirmation. Without it there is no limit.',
);

const OBJECTS =
  'a mapping with any of reencrypt, versions, uploads, methods, inlineUpTo, restore, proof and ceilingUsd';
export const defaultObjects = strictMapping(
  {
    reencrypt: z._default(reencrypt, DEFAULT_OBJECTS.reencrypt),
    versions: z._default(versions, DEFAULT_OBJECTS.versions),
    uploads: z._default(uploads, DEFAULT_OBJECTS.uploads),
    methods: z._default(methods, [...DEFAULT_OBJECTS.methods]),
    inlineUpTo: z._default(inlineUpTo, DEFAULT_OBJECTS.inlineUpTo),
    restore,
    proof: z._default(proof, DEFAULT_OBJECTS.proof),
    ceilingUsd: z._default(ceilingUsd, DEFAULT_OBJECTS.ceilingUsd),
  },
  OBJECTS,
);

/** What a rule says of objects; every member may be missing. */
export const ruleObjects = strictMapping(
  {
    reencrypt: z.exactOptional(reencrypt),
    versions: z.exactOptional(versions),
    uploads: z.exactOptional(uploads),
    methods: z.exactOptional(methods),
    inlineUpTo: z.exactOptional(inlineUpTo),
    restore,
    proof: z.exactOptional(proof),
    ceilingUsd: z.exactOptional(ceilingUsd),
  },
  OBJECTS,
);

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
