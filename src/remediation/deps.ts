import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import type { BucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import type { OwnedBucket } from '../aws/bucket/owned-bucket.ts';
import type { FactSources } from '../aws/bucket/fact-sources.ts';
import type { OwnBuckets } from '../aws/bucket/own-buckets.ts';
import type { createDescribeJob } from '../aws/job/describe-job.ts';
import type { MayDescribe } from '../aws/ledger/described.ts';
import type { JobLedger } from '../aws/ledger/job-ledger.ts';
import type { JobReports } from '../aws/job/job-report.ts';
import type { WriteManifest } from '../aws/job/write-manifest.ts';
import type { createStartJob } from '../aws/job/start-job.ts';
import type { createUpdateJob } from '../aws/job/update-job.ts';
import type { createListsVersions } from '../aws/job/generated-list.ts';
import type { createVersionsManifest } from '../aws/job/versions-manifest.ts';
import type { JobRequest, JobVia, OpenJob } from '../ledger/job-item.ts';
import type { PieceName } from '../ledger/piece-item.ts';
import type { PieceTable } from '../aws/ledger/piece-table.ts';
import type { createKeyRange } from '../aws/bucket/key-range.ts';
import type { ObjectOutcome, ObjectTask } from '../policy/copy/object-task.ts';
import type { createAbortUnfinished } from '../aws/object/abort-upload.ts';
import type { Keys } from '../aws/key/keys.ts';
import type { Place } from '../bucket-id.ts';
import type { Queues } from '../aws/queue/queues.ts';
import type { createOpenJobs, createOwnJobs, createQueuedJobs } from '../aws/ledger/open-index.ts';
import type { createObjectHead } from '../aws/bucket/object-head.ts';
import type { createObjectPage } from '../aws/bucket/existing-objects.ts';
import type { createVersioning } from '../aws/bucket/versioning.ts';
import type { Uploads } from '../aws/bucket/uploads.ts';
import type { Membership } from '../ledger/account-item.ts';
import type { PolicyDocument } from '../policy/document/document.ts';
import type { CopyConditions, JobRoles, StorageMetrics } from '../policy/plan/plan-model.ts';
import type { Spending } from '../aws/ledger/run-spending.ts';
import type { Fact } from '../policy/facts.ts';
import type { BatchMethod } from '../policy/model.ts';
import type { JobPlace } from '../policy/plan/preflight.ts';
import type { PriceList } from '../policy/plan/price-list.ts';

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
  uploads: Uploads;
  copyConditions: (bucket: OwnedBucket) => Promise<CopyConditions>;
  /** What CloudWatch counted in the last days; undefined where nobody knows. */
  storageMetrics: (bucket: OwnedBucket) => Promise<StorageMetrics | undefined>;
  /** Whether the bucket keeps versions: false for one that never did, undefined for one that does not any more or could not be read. */
  versioning: (bucket: OwnedBucket) => Promise<boolean | undefined>;
  /** What jobs of these methods rest on here. Throws the SDK's error. */
  jobPlace: (methods: readonly BatchMethod[]) => Promise<JobPlace>;
  /** Whether the role of our own copies is there. */
  ownRole: () => Promise<Fact<boolean>>;
  /** Adds a price to what its run costs; false where that would go above the run's ceiling. Throws the SDK's error. */
  spend: (spending: Spending) => Promise<boolean>;
  /** List prices in a Region, or what stands for them. */
  prices: (region: string) => PriceList;
  keys: Keys;
  ledger: BucketTable;
  /** Sends a message to the queue of jobs. Throws the SDK's error. */
  askToLaunch: (body: string) => Promise<void>;
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

/** What jobs in one account and Region are launched, followed and recorded with. */
export interface CloseDeps extends Place {
  /** What jobs of a method are launched with; undefined where the account has no bucket for reports here. Throws the SDK's error. */
  jobVia: (method: BatchMethod) => Promise<JobVia | undefined>;
  startJob: ReturnType<typeof createStartJob>;
  versionsManifest: ReturnType<typeof createVersionsManifest>;
  versioning: ReturnType<typeof createVersioning>;
  listsVersions: ReturnType<typeof createListsVersions>;
  updateJob: ReturnType<typeof createUpdateJob>;
  jobLedger: JobLedger;
  describeJob: ReturnType<typeof createDescribeJob>;
  mayDescribe: MayDescribe;
  /** Sends a message to the queue of this very story, to be seen after so many seconds. Throws the SDK's error. */
  comeBack: (body: string, delaySeconds: number) => Promise<void>;
  reports: JobReports;
  writeManifest: WriteManifest;
  readObject: ReturnType<typeof createObjectHead>;
  /** The time within which a report must be read. */
  timeLeftMs: () => number;
  now: () => Date;
}

export interface TrackDeps {
  at: (place: Place) => CloseDeps;
  jobLedger: JobLedger;
  readBucket: BucketTable['read'];
  /** False while the policy only observes: then no job is launched. */
  mayLaunch: () => Promise<boolean>;
  openJobs: ReturnType<typeof createOpenJobs>;
  queuedJobs: ReturnType<typeof createQueuedJobs>;
  ownJobs: ReturnType<typeof createOwnJobs>;
  /** How many jobs of one account may be active over all Regions. */
  mostActive: number;
  /** The queue of this very story, where each open job gets a message of its own. */
  jobQueueUrl: string;
  queues: Pick<Queues, 'sendAll'>;
  /** The pieces of jobs that Reseal runs itself. */
  pieces: PieceTable;
  /** Has pieces of such a job worked on. Throws the SDK's error. */
  sendPieces: (job: JobRequest, pieces: Iterable<PieceName> | AsyncIterable<PieceName>) => Promise<void>;
  timeLeftMs: () => number;
  log: Log;
  now: () => Date;
}

/** What brings objects to their standard in one account and Region. */
export interface ReencryptPlace {
  keyRange: ReturnType<typeof createKeyRange>;
  readObject: ReturnType<typeof createObjectHead>;
  copyObject: (task: ObjectTask) => Promise<ObjectOutcome>;
  abortUnfinished: ReturnType<typeof createAbortUnfinished>;
}

/** What the story of one piece of a job uses. */
export interface ReencryptDeps {
  at: (place: Place) => ReencryptPlace;
  jobLedger: Pick<JobLedger, 'read'>;
  readBucket: BucketTable['read'];
  pieces: PieceTable;
  /** Asks for pieces of a job, to be seen after so many seconds. Throws the SDK's error. */
  sendPieces: (job: OpenJob, pieces: readonly PieceName[], delaySeconds: number) => Promise<void>;
  /** Asks the story of the jobs to look at this one. Throws the SDK's error. */
  askToClose: (job: OpenJob) => Promise<void>;
  timeLeftMs: () => number;
  now: () => Date;
  newOwner: () => string;
}
