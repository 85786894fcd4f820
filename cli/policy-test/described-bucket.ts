import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { partitionOf } from '../../src/bucket-id.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import { accountId, optional, strictMapping, word } from '../../src/policy/document/document-words.ts';
import { namedKeys } from '../../src/policy/document/named-keys.ts';
import { ALGORITHMS, type BucketKind, kindOf } from '../../src/policy/model.ts';
import { type Problem, problemsOf } from '../../src/problem.ts';
import { type StateFile, checkState, isMapping } from '../explain/state-file.ts';

const ENCRYPTION = `one of ${ALGORITHMS.join(', ')}, or a mapping with algorithm, key, bucketKey and sseC`;

const shortEncryption = strictMapping(
  {
    algorithm: word(ALGORITHMS),
    key: optional(
      z.string({ error: 'alias/NAME or a key ARN' }),
      'The key that the bucket names; an alias is written as the ARN that it stands for.',
    ),
    bucketKey: z.exactOptional(z.boolean({ error: 'true or false' })),
    sseC: z.exactOptional(word(['blocked', 'allowed'])),
  },
  ENCRYPTION,
);

/** What a test may say in few words, where a state file has the answer of an API operation. */
const shortForms = z.looseObject(
  {
    bucket: z.string({ error: 'the name of the bucket' }),
    account: z._default(accountId(), '111122223333'),
    region: z._default(z.string({ error: 'a Region, for example eu-west-1' }), 'eu-west-1'),
    logsFrom: z._default(z.array(z.string({ error: 'the name of a bucket' }), { error: 'a list of buckets' }), []),
    publicRead: z._default(z.boolean({ error: 'true or false' }), false),
  },
  { error: 'a mapping with bucket, or the path of a state file' },
);

type ShortEncryption = z.output<typeof shortEncryption>;
type Checked = { state: StateFile } | { problems: Problem[] };

/**
 * The state of a bucket that a test describes: what is not said is as S3 makes a new bucket (SSE-S3, SSE-C blocked, private), every key that the
 * policy names is there and usable, and all else may be said as in a state file.
 */
export function describedBucket(raw: unknown, policy: PolicyDocument, at: string | undefined): Checked {
  const short = shortForms.safeParse(raw);
  if (!short.success) return { problems: problemsOf(short.error, raw) };
  const { logsFrom, publicRead, encryption = 'AES256', tags, createdAt, keys, ...rest } = short.data;
  const given = typeof encryption === 'string' ? { algorithm: encryption } : encryption;
  const parsed = shortEncryption.safeParse(given);
  if (!parsed.success && Object.hasOwn(Object(given), 'algorithm'))
    return { problems: under('encryption', problemsOf(parsed.error, given)) };
  const { account, region, bucket } = rest;
  const kind = kindOf(bucket);
  const isByArn = kind === 'table' || kind === 'vector';
  const odd = (['bucketKey', 'sseC'] as const).find((name) => isByArn && parsed.data?.[name] !== undefined);
  if (odd !== undefined) {
    const expected = `algorithm and key alone, because a ${kind} bucket has no Bucket Key and no SSE-C`;
    return { problems: [{ path: ['encryption', odd], expected, found: 'one' }] };
  }
  const arnOf = (key: string) => arnIn({ account, region }, key);
  const names = [...namedKeys(policy).map(({ key }) => key), parsed.data?.key].filter((key) => key !== undefined);
  const checked = checkState({
    ...(at === undefined ? {} : { at }),
    ...rest,
    encryption: parsed.success ? asAnswer(parsed.data, kind, arnOf) : given,
    ...(tags === undefined ? {} : { tags: isShortTags(tags) ? tagSet(tags) : tags }),
    ...(createdAt === undefined ? {} : { createdAt: isDay(createdAt) ? `${createdAt}T00:00:00Z` : createdAt }),
    ...(logsFrom.length === 0 ? {} : { logging: logsFrom.map((source) => loggingTo(bucket, source)) }),
    ...(publicRead ? { bucketPolicy: readByAnyone(bucket, partitionOf(region)) } : {}),
    keys: isMapping(keys) || keys === undefined ? { ...usableKeys(names, arnOf), ...keys } : keys,
  });
  return 'state' in checked ? checked : { problems: checked.problems.map(withShortNames) };
}

function withShortNames(problem: Problem): Problem {
  const isUnknown = problem.path.length === 1 && problem.found === 'an unknown key';
  return isUnknown ? { ...problem, expected: `${problem.expected}, logsFrom, publicRead` } : problem;
}

/** The same problems of a member of something larger. */
export function under(member: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: [member, ...problem.path] }));
}

function asAnswer(
  { algorithm, key, bucketKey, sseC = 'blocked' }: ShortEncryption,
  kind: BucketKind,
  arnOf: (key: string) => string,
) {
  if (kind === 'table' || kind === 'vector') {
    const named = kind === 'table' ? 'sseAlgorithm' : 'sseType';
    return { encryptionConfiguration: { [named]: algorithm, ...(key === undefined ? {} : { kmsKeyArn: arnOf(key) }) } };
  }
  const byDefault = { SSEAlgorithm: algorithm, ...(key === undefined ? {} : { KMSMasterKeyID: arnOf(key) }) };
  const rule = {
    ApplyServerSideEncryptionByDefault: byDefault,
    BucketKeyEnabled: bucketKey ?? algorithm === 'aws:kms',
    ...(sseC === 'blocked' ? { BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] } } : {}),
  };
  return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
}

function usableKeys(names: readonly string[], arnOf: (key: string) => string): Record<string, object> {
  return Object.fromEntries(
    names.map((name) => {
      const arn = arnOf(name);
      const key = { Arn: arn, KeyId: arn.split('/').at(-1), AWSAccountId: arn.split(':')[4] };
      const ready = { KeyState: 'Enabled', Enabled: true, KeyUsage: 'ENCRYPT_DECRYPT', KeyManager: 'CUSTOMER' };
      return [name, { KeyMetadata: { ...key, ...ready, KeySpec: 'SYMMETRIC_DEFAULT', MultiRegion: false } }];
    }),
  );
}

/** One key for each alias, the same in every run. */
function arnIn({ account, region }: { account: string; region: string }, key: string): string {
  if (!key.startsWith('alias/')) return key;
  const hex = createHash('sha256').update(`${account}/${region}/${key}`).digest('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return `arn:${partitionOf(region)}:kms:${region}:${account}:key/${id}`;
}

function tagSet(tags: object) {
  return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value: Value as unknown })) };
}

function loggingTo(bucket: string, source: string) {
  return { Bucket: source, LoggingEnabled: { TargetBucket: bucket, TargetPrefix: '' } };
}

function readByAnyone(bucket: string, partition: string) {
  const statement = { Sid: 'PublicRead', Effect: 'Allow', Principal: '*', Action: 's3:GetObject' };
  return { Version: '2012-10-17', Statement: [{ ...statement, Resource: `arn:${partition}:s3:::${bucket}/*` }] };
}

function isShortTags(tags: unknown): tags is object {
  return isMapping(tags) && !Object.hasOwn(tags, 'TagSet') && !Object.hasOwn(tags, 'error');
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
}
