import type { KeyReading, Reason } from './model.ts';
import type { ReasonCode } from './reasons.ts';

/**
 * What a verdict may need to know of a bucket beyond its encryption, and the reason code where that could not be read or understood. Each
 * is read only when a verdict cannot be had without it.
 */
const UNREADABLE = {
  tags: 'tags-unreadable',
  createdAt: 'created-at-unreadable',
  ouPath: 'ou-path-unreadable',
  remembered: 'history-unreadable',
  key: 'key-unreadable',
  currentKey: 'key-unreadable',
  history: 'history-unreadable',
  bucketPolicy: 'bucket-policy-unreadable',
  acl: 'acl-unreadable',
  keyPolicy: 'key-policy-unreadable',
  replication: 'replication-unreadable',
  website: 'website-unreadable',
  accessPoints: 'access-points-unreadable',
} as const satisfies Record<string, ReasonCode>;
export type FactName = keyof typeof UNREADABLE;
export const FACT_NAMES = Object.keys(UNREADABLE) as FactName[];

/** A fact that was read, or why it could not be: never "not there". */
export type Fact<T> = { kind: 'read'; value: T } | Unread;

export interface Unread {
  kind: 'unread';
  /** One plain sentence: what could not be read, the error by name, what to allow. */
  why: string;
  denied: boolean;
  /** True where the bucket or key itself was not there any more. */
  gone?: boolean;
}

/** Everything that is known of one bucket so far; an absent member was not read. */
export interface Facts {
  tags?: Fact<Tag[]>;
  /** ISO 8601; a time that nobody knows is `unread`. */
  createdAt?: Fact<string>;
  /** The account's path in the organization, for example o-a1b2/r-c3d4/ou-e5f6-g7h8 (aws:PrincipalOrgPaths). It is there from the start. */
  ouPath?: Fact<string>;
  /** The standard's key. */
  key?: KeyReading | Unread;
  /** The key that the bucket's own rule names, where that is not the standard's. */
  currentKey?: KeyReading | Unread;
  /** What the ledger remembers, for rules and exceptions that rest on it. */
  remembered?: Fact<History>;
  /** The same of a bucket that is to be changed, from the claim on it where there is one. */
  history?: Fact<History>;
  /** What a complete sweep has just seen of access logs that go here; it comes with the question, and is never asked for. */
  logSources?: LogSource[];
  /** The JSON text of the bucket policy, undefined where there is none. */
  bucketPolicy?: Fact<string | undefined>;
  acl?: Fact<AclGrant[]>;
  /** The JSON text of the policy of the key that a repair would put on the bucket. */
  keyPolicy?: Fact<string>;
  replication?: Fact<ReplicationRule[]>;
  website?: Fact<Website>;
  accessPoints?: Fact<AccessPoint[]>;
}

/** Those of the named facts that nobody has read yet. */
export function missingOf(names: readonly FactName[], facts: Facts): FactName[] {
  return names.filter((name) => facts[name] === undefined);
}

/** Nothing can be said without this fact. */
export function unreadReason(fact: FactName, message: string): Reason {
  return { code: UNREADABLE[fact], message };
}

/** S3 API Tag. */
export interface Tag {
  key: string;
  value: string;
}

/** S3 API Grant: exactly one of the two ways to name the grantee. */
export interface AclGrant {
  /** A canonical user id. */
  id?: string;
  /** A predefined group, for example http://acs.amazonaws.com/groups/s3/LogDelivery. */
  uri?: string;
  /** READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL. */
  permission: string;
  /** True where the grantee is the bucket's own owner. */
  isOwner: boolean;
}

/** What of a replication rule decides whether SSE-KMS objects are replicated (S3 API ReplicationRule, both schemas). */
export interface ReplicationRule {
  id: string;
  enabled: boolean;
  destinationBucket: string;
  /** SourceSelectionCriteria.SseKmsEncryptedObjects.Status is Enabled. */
  replicatesKms: boolean;
  /** Destination.EncryptionConfiguration.ReplicaKmsKeyID. */
  replicaKeyId?: string;
  /** Destination.EncryptionConfiguration.UseSourceMultiRegionKey.Status is Enabled. */
  usesSourceKey: boolean;
  /** Where S3 says the destination is; looked up only for a rule that uses the source's key. */
  destinationRegion?: string;
  role: string;
}

/** `redirect`: every request is sent elsewhere, so no object is served. */
export type Website = 'none' | 'redirect' | 'site';

export interface AccessPoint {
  name: string;
  /** JSON text; undefined where it has no policy. */
  policy?: string;
}

/** What the ledger remembers of a bucket, as far as verdicts rest on it. */
export interface History {
  /** Newest last. */
  repairs: PastRepair[];
  /** Buckets whose server access logs go here, as the last sweep saw them (S3 API GetBucketLogging). */
  logSources: LogSource[];
  /** True where the ACL let an AWS service write, when a look read it last. */
  aclWriters?: boolean;
  /** Set by `reseal rollback`: nothing is repaired until somebody acknowledges. */
  rolledBack?: { at: string; by: string };
  /** ISO 8601: repairs and drifts before this no longer count as flapping. */
  acknowledgedAt?: string;
  /** The newest drift that was reported while the bucket was held for flapping. */
  lastDrift?: Drift;
  /** Whether the last verdict was a hold for flapping, and since when. */
  flappingSince?: string;
  exceptionTag?: ExceptionTag;
  /** What that rests on. */
  tagHistory?: TagHistory;
  /** True where somebody has looked at the bucket before. */
  isSeen?: boolean;
  /** How often the ledger's item had been written when this was read. */
  rev?: number;
}

/** Who is known to have given the tag that asks for an exception the value that it has; '' where the tag is not there, or nobody knows who. */
export interface ExceptionTag {
  value: string;
  actor: string;
  /** ISO 8601. */
  at: string;
  causeId: string;
  /** True where somebody else may have done it. */
  doubted?: boolean;
}

/** What events and looks said of one tag, oldest first. The tag itself does not say who set it. */
export interface TagHistory {
  /** Its key: the policy may name another one later. */
  tag: string;
  said: TagSaid[];
}

export interface TagSaid {
  /** ISO 8601. */
  at: string;
  causeId: string;
  /** '' where the tag was not there; absent where nobody knows. */
  value?: string;
  /** Who gave it that value, where an event says so. */
  actor?: string;
  isLook?: boolean;
}

export interface LogSource {
  bucket: string;
  prefix: string;
}

/** Who or what took a bucket's encryption away: as CloudTrail tells it. */
export interface Drift {
  /** ISO 8601. */
  at: string;
  causeId: string;
  /** encryption-deleted, encryption-put, created, or sweep where nobody knows who it was. */
  cause: string;
  /** ARN of a role or identity. */
  actor?: string;
  sourceAddress?: string;
  userAgent?: string;
}

/** A repair with the drift that it answered; `repairedAt` ISO 8601. */
export interface PastRepair extends Drift {
  repairedAt: string;
}
