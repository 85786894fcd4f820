import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { S3Client } from '@aws-sdk/client-s3';
import { createBucketEncryption } from '../../src/aws/bucket/bucket-encryption.ts';
import { createBucketRegion } from '../../src/aws/bucket/bucket-facts.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, reportsIn } from './guarded-account.ts';
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

/** A bucket of us-west-2, where Reseal is too, one in the Region of the event, and clients that follow no redirect. */
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
  for (const region of [WEST, CLAIMED] as const) await makeBucket(at(region).s3, reportsIn(region), region);
  const sent: string[] = [];
  const { s3 } = at('eu-west-1');
  withoutRegion(s3, silent, sent);
  return {
    sent,
    over: { encryption: createBucketEncryption(s3), bucketRegion: createBucketRegion(s3) },
    /** Regions of the messages for later. */
    messages: () =>
      account.calls.flatMap(({ operation, input }) =>
        operation === 'SendMessage' ? [JSON.parse(String(Reflect.get(input, 'MessageBody'))).region] : [],
      ),
    [Symbol.asyncDispose]: async () => {
      for (const clients of Object.values(places)) await clients[Symbol.asyncDispose]();
    },
  };
}

test('a redirect that names the Region is believed, and nothing is asked but whether Reseal is there', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, []);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['forwarded', ['other-region']]);
  assert.deepEqual(place.sent, ['GetBucketEncryption']);
  assert.deepEqual(account.operations(), ['ListBuckets', 'UpdateItem', 'SendMessage', 'UpdateItem']);
  assert.deepEqual(place.messages(), [WEST]);
});

test("a redirect without x-amz-bucket-region leads to HeadBucket, and never to the event's Region", async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, ['GetBucketEncryption']);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['forwarded', ['other-region']]);
  assert.deepEqual(place.sent, ['GetBucketEncryption', 'HeadBucket']);
  assert.deepEqual(place.messages(), [WEST]);
});

test('where S3 names no Region at all the bucket is unreadable by name, and nobody elsewhere is told', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account, ['GetBucketEncryption', 'HeadBucket']);
  const outcome = await account.assess(eventFact(account, 'west', { region: CLAIMED }), place.over);
  assert.deepEqual(told(outcome), ['unreadable', ['region-unknown']]);
  assert.deepEqual(place.messages(), [CLAIMED]);
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
