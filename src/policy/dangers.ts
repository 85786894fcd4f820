import type { Judging } from './decision.ts';
import { directoryProblems } from './directory-standard.ts';
import type { FactName, Holds } from './facts.ts';
import { bucketKeyProblems, isSameKey, keyPolicyProblems } from './keys/key-policy.ts';
import { deniedJobs } from './plan/denied-jobs.ts';
import type { EncryptionRule, Reason } from './model.ts';
import type { PlannedJob } from './plan/plan-model.ts';
import { readerProblems } from './readers/reader-problems.ts';
import { bringsKey } from './repaired-rule.ts';
import { replicationProblems } from './replication-problems.ts';
import { bucketKeyWriterProblems } from './writers/bucket-key-writers.ts';
import type { Writer } from './writers/writer.ts';
import { writerProblems } from './writers/writer-problems.ts';

export type Dangers = Holds;

/** Everything that writing this rule would break: each named, or what must be read to know. */
export function dangersOf(judging: Judging, write: EncryptionRule, writers: readonly Writer[]): Dangers {
  const { rule } = judging.known.state;
  if (bringsKey(write, rule)) return together(ofNewKey(judging, write, writers));
  if (write.bucketKey === true && rule.bucketKey !== true)
    return together([...ofBucketKey(judging, write), ...ofItsWriters(judging, write)]);
  return { kind: 'known', holds: [] };
}

/**
 * What re-encrypting the objects of a bucket would break that has this key already: its new objects are under it, and whoever
 * still reads the old ones may be locked out.
 */
export function dangersOfObjects({ known, key }: Pick<Judging, 'known' | 'key'>): Dangers {
  if (key.kind !== 'found') return { kind: 'known', holds: [] };
  const { state, facts, partition, batchRoleArn } = known;
  const about = { state, facts, partition, key: key.key, keyPolicy: facts.keyPolicy };
  return together([keyPolicyProblems({ ...about, ...role(batchRoleArn) }), readerProblems(about)]);
}

/**
 * Why the bucket's policy would refuse the jobs of these methods, so that none is paid for: a Deny that is sure to meet the role with what
 * each asks (S3 condition keys for encryption; Service Authorization Reference, s3:UpdateObjectEncryption). Rests on the bucket policy as far as
 * it was read for the verdict, and asks for nothing; a condition that cannot be decided stops no job.
 */
export function jobObstacles(
  { known, standard, key }: Pick<Judging, 'known' | 'standard' | 'key'>,
  methods: readonly PlannedJob['method'][] = ['update-encryption'],
): Reason[] {
  return deniedJobs({
    ...known,
    algorithm: standard.algorithm,
    keyArn: key.kind === 'found' ? key.key.arn : undefined,
    methods,
  });
}

function ofNewKey(judging: Judging, write: EncryptionRule, writers: readonly Writer[]): Dangers[] {
  const { known, standard, key } = judging;
  if (key.kind !== 'found') return [];
  const { state, kind, facts, partition, batchRoleArn } = known;
  const about = { state, facts, partition, key: key.key, keyPolicy: facts.keyPolicy };
  const using = { ...about, bucketKey: write.bucketKey === true };
  const directory: Dangers = { kind: 'known', holds: directoryProblems({ state, kind, standard, key }) };
  if (kind === 'directory') return [directory, keyPolicyProblems(using), readerProblems(about)];
  return [
    keyPolicyProblems({ ...using, ...role(batchRoleArn) }),
    writerProblems({ ...using, writers, algorithm: standard.algorithm }),
    readerProblems(about),
    replicationProblems({ ...using, named: standard.key }),
    ...(write.bucketKey === true ? ofBucketKey(judging, write) : []),
  ];
}

function ofBucketKey({ known, standard, key }: Judging, write: EncryptionRule): Dangers[] {
  const { state, facts, partition } = known;
  return [
    bucketKeyProblems({
      state,
      partition,
      keyId: write.keyId,
      key,
      keyPolicy: facts.keyPolicy,
      // Of a key that the policy names, its author has answered for; of one that was found there, nobody has.
      isNamed: standard.keepKey !== true,
    }),
  ];
}

/** Of a key that the policy cannot see, `ofBucketKey` says all there is to say. */
function ofItsWriters({ known, key }: Judging, write: EncryptionRule): Dangers[] {
  if (key.kind !== 'found' || !isSameKey(write.keyId, key.key.arn)) return [];
  return [bucketKeyWriterProblems({ ...known, key: key.key })];
}

function role(batchRoleArn: string | undefined): { batchRoleArn?: string } {
  return batchRoleArn === undefined ? {} : { batchRoleArn };
}

/** What any of them asks is asked at once; what any could not read outweighs what the others found. */
function together(dangers: readonly Dangers[]): Dangers {
  const asked: FactName[] = dangers.flatMap((each) => (each.kind === 'ask' ? each.facts : []));
  if (asked.length > 0) return { kind: 'ask', facts: [...new Set(asked)] };
  const unread = dangers.flatMap((each) => (each.kind === 'unread' ? each.reasons : []));
  if (unread.length > 0) return { kind: 'unread', reasons: onePerFact(unread) };
  return { kind: 'known', holds: dangers.flatMap((each) => (each.kind === 'known' ? each.holds : [])) };
}

/** The code names the fact, and several dangers may rest on the same. */
function onePerFact(unread: readonly Reason[]): Reason[] {
  return unread.filter(({ code }, at) => unread.findIndex((other) => other.code === code) === at);
}
