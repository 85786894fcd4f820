import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { createBucketEncryption } from '../../src/aws/bucket/bucket-encryption.ts';
import { createBucketRegion } from '../../src/aws/bucket/bucket-facts.ts';
import { createNamedQueues } from '../../src/aws/queue/named-queues.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, AGAIN_QUEUE, type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { told } from './others.ts';
import { sseKms } from './rules.ts';

const WEST = 'us-west-2';
/** What the event says, which is wrong. */
const CLAIMED = 'ap-south-1';

/** Takes x-amz-bucket-region off the answers to these commands, as S3 leaves it out now and then; records all that were sent. */
function withoutRegion(s3: S3Client, commands: readonly string[], sent: string[]): void {
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context['commandName']).replace(/Command$/, '');
      sent.push(command);
      const result = await next(args);
      const headers: unknown = Reflect.get(Object(result.response), 'headers');
      if (commands.includes(command)) Reflect.deleteProperty(Object(headers), 'x-amz-bucket-region');
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
}

/** A bucket of us-west-2 with a queue of ours there, one in the Region of the event, and clients that follow no redirect. */
async function elsewhere(account: GuardedAccount, silent: readonly string[]) {
  const regions = ['eu-west-1', WEST, CLAIMED] as const;
  const places = Object.fromEntries(
    regions.map((region) => [region, createClients(account.aws, { account: ACCOUNT, region })]),
  );
  const at = (region: string) => {
    const clients = places[region];
    assert.ok(clients, region);
    return clients;
  };
  await makeBucket(at(WEST).s3, 'west', WEST);
  for (const region of [WEST, CLAIMED]) await at(region).sqs.send(new CreateQueueCommand({ QueueName: AGAIN_QUEUE }));
  const sent: string[] = [];
  const { s3 } = at('eu-west-1');
  withoutRegion(s3, silent, sent);
  return {
    sent,
    over: {
      encryption: createBucketEncryption(s3),
      bucketRegion: createBucketRegion(s3),
      queues: createNamedQueues((region) => at(region).sqs),
    },
    /** Regions of the messages that wait in a Region's queue. */
    messages: async (region: string): Promise<unknown[]> => {
      const { sqs } = at(region);
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: AGAIN_QUEUE }));
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      return Messages.map(({ Body }) => JSON.parse(Body ?? '').region);
    },
    [Symbol.asyncDispose]: async () => {
      for (const clients of Object.values(places)) await clients[Symbol.asyncDispose]();
    },
  };
}

test('a redirect that names the Region is believed, and nothing else is asked', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, []);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['forwarded', ['other-region']]);
  assert.deepEqual(place.sent, ['GetBucketEncryption']);
  assert.deepEqual([await place.messages(WEST), await place.messages(CLAIMED)], [[WEST], []]);
});

test("a redirect without x-amz-bucket-region leads to HeadBucket, and never to the event's Region", async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, ['GetBucketEncryption']);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['forwarded', ['other-region']]);
  assert.deepEqual(place.sent, ['GetBucketEncryption', 'HeadBucket']);
  assert.deepEqual([await place.messages(WEST), await place.messages(CLAIMED)], [[WEST], []]);
});

test('where S3 names no Region at all the bucket is unreadable by name, and nobody elsewhere is told', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, ['GetBucketEncryption', 'HeadBucket']);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['unreadable', ['region-unknown']]);
  assert.deepEqual([await place.messages(WEST), await place.messages(CLAIMED)], [[], []]);
  assert.equal((await account.item('west'))?.['verdict'], 'unreadable');
});

test('a bucket that is here is judged here, whatever Region the event names', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('here');
  assert.equal((await account.assess(eventFact(account, bucket, { region: CLAIMED }))).kind, 'repair');
  assert.partialDeepStrictEqual(await account.rule(bucket), sseKms(account.keyArn));
  assert.equal((await account.item(bucket))?.['region'], 'eu-west-1');
});

test('every call about a bucket asks S3 to prove its owner', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('here');
  await account.assess(eventFact(account, bucket));
  const ofBucket = account.calls.filter(({ input }) => Reflect.get(input, 'Bucket') === bucket);
  assert.deepEqual(
    ofBucket
      .filter(({ input }) => Reflect.get(input, 'ExpectedBucketOwner') !== ACCOUNT)
      .map(({ operation }) => operation),
    [],
  );
  assert.equal(ofBucket.length >= 7, true);
});
