import type { Pace, Settings } from './pace.ts';
import type { Organization, SweepWork } from './sweep-work.ts';

/** How sure a number is: confirmed in AWS's own documentation, probable from others who met it, or unknown. */
export type Sure = 'C' | 'P' | 'U';

export interface Met {
  organization: Organization;
  settings: Settings;
  work: SweepWork;
  pace: Pace;
}

export interface Quota {
  name: string;
  /** Absent where AWS publishes none. */
  most?: number;
  unit: string;
  source: string;
  sure: Sure;
  /** How much of it a sweep uses at its busiest; absent where that does not follow from how fast it is. */
  used?: (met: Met) => number;
  /** What Reseal does there. */
  does: string;
}

const EACH_ENVIRONMENT_ONCE = ({ settings }: Met) => settings.sweepConcurrency;

/** Those that the mappings of the other queues and of the ledger's stream may take (infra/triggers.yml). */
const OTHER_COPIES = 4 + 1;

const copies = ({ settings }: Met) => settings.sweepConcurrency + settings.assessConcurrency + OTHER_COPIES;
const listedPerSecond = (count: number, { pace }: Met) => (pace.listed < 1 ? count : count / pace.listed);

export const QUOTAS: readonly Quota[] = [
  {
    name: 'Lambda: concurrent executions of a new account',
    most: 10,
    unit: 'copies in a Region',
    source: 'Lambda guide, "Lambda quotas"; new accounts have less than 1,000 until AWS raises it',
    sure: 'C',
    used: copies,
    does: "the mappings take 8 by default, and one more copy is for the ledger's stream; what is throttled waits in its queue",
  },
  {
    name: 'Lambda: concurrent executions',
    most: 1_000,
    unit: 'copies in a Region',
    source: 'Lambda guide, "Lambda quotas"',
    sure: 'C',
    used: copies,
    does: 'as above; ask for more before SweepConcurrency and AssessConcurrency together come near it',
  },
  {
    name: 'Lambda: MaximumConcurrency of a mapping',
    most: 1_000,
    unit: 'copies, at least 2',
    source: 'Lambda API, ScalingConfig',
    sure: 'C',
    used: ({ settings }) => settings.sweepConcurrency,
    does: 'SweepConcurrency and AssessConcurrency are exactly that',
  },
  {
    name: 'Lambda: duration of an invocation',
    most: 900,
    unit: 'seconds',
    source: 'Lambda guide, "Lambda quotas"',
    sure: 'C',
    used: ({ pace }) => pace.longest,
    does: 'an account is an invocation of its own, Regions for which there is no time go on in another one, and more than 50,000 buckets of one Region in parts',
  },
  {
    name: 'SQS: messages in flight of a standard queue',
    most: 120_000,
    unit: 'messages',
    source: 'SQS guide, "Amazon SQS standard queue quotas"',
    sure: 'C',
    used: ({ settings }) => 10 * settings.sweepConcurrency,
    does: 'only what a copy works on is in flight; those that wait are unlimited and kept for 14 days',
  },
  {
    name: 'STS: AssumeRole and all other calls',
    most: 600,
    unit: 'calls a second of the hub in a Region',
    source: 'IAM guide, "IAM and AWS STS quotas"; the number from awslabs/mountpoint-s3 issue 1358',
    sure: 'P',
    used: (met) => listedPerSecond(met.work.calls.STS, met) + met.settings.sweepConcurrency,
    does: 'a session is kept for 50 minutes, of 1,000 accounts in each copy; one that STS throttles is asked for again with the next try',
  },
  {
    name: 'Organizations: DescribeAccount and ListAccounts',
    unit: 'calls a second of the organization',
    source:
      'Organizations guide, "Throttling limits"; others were throttled from some 200 accounts on where they asked for all at once (awslabs/aws-deployment-framework issues 784 and 788)',
    sure: 'U',
    used: (met) => listedPerSecond(met.work.calls.Organizations, met),
    does: 'one account after the other in two copies; one that is throttled keeps what is known of it and is asked again with the next sweep',
  },
  {
    name: 'Account Management: ListRegions',
    most: 5,
    unit: 'calls a second of an account',
    source: 'Account Management guide, "Quotas"',
    sure: 'C',
    does: 'each account is asked once a sweep, under its own role',
  },
  {
    name: 'S3: reads and writes of bucket settings, lists of buckets',
    unit: 'calls a second of an account',
    source: 'no page of AWS has a number; "503 SlowDown" in the S3 API, "Error responses"',
    sure: 'U',
    used: ({ organization, pace }) => pace.judgedPerSecond * (organization.isUnderKey ? 2 : 1),
    does: 'SQS hands the accounts out in turn, and a call is tried three times with growing pauses; a bucket that is still not read is tried again after 1, 2, 4 and 8 minutes, then with the next sweep, and is never taken for unencrypted',
  },
  {
    name: 'S3: general purpose buckets of an account',
    most: 10_000,
    unit: 'buckets, adjustable up to 1,000,000',
    source: 'S3 endpoints and quotas; the ceiling from the announcement of 2024 (probable)',
    sure: 'C',
    does: 'ListBuckets is asked for pages of 1,000, which an account above the default must',
  },
  {
    name: 'KMS: GetKeyPolicy',
    most: 1_000,
    unit: 'calls a second of an account and Region',
    source: 'KMS guide, "Request quotas"',
    sure: 'C',
    used: EACH_ENVIRONMENT_ONCE,
    does: 'each copy reads the policy of a key once a sweep',
  },
  {
    name: 'KMS: DescribeKey',
    most: 2_000,
    unit: 'calls a second of an account and Region',
    source: 'KMS guide, "Request quotas"',
    sure: 'C',
    used: EACH_ENVIRONMENT_ONCE,
    does: 'each copy asks once a minute; encrypting itself (10,000 a second and more) is done by S3 for whoever writes, once a bucket and while with a Bucket Key',
  },
  {
    name: 'DynamoDB: writes of one partition',
    most: 1_000,
    unit: 'write units a second',
    source: 'DynamoDB guide, "Burst and adaptive capacity"',
    sure: 'C',
    used: (met) => listedPerSecond(met.work.places + met.work.filled + 4 * met.organization.accounts, met),
    does: 'a bucket has a partition key of its own; all places have one, and so have all accounts of a sweep: these writes are counted here',
  },
  {
    name: 'DynamoDB: writes of a new on-demand table',
    most: 4_000,
    unit: 'write units a second',
    source: 'AWS re:Post, "My on-demand DynamoDB table has throttling"; it doubles with use',
    sure: 'C',
    used: ({ pace }) => 2 * pace.judgedPerSecond,
    does: 'each look is recorded, 2 units each; what is throttled is tried again by the SDK and then by its queue',
  },
  {
    name: 'EventBridge: invocations of the hub',
    most: 1_100,
    unit: 'events a second; 18,750 in the largest Regions, 750 in the smallest',
    source: 'EventBridge guide, "Amazon EventBridge quotas"',
    sure: 'C',
    used: ({ pace }) => pace.judgedPerSecond / 10,
    does: 'the events of repairs come back over the bus: here a tenth of the buckets is repaired. What is beyond the quota is late, not lost',
  },
  {
    name: 'S3 Batch Operations: active jobs',
    most: 6,
    unit: 'jobs of an account',
    source: 'S3 guide, newer copies; older ones say it of replication jobs alone',
    sure: 'P',
    does: 'a sweep that finds everything right starts none. Jobs beyond six wait, at S3 or in the ledger; a manifest may list billions of objects, so no bucket needs a second job for its size',
  },
];
