import type { BucketEncryption, EncryptionReading } from '../aws/bucket/bucket-encryption.ts';
import { type BucketId, partitionOf } from '../bucket-id.ts';
import type { Decided, Known } from '../policy/decision.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { Fact, Facts, History, LogSource } from '../policy/facts.ts';
import { isUnderKms } from '../policy/log-target.ts';
import { type Encryption, kindOf } from '../policy/model.ts';
import type { JobRoles } from '../policy/plan/plan-model.ts';
import { present } from '../present.ts';
import {
  concluded,
  type FactDeps,
  factReading,
  factsAtHand,
  gather,
  type Gathered,
  readHistory,
  type ReadFacts,
} from './gather.ts';
import { exemptUnread } from './unread-bucket.ts';

/** One bucket that is to be judged, and neither claimed nor changed. */
export interface OnlyJudged extends BucketId {
  policy: PolicyDocument;
  own: boolean;
  now: Date;
  /** ISO 8601, where it was listed with the bucket. */
  createdAt?: string;
  /** The buckets whose access logs come here, where all were just asked. */
  logSources?: LogSource[];
  /** The looks of one name share for a while what was read of a key's policy, as those of a sweep do. */
  sharedBy?: string;
  /** False where the ACL of a bucket under a key is read only if it let a service write before, as a sweep does. */
  readsAcl: boolean;
  /** The roles of the re-encryption jobs, as far as they are known. */
  jobRoles?: Partial<JobRoles>;
}

export interface OnlyJudgedDeps extends FactDeps {
  encryption: Pick<BucketEncryption, 'read'>;
}

export type JudgedOnly =
  /** Without `found`, the encryption could not be read, and the bucket is exempt whatever it is. */
  | { kind: 'judged'; known: Known; decision: Decided; facts: Facts; found?: Encryption }
  | Exclude<EncryptionReading, { kind: 'read' }>;

/**
 * The verdict on one bucket, by the code and the facts of assess-bucket, for who only wants to know. `isAnswer` is false for the codes of errors
 * that say nothing of the bucket: then nothing more is asked.
 */
export async function judgeOnly(
  asked: OnlyJudged,
  deps: OnlyJudgedDeps,
  isAnswer: (code: string) => boolean = () => true,
): Promise<JudgedOnly> {
  const { bucket, account, region, own, policy, now, readsAcl, jobRoles, sharedBy } = asked;
  const reading = await deps.encryption.read({ bucket, account });
  if (reading.kind === 'gone' || reading.kind === 'elsewhere') return reading;
  if (reading.kind === 'unreadable' && !isAnswer(reading.code)) return reading;
  const known: Known = {
    state: { bucket, account, region, own, rule: reading.kind === 'read' ? reading.rule : {} },
    kind: kindOf(bucket),
    partition: partitionOf(region),
    policy,
    facts: factsAtHand(asked, await deps.membership(account)),
    now,
    readsAcl,
    ...present({ jobRoles }),
  };
  const shared = sharedBy === undefined ? {} : { cause: 'sweep' as const, causeId: sharedBy };
  const read = factReading({ ...asked, ...shared }, deps);
  if (reading.kind === 'read') {
    const gathered = await judged(known, read, () => readHistory(asked, deps));
    return { kind: 'judged', known, ...gathered, found: reading.rule };
  }
  const exempt = await exemptUnread(known, read);
  return exempt === undefined ? reading : { kind: 'judged', known, ...exempt };
}

/** A bucket under a key that is right otherwise is not, where the ledger remembers access logs or an ACL by which a service writes. */
async function judged(known: Known, read: ReadFacts, remembered: () => Promise<Fact<History>>): Promise<Gathered> {
  const { decision, facts } = await gather(known, read);
  if (decision.kind === 'needs') return concluded({ ...known, facts: { ...facts, history: await remembered() } }, read);
  if (decision.verdict.kind !== 'compliant' || !isUnderKms(known)) return { decision, facts };
  const history = await remembered();
  if (history.kind === 'unread') return { decision, facts };
  const { logSources, aclWriters = false } = history.value;
  const isNews =
    (known.facts.logSources === undefined && logSources.length > 0) || (aclWriters && known.readsAcl !== true);
  if (!isNews) return { decision, facts };
  const readsAcl = known.readsAcl === true || aclWriters;
  return concluded({ ...known, readsAcl, facts: { ...facts, logSources } }, read);
}
