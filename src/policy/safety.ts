import { parseStatements } from '../iam/parse-statements.ts';
import { type Context, ofResource } from '../iam/conditions.ts';
import type { Statement } from '../iam/statement.ts';
import type { Known } from './decision.ts';
import { type Fact, type Facts, type AclGrant, type ReplicationRule, unreadReason, type Website } from './facts.ts';
import { organizationContext } from './keys/s3-request.ts';
import { arnOf, type BucketState, type KeyFacts, type KeyReading, type Reason } from './model.ts';

/** Everything that a write could break, as plain values: each document is parsed once, and a fact that no rule needs is empty. */
export interface Safety {
  /** The statements of the bucket policy. */
  bucketPolicy: readonly Statement[];
  acl: readonly AclGrant[];
  /** The statements of the key's policy; undefined where KMS shows it to nobody here. */
  keyPolicy: readonly Statement[] | undefined;
  replication: readonly ReplicationRule[];
  website: Website;
  accessPoints: readonly PointPolicy[];
  /** What every request of the account carries of its organization. */
  organization: Context;
}

/** A bucket that is to get a key, and all that could break by it. */
export interface KeyChange {
  state: BucketState;
  partition: string;
  safety: Safety;
  /** The key that a repair would put on the bucket. */
  key: KeyFacts;
  /** Whether the bucket will use a bucket key; assumed where it is not said. */
  bucketKey?: boolean;
}

export interface PointPolicy {
  name: string;
  statements: readonly Statement[];
}

/** The facts that only safety rests on. */
export type SafetyFact = Exclude<keyof Safety, 'organization'>;

/** What was read of a bucket, and one reason for each fact that could not be read or understood. */
export interface SafetyReading {
  safety: Safety;
  unreadable: ReadonlyMap<SafetyFact, Reason>;
}

/** The one place where documents and readings become values. `key` is the one whose policy was read. */
export function safetyOf(
  { state, partition, facts }: Pick<Known, 'partition' | 'facts'> & { state: Pick<BucketState, 'bucket' | 'account'> },
  key: KeyReading,
): SafetyReading {
  const keyArn = arnOf(key) ?? '';
  const unreadable = new Map<SafetyFact, Reason>();
  const value = <T>(name: SafetyFact, fact: Fact<T> | undefined): T | undefined => {
    if (fact?.kind === 'unread') unreadable.set(name, unreadReason(name, fact.why));
    return fact?.kind === 'read' ? fact.value : undefined;
  };
  const organization = organizationContext(facts.ouPath);
  const [orgId] = [organization['aws:principalorgid'] ?? []].flat();
  const statements = (name: SafetyFact, text: string | undefined, what: string): Statement[] | undefined => {
    if (text === undefined) return undefined;
    const parsed = parseStatements(text, partition);
    // A key policy that can be read is of the bucket's account too (KMS API GetKeyPolicy, cross-account use: no).
    if (parsed.kind === 'read') return parsed.statements.map((one) => ofResource(one, state.account, orgId));
    const why = `${what} was read and not understood: ${parsed.why}. Correct it, or judge the bucket by hand.`;
    unreadable.set(name, unreadReason(name, why));
    return undefined;
  };
  const { bucket } = state;
  const points = value('accessPoints', facts.accessPoints) ?? [];
  const safety: Safety = {
    bucketPolicy:
      statements('bucketPolicy', value('bucketPolicy', facts.bucketPolicy), `The policy of bucket ${bucket}`) ?? [],
    acl: value('acl', facts.acl) ?? [],
    keyPolicy: statements('keyPolicy', value('keyPolicy', facts.keyPolicy), `The policy of key ${keyArn}`),
    replication: value('replication', facts.replication) ?? [],
    website: value('website', facts.website) ?? 'none',
    accessPoints: points.map(({ name, policy }) => ({
      name,
      statements: statements('accessPoints', policy, `The policy of access point ${name} of bucket ${bucket}`) ?? [],
    })),
    organization,
  };
  return { safety, unreadable };
}

/** Why these facts could not be read; empty where all could. */
export function reasonsOf({ unreadable }: SafetyReading, facts: readonly (keyof Facts)[]): Reason[] {
  return [...unreadable].flatMap(([name, reason]) => (facts.includes(name) ? [reason] : []));
}
