import type { FactName, Facts, Finding, Holds } from '../facts.ts';
import { parseStatements } from '../../iam/parse-statements.ts';
import { type BucketState, type KeyFacts, kindOf } from '../model.ts';
import { CLOUDFRONT_LOGS_ID } from '../writers/legacy-accounts.ts';
import { aclReaders } from './acl-readers.ts';
import { accessPointReaders, bucketPolicyReaders } from './bucket-readers.ts';
import { admission, canBeAdmitted } from './key-admission.ts';
import { mergeReaders, type Reader } from './reader.ts';
import { readerReasons } from './reader-reasons.ts';
import { misread, unread } from '../unread.ts';

/** A bucket that is to get a key, and what is known of it. */
export interface ReaderQuestion {
  state: BucketState;
  facts: Facts;
  /** The key that a repair would put there. */
  key: KeyFacts | undefined;
  partition: string;
}

export type ReaderProblems = Holds;

/**
 * Who outside the bucket's account would lose access to its objects under the key: readers and writers of the bucket policy, the access
 * control list, the website and, where the policy leaves it to them, the access points. The key's policy is asked only if it could help one.
 */
export function readerProblems(question: ReaderQuestion): ReaderProblems {
  const { state, facts, key } = question;
  const found = readersOf(question);
  if (found.kind !== 'known') return found;
  const { readers } = found;
  if (!readers.some(({ who }) => canBeAdmitted(who)) || !isReadable(key, state)) {
    return { kind: 'known', holds: readerReasons(readers, question) };
  }
  if (facts.keyPolicy === undefined) return { kind: 'ask', facts: ['keyPolicy'] };
  if (facts.keyPolicy.kind === 'unread') return unread('keyPolicy', facts.keyPolicy.why);
  const parsed = parseStatements(facts.keyPolicy.value, question.partition);
  if (parsed.kind === 'malformed') return unread('keyPolicy', misread(`The policy of key ${key.arn}`, parsed.why));
  const policy = { ...question, statements: parsed.statements, keyArn: key.arn };
  const locked = readers.filter((reader) => !admission(reader, policy).isAdmitted);
  return { kind: 'known', holds: readerReasons(locked, { ...question, policy }) };
}

/** KMS shows a key's policy to its own account alone, and nobody can change that of a key that AWS manages. */
function isReadable(key: KeyFacts | undefined, state: BucketState): key is KeyFacts {
  return key !== undefined && key.manager === 'CUSTOMER' && key.account === state.account;
}

type Readers = Finding<{ readers: Reader[] }>;

function readersOf({ state, facts, partition }: ReaderQuestion): Readers {
  const needed: FactName[] =
    kindOf(state.bucket) === 'directory' ? ['bucketPolicy'] : ['bucketPolicy', 'acl', 'website'];
  const missing = needed.filter((name) => facts[name] === undefined);
  if (missing.length > 0) return { kind: 'ask', facts: missing };
  const { bucketPolicy, acl = NO_ACL, website = NO_WEBSITE, accessPoints } = facts;
  if (bucketPolicy === undefined) return { kind: 'ask', facts: ['bucketPolicy'] };
  if (bucketPolicy.kind === 'unread') return unread('bucketPolicy', bucketPolicy.why);
  if (acl.kind === 'unread') return unread('acl', acl.why);
  if (website.kind === 'unread') return unread('website', website.why);

  const parsed = parseStatements(bucketPolicy.value ?? NO_STATEMENT, partition);
  if (parsed.kind === 'malformed')
    return unread('bucketPolicy', misread(`The policy of bucket ${state.bucket}`, parsed.why));
  const ownIds = acl.value.flatMap(({ isOwner, id }) => (isOwner && id !== undefined ? [id] : []));
  const bucket = { state, partition, statements: parsed.statements, knownIds: [...ownIds, CLOUDFRONT_LOGS_ID] };
  const direct = [
    ...bucketPolicyReaders(bucket),
    ...aclReaders(acl.value, bucket.knownIds),
    ...(website.value === 'site' ? [WEBSITE] : []),
  ];
  const points = accessPointReaders(bucket, accessPoints);
  if (points.kind !== 'known') return points;
  return { kind: 'known', readers: mergeReaders([...direct, ...points.readers]) };
}

const NO_ACL: NonNullable<Facts['acl']> = { kind: 'read', value: [] };
const NO_WEBSITE: NonNullable<Facts['website']> = { kind: 'read', value: 'none' };
const NO_STATEMENT = '{"Statement":[]}';
const WEBSITE: Reader = {
  who: { kind: 'website' },
  reads: true,
  writes: false,
  through: 'its website endpoint',
  byAccessPoint: false,
};
