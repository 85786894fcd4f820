import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import type { BucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import type { OwnedBucket } from '../aws/bucket/owned-bucket.ts';
import type { FactSources } from '../aws/bucket/fact-sources.ts';
import type { OwnBuckets } from '../aws/bucket/own-buckets.ts';
import type { createDescribeJob } from '../aws/job/describe-job.ts';
import type { JobEvidence } from '../aws/ledger/job-evidence.ts';
import type { JobLedger } from '../aws/ledger/job-ledger.ts';
import type { JobReports } from '../aws/job/job-report.ts';
import type { createStartJob } from '../aws/job/start-job.ts';
import type { Keys } from '../aws/key/keys.ts';
import type { Place } from '../bucket-id.ts';
import type { Queues } from '../aws/queue/queues.ts';
import type { createOpenJobs } from '../aws/ledger/open-index.ts';
import type { createObjectPage } from '../aws/bucket/existing-objects.ts';
import type { Membership } from '../ledger/account-item.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { CopyConditions, JobRoles } from '../policy/plan/plan-model.ts';

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
  /** Which publication it is; 0 for the policy that was packaged with the function. */
  order: number;
}

/** What the story of one bucket uses: verbs over AWS in the account and Region of its trigger, and what the process knows of itself. */
export interface AssessDeps extends Place {
  partition: string;
  /**
   * What is known of the account: where it is in the organization, for rules that speak of organizational units, and whether it is open. It may have
   * been read `maxAgeMs` ago, a minute where nothing else is said.
   */
  membership: (account: string, maxAgeMs?: number) => Promise<Membership>;
  /** True for Reseal's own buckets, those for reports that the account has kept from earlier too. */
  isOwnBucket: (bucket: string) => boolean;
  /** The bucket for the account's reports in a Region; undefined where Reseal is not deployed there. Throws the SDK's error. */
  reportsBucketIn: (region: string) => Promise<string | undefined>;
  jobRoles: JobRoles;
  retrySeconds: number;
  /**
   * The policy in force as this process knows it. Where its order is less than `atLeast`, it is looked up anew; what comes may be less
   * still, and the caller judges that.
   */
  policy: (atLeast?: number) => Promise<CurrentPolicy>;
  encryption: BucketEncryption;
  bucketList: OwnBuckets;
  bucketRegion: (bucket: OwnedBucket) => Promise<string | undefined>;
  facts: FactSources;
  objectPage: ReturnType<typeof createObjectPage>;
  copyConditions: (bucket: OwnedBucket) => Promise<CopyConditions>;
  keys: Keys;
  ledger: BucketTable;
  startJob: ReturnType<typeof createStartJob>;
  /** Notes that an event of the account and Region was heard, once an hour at most. Never throws. */
  heard: (place: Place) => Promise<void>;
  /** Puts a message into the queue for later tries, to be seen after so many seconds. */
  sendLater: (body: string, delaySeconds: number) => Promise<void>;
  log: Log;
  now: () => Date;
  /** Waits before a configuration is read back again. */
  wait: (ms: number) => Promise<void>;
  /** A new name for each try, so that a second delivery of a message is another owner. */
  newOwner: () => string;
}

/** What the end of a job in one account and Region is recorded with, and what a job of ours is known by there. */
export interface CloseDeps extends Place {
  /** The roles of our jobs. */
  jobRoleArns: readonly string[];
  isReportsBucket: (bucket: string) => boolean;
  jobLedger: JobLedger;
  describeJob: ReturnType<typeof createDescribeJob>;
  reports: JobReports;
  /** The time within which a report must be read. */
  timeLeftMs: () => number;
  now: () => Date;
}

export interface TrackDeps {
  at: (place: Place) => CloseDeps;
  jobEvidence: JobEvidence;
  openJobs: ReturnType<typeof createOpenJobs>;
  /** The queue of this very story, where each open job gets a message of its own. */
  jobQueueUrl: string;
  queues: Pick<Queues, 'sendAll'>;
}
