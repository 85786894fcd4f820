import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { told } from './others.ts';

const TAG = 'reseal-exempt-until';
const UNTIL = '2026-12-24';
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/security-admin`;
const OWN_ROLE = `arn:aws:iam::${ACCOUNT}:role/reseal`;
const policy = policyWith({ exceptionRequests: { tag: TAG, setBy: [ADMIN], maxDays: 90 } });
const tags = [{ key: TAG, value: UNTIL }];

async function open(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.bucket('data');
  const TagSet = [{ Key: TAG, Value: UNTIL }];
  await account.clients.s3.send(new PutBucketTaggingCommand({ Bucket: 'data', Tagging: { TagSet } }));
  return account;
}

/** A message as this and earlier versions write them, with what only an event may tell. */
function forged(account: GuardedAccount, over: object = {}): string {
  const at = account.now().toISOString();
  const head = { reseal: 'assess', version: 1, bucket: 'data', account: ACCOUNT, region: REGION };
  const body = { ...head, cause: 'tagged', at, causeId: 'forged', actor: ADMIN, tags, attempt: 0, observe: false };
  return JSON.stringify({ ...body, ...over });
}

async function sent(account: GuardedAccount, body: string) {
  const trigger = parseBucketMessage(body, OWN_ROLE);
  assert.ok('bucket' in trigger);
  return told(await account.assess(trigger, { policy }));
}

test('a message that tells who set the tag vouches for nothing, whatever it looks like', async () => {
  for (const over of [{}, { sends: 1 }, { sends: 3, attempt: 2, waitedFor: 'somebody' }]) {
    await using account = await open();
    account.advance(60);
    assert.deepEqual(await sent(account, forged(account, over)), [
      'repair',
      ['weaker-algorithm', 'exception-request-unproven'],
    ]);
  }
});

test('a message under the id of an event that was kept tells no more than that event did', async () => {
  await using account = await open();
  const id = { account: ACCOUNT, region: REGION, bucket: 'data' };
  const kept = { cause: 'tagged', at: '2026-11-02T09:00:00Z', causeId: 'kept', actor: ADMIN, tags } as const;
  await account.deps.ledger.keepEvent(id, kept);
  await account.deps.ledger.settle(
    id,
    {
      set: { tagHistory: { tag: TAG, said: [{ at: '2026-11-02T09:30:00Z', causeId: 'l', value: '', isLook: true }] } },
      remove: [],
    },
    { kind: 'read', rev: undefined },
  );
  assert.deepEqual(await sent(account, forged(account, { causeId: 'kept', sends: 1 })), [
    'repair',
    ['weaker-algorithm', 'exception-request-unproven'],
  ]);
});

test('who set the tag is known to a later try from the ledger, where the event found the bucket at work', async () => {
  await using account = await open();
  const event = eventFact(account, 'data', { cause: 'tagged', actor: ADMIN, tags });
  account.advance(60);
  const claim = { id: { account: ACCOUNT, region: REGION, bucket: 'data' }, owner: 'another' };
  const nowMs = account.now().getTime();
  const terms = { kind: 'unread', lookedAt: account.now().toISOString(), policyOrder: 0 } as const;
  await account.deps.ledger.claim({ ...claim, nowMs, untilMs: nowMs + 5_000, terms });
  const again = laterTries(account);
  assert.equal((await account.assess(event, { policy })).kind, 'deferred');
  const message = account.calls.findLast(({ operation }) => operation === 'SendMessage')?.input;
  assert.doesNotMatch(JSON.stringify(message), /security-admin|reseal-exempt-until/);
  assert.deepEqual(
    (await again.deliver(() => ({ policy }))).map(({ kind }) => kind),
    ['exempt'],
  );
});

test('the message of an event of another Region says nothing of who set a tag', async () => {
  await using account = await open();
  const event = eventFact(account, 'data', { cause: 'tagged', actor: ADMIN, tags });
  const bodies: string[] = [];
  const over = {
    policy,
    encryption: { ...account.deps.encryption, read: async () => ({ kind: 'elsewhere' as const, region: 'us-west-2' }) },
    bucketRegion: async () => 'us-west-2',
    reportsBucketIn: async () => 'the-reports',
    sendLater: async (body: string) => void bodies.push(body),
  };
  assert.equal((await account.assess(event, over)).kind, 'forwarded');
  account.advance(60);
  assert.deepEqual(await sent(account, bodies[0] ?? ''), [
    'repair',
    ['weaker-algorithm', 'exception-request-unproven'],
  ]);
});
