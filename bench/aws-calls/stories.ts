import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { EnableSecurityHubCommand } from '@aws-sdk/client-securityhub';
import { createEventBus } from '../../src/aws/channel/event-bus.ts';
import { createFindings } from '../../src/aws/channel/findings.ts';
import { createTopic } from '../../src/aws/channel/topic.ts';
import { createAnnouncedMemory, createChangeLog, createVerdictOf } from '../../src/aws/ledger/change-log.ts';
import { createOwedNews } from '../../src/aws/ledger/open-index.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { type AnnounceDeps, announceChange } from '../../src/remediation/announce-change.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { heldImage, imageOf } from '../../test/announcements/ledger-images.ts';
import { TABLE } from '../../test/aws/fixture.ts';
import { changeOf } from '../../test/remediation/channels.ts';
import { eventFact, sweepFact } from '../../test/remediation/facts.ts';
import {
  ACCOUNT,
  type GuardedAccount,
  openGuardedAccount,
  pinnedPolicy,
  policyWith,
  REGION,
} from '../../test/remediation/guarded-account.ts';
import { write } from '../../test/remediation/objects.ts';
import { leavesAccessToAccessPoints } from '../../test/remediation/others.ts';
import { countRounds } from '../../test/remediation/recorded-calls.ts';
import { sseKms } from '../../test/remediation/rules.ts';

/** One story whose AWS calls are counted. */
export interface Story {
  what: string;
  /** As many calls as it may take, where somebody has said so. */
  target?: number;
  /** Prepares the account, and says how the story is told. */
  prepare(account: GuardedAccount): Promise<() => Promise<unknown>>;
}

const SSE_S3_STANDARD = policyWith({ standard: { algorithm: 'AES256' } });

/** What Reseal does most, caches warm where nothing else is said. */
export const STORIES: readonly Story[] = [
  {
    what: 'a sweep of a compliant bucket under a key',
    target: 3,
    prepare: async (account) => {
      await rightBucket(account, 'right');
      await rightBucket(account, 'first');
      // The policy of a key is read with the first of its buckets, once a sweep.
      await account.assess(sweepFact(account, 'first'));
      return () => account.assess(sweepFact(account, 'right'));
    },
  },
  {
    what: 'a sweep of a compliant SSE-S3 log bucket',
    target: 2,
    prepare: async (account) => {
      const logs = await account.bucket('logs');
      return () => account.assess(sweepFact(account, logs, { logSources: [{ bucket: 'app', prefix: '' }] }));
    },
  },
  {
    what: 'a sweep of a compliant SSE-S3 bucket',
    target: 2,
    prepare: async (account) => {
      const plain = await account.bucket('plain');
      return () => account.assess(sweepFact(account, plain), { policy: SSE_S3_STANDARD });
    },
  },
  {
    what: 'an event of a compliant bucket under a key',
    target: 5,
    prepare: async (account) => {
      await rightBucket(account, 'right');
      await warmUp(account);
      return () => account.assess(eventFact(account, 'right'));
    },
  },
  {
    what: 'a repair under the right key and its first job',
    target: 13,
    prepare: async (account) => {
      const bucket = await weakBucket(account);
      await account.put(bucket, { ...sseKms(account.keyArn), BucketKeyEnabled: false });
      return repairOf(account, bucket);
    },
  },
  {
    what: 'a repair that brings the key and its first job',
    target: 14,
    prepare: async (account) => repairOf(account, await weakBucket(account)),
  },
  {
    // What Lambda hands over at once shares what is read of the key: twelve calls a bucket, and two for all of them.
    what: 'ten repairs of one batch that bring the key, each with its first job',
    target: 122,
    prepare: async (account) => {
      const buckets: string[] = [];
      for (let bucket = 0; bucket < 10; bucket += 1) buckets.push(await weakBucket(account, `weak-${bucket}`));
      await warmUp(account);
      return () => Promise.all(buckets.map((bucket) => account.assess(eventFact(account, bucket))));
    },
  },
  {
    what: 'a repair that lists access points and its first job',
    target: 15,
    prepare: async (account) => {
      const bucket = await weakBucket(account);
      await account.clients.s3.send(
        new PutBucketPolicyCommand({ Bucket: bucket, Policy: leavesAccessToAccessPoints(bucket) }),
      );
      return repairOf(account, bucket);
    },
  },
  {
    what: 'a repair of an empty bucket',
    prepare: async (account) => repairOf(account, await account.bucket('new'), { cause: 'created' }),
  },
  {
    // Under `all` even an empty bucket is looked into once.
    what: 'a compliant empty bucket under all',
    target: 7,
    prepare: async (account) => {
      await rightBucket(account, 'empty');
      await warmUp(account);
      account.advance(120);
      const policy = policyWith({ objects: { reencrypt: 'all' } });
      return () => account.assess(sweepFact(account, 'empty'), { policy });
    },
  },
  {
    // A process that has just started repairs a bucket that was created and got another key within the settle time.
    what: 'a cold repair with two jobs',
    prepare: async (account) => {
      const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
      const bucket = await weakBucket(account);
      await account.put(bucket, sseKms(other));
      await write(account, bucket, 'under-another-key');
      return () => account.assess(eventFact(account, bucket, { cause: 'created' }), { policy: pinnedPolicy(account) });
    },
  },
  {
    what: 'the end of a job',
    prepare: async (account) => {
      await (
        await repairOf(account, await weakBucket(account))
      )();
      const [job] = await account.jobs();
      if (job === undefined) throw new Error('the repair started no job');
      const ended = { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T11:00:00Z' };
      return () => trackJob(ended, account.trackDeps);
    },
  },
  {
    what: 'an announcement in every channel',
    prepare: async (account) => {
      const deps = await announceDeps(account);
      return () => announceChange(changeOf(1, imageOf(), heldImage()), deps);
    },
  },
  {
    what: 'a rollback',
    prepare: async (account) => {
      const bucket = await account.bucket('data');
      await (
        await repairOf(account, bucket, { cause: 'created' })
      )();
      account.advance(60);
      const asked = { bucket, account: ACCOUNT, region: REGION, by: `arn:aws:iam::${ACCOUNT}:role/operator` };
      return () => rollback(asked, account.deps);
    },
  },
];

/** The calls of a story in an account of its own, in rounds of waiting. */
export async function roundsOf(story: Story): Promise<string[][]> {
  await using account = await openGuardedAccount();
  const tell = await story.prepare(account);
  const rounds = countRounds(account.told);
  await tell();
  await account.jobs();
  return rounds;
}

async function rightBucket(account: GuardedAccount, bucket: string): Promise<void> {
  await account.put(await account.bucket(bucket), sseKms(account.keyArn));
}

/** A bucket without the key, and with one object. */
async function weakBucket(account: GuardedAccount, name = 'weak'): Promise<string> {
  const bucket = await account.bucket(name);
  await write(account, bucket, 'object');
  return bucket;
}

/** The event is no younger than the objects, so a job is due. */
async function repairOf(account: GuardedAccount, bucket: string, over: Partial<BucketTrigger> = {}) {
  const event = eventFact(account, bucket, over);
  await warmUp(account);
  return () => account.assess(event);
}

/** A first look at another bucket, so long ago that the key is asked for afresh. */
async function warmUp(account: GuardedAccount): Promise<void> {
  await rightBucket(account, 'warm-up');
  await account.assess(eventFact(account, 'warm-up'));
  account.advance(10);
}

async function announceDeps(account: GuardedAccount): Promise<AnnounceDeps> {
  const { clients, told } = account;
  const now = () => account.now();
  const { TopicArn = '' } = await clients.sns.send(new CreateTopicCommand({ Name: 'reseal' }));
  await clients.securityHub.send(new EnableSecurityHubCommand({}));
  const quiet = () => {};
  return {
    changeLog: createChangeLog(told.dynamoDb, TABLE),
    verdictOf: createVerdictOf(told.dynamoDb, TABLE),
    owedNews: createOwedNews(told.dynamoDb, TABLE, quiet),
    memory: createAnnouncedMemory(told.dynamoDb, TABLE),
    eventBus: createEventBus(told.eventBridge, 'aws'),
    topic: createTopic(told.sns, TopicArn),
    findings: createFindings(() => told.securityHub, { partition: 'aws', now }),
    resting: new Map(),
    log: { info: quiet, warn: quiet, error: quiet },
    now,
  };
}
