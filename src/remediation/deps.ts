import type { BucketClaims } from '../aws/ledger/bucket-claims.ts';
import type { BucketEncryption, OwnedBucket } from '../aws/bucket/bucket-encryption.ts';
import type { BucketList } from '../aws/bucket/bucket-list.ts';
import type { createDescribeJob } from '../aws/job/describe-job.ts';
import type { JobLedger } from '../aws/ledger/job-ledger.ts';
import type { JobReports } from '../aws/job/job-report.ts';
import type { JobSettings } from '../aws/job/job-request.ts';
import type { Keys } from '../aws/key/keys.ts';
import type { Ledger } from '../aws/ledger/ledger.ts';
import type { NamedQueues } from '../aws/queue/named-queues.ts';
import type { createObjectPage } from '../aws/bucket/object-page.ts';
import type { createStartJob } from '../aws/job/start-job.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { AccessPoint, Fact, Grant, ReplicationRule, Tag, Website } from '../policy/facts.ts';
import type { CopyConditions } from '../policy/plan/plan.ts';

/** One structured line per outcome; constant message, variable fields. */
export interface Log {
  info(message: string, fields: object): void;
  warn(message: string, fields: object): void;
  error(message: string, fields: object): void;
}

/** The policy in force and what identifies it in the ledger. */
export interface CurrentPolicy {
  document: PolicyDocument;
  sha256: string;
}

/** Readers of single facts. None throws where a service fails: what cannot be read is a value. */
export interface FactReaders {
  tags: (bucket: OwnedBucket) => Promise<Fact<Tag[]>>;
  createdAt: (bucket: string) => Promise<Fact<string>>;
  bucketPolicy: (bucket: OwnedBucket) => Promise<Fact<string | undefined>>;
  acl: (bucket: OwnedBucket) => Promise<Fact<Grant[]>>;
  keyPolicy: (keyArn: string) => Promise<Fact<string>>;
  replication: (bucket: OwnedBucket) => Promise<Fact<ReplicationRule[]>>;
  website: (bucket: OwnedBucket) => Promise<Fact<Website>>;
  accessPoints: (bucket: OwnedBucket) => Promise<Fact<AccessPoint[]>>;
}

/** What the story of one bucket is told with: verbs over AWS, and what the process knows of itself. */
export interface AssessDeps {
  account: string;
  region: string;
  partition: string;
  /** The account's place in the organization, for rules that speak of organizational units. */
  ouPath?: string;
  ownBuckets: ReadonlySet<string>;
  jobSettings: JobSettings;
  /** The queue for later tries, and its namesake in other Regions. */
  againQueue: string;
  retrySeconds: number;
  policy: () => Promise<CurrentPolicy>;
  encryption: BucketEncryption;
  bucketList: Pick<BucketList, 'findOwn'>;
  bucketRegion: (bucket: OwnedBucket) => Promise<string | undefined>;
  facts: FactReaders;
  objectPage: ReturnType<typeof createObjectPage>;
  copyConditions: (bucket: OwnedBucket) => Promise<CopyConditions>;
  keys: Keys;
  ledger: Ledger;
  claims: BucketClaims;
  startJob: ReturnType<typeof createStartJob>;
  queues: NamedQueues;
  log: Log;
  now: () => Date;
  /** Waits before a configuration is read back again. */
  wait: (ms: number) => Promise<void>;
  /** A new name for each try, so that a second delivery of a message is another owner. */
  newOwner: () => string;
}

export interface TrackDeps {
  jobLedger: JobLedger;
  describeJob: ReturnType<typeof createDescribeJob>;
  reports: JobReports;
  log: Log;
  now: () => Date;
}
