import * as z from 'zod/mini';
import { REGION } from './document-standard.ts';
import { accountId, day, optional, someOf, strictMapping, matchingText, tagKey, word } from './document-words.ts';
import { BUCKET_KINDS } from '../model.ts';

const ACCOUNT = 'an account id of 12 digits; leave accounts out where every account is meant';
const REGION_NAME = 'the name of a Region (for example eu-west-1)';
const GLOB =
  'a bucket name of letters, digits, dots, hyphens or underscores, in which * is any text and ? any one character';
const OU =
  'an organizational unit by its whole path, as in aws:PrincipalOrgPaths (o-a1b2c3d4e5/r-ab12/ou-ab12-11111111), or a list of them';
const OU_PATH = /^o-[a-z0-9]+(?:\/r-[a-z0-9]+(?:\/ou-[a-z0-9]+-[a-z0-9]+)*)?\/?$/;
const TAG_VALUE = 'the value of a tag in quotes (at most 256 characters), or nothing for any value';

const tag = strictMapping(
  {
    key: tagKey,
    value: z.exactOptional(matchingText(/^[\s\S]{0,256}$/, TAG_VALUE)),
  },
  'a mapping with key and, for one value only, value',
);

const ouPath = matchingText(OU_PATH, OU);

const MEMBERS = {
  accounts: optional(
    someOf(accountId(ACCOUNT), "a list of account ids in quotes (['111122223333'])"),
    'Account ids, in quotes.',
  ),
  ou: optional(
    z.union([ouPath, someOf(ouPath, OU)], { error: OU }),
    'Path of an organizational unit, or a list of them: itself and everything below it.',
  ),
  regions: optional(someOf(matchingText(REGION, REGION_NAME), 'a list of Regions ([eu-west-1])'), 'Names of Regions.'),
  buckets: optional(
    someOf(matchingText(/^[A-Za-z0-9._*?-]{1,255}$/, GLOB), 'a list of bucket names ([app-*])'),
    'Bucket names; * is any text, ? any one character.',
  ),
  tags: optional(
    someOf(tag, 'a list of tags ([{ key: data, value: personal }])'),
    'Tags that the bucket has, all of them: a key, or a key with its value.',
  ),
  kind: optional(word(BUCKET_KINDS), 'directory is S3 Express One Zone, table is S3 Tables, vector is S3 Vectors.'),
  logTarget: optional(
    z.boolean({ error: 'true or false' }),
    'Whether an AWS service is known to write to the bucket; asks AWS for its policy and ACL.',
  ),
  createdBefore: optional(day(), 'Created before this day began (UTC).'),
  createdAfter: optional(day(), 'Created since this day began (UTC).'),
};

/** Which buckets a rule or an exception is for: every member that is there must hold. */
export const when = strictMapping(
  MEMBERS,
  `a mapping with any of ${Object.keys(MEMBERS).join(', ')} ({} is every bucket)`,
  'Which buckets: all conditions that are given must be true.',
);

export type When = z.output<typeof when>;
