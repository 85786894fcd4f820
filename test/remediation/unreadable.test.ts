import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { FaultKind } from '../../local/faults/fault.ts';
import { createBucketEncryption } from '../../src/aws/bucket/bucket-encryption.ts';
import { createNamedQueues } from '../../src/aws/queue/named-queues.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, AGAIN_QUEUE, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { BLOCKS_SSE_C, SSE_S3 } from './rules.ts';

/** The messages for later tries, and how many seconds ahead each was sent. */
function sent(account: GuardedAccount): { trigger: Record<string, unknown>; delaySeconds: unknown }[] {
  return account.calls.flatMap(({ operation, input }) => {
    if (operation !== 'SendMessage') return [];
    const { reseal: _, version: __, ...trigger } = JSON.parse(String(Reflect.get(input, 'MessageBody')));
    return [{ trigger, delaySeconds: Reflect.get(input, 'DelaySeconds') }];
  });
}

/** A trigger as our own messages have it. */
function own(trigger: BucketTrigger): BucketTrigger {
  const { actor: _, ...rest } = trigger;
  return rest;
}

const FAULTS: [kind: FaultKind, code: string, message: RegExp][] = [
  ['access-denied', 'read-denied', /\(AccessDenied: .*\): allow this role s3:GetEncryptionConfiguration in the bucket/],
  ['internal-error', 'read-failed', /\(InternalError: We encountered an internal error/],
  ['throttle', 'read-failed', /\(SlowDown: Please reduce your request rate\.\)\.$/],
  ['reset', 'read-failed', /\((?:Error|TimeoutError): /],
  ['timeout', 'read-failed', /\((?:Error|TimeoutError): /],
];

for (const [kind, code, message] of FAULTS) {
  test(`a bucket whose reading ends in ${kind} is unreadable: not written to, named, and tried again`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('weak');
    account.aws.faults.add({ kind, operation: 'GetBucketEncryption', times: 1, ...(kind === 'timeout' && { ms: 20 }) });
    const trigger = eventFact(account, bucket);
    const outcome = await account.assess(trigger);
    assert.deepEqual([outcome.kind, outcome.reasons.map((each) => each.code)], ['unreadable', [code]]);
    assert.match(outcome.reasons[0]?.message ?? '', message);
    assert.equal(account.operations().includes('PutBucketEncryption'), false);
    assert.deepEqual(sent(account), [{ trigger: { ...own(trigger), attempt: 1, sends: 1 }, delaySeconds: 60 }]);
    const { verdict, attempt, nextTryAt, belowSince } = (await account.item(bucket)) ?? {};
    assert.deepEqual(
      { verdict, attempt, nextTryAt, belowSince },
      { verdict: 'unreadable', attempt: 1, nextTryAt: '2026-11-02T10:01:00.000Z', belowSince: undefined },
    );
    assert.equal((await account.assess({ ...trigger, attempt: 1 })).kind, 'repair');
    assert.equal((await account.item(bucket))?.['nextTryAt'], undefined);
  });
}

test('five tries with growing delays, then the bucket is parked until the next sweep', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const fault = account.aws.faults.add({ kind: 'internal-error', operation: 'GetBucketEncryption', bucket });
  let trigger = eventFact(account, bucket);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await account.assess(trigger);
    trigger = { ...trigger, attempt };
  }
  assert.deepEqual(
    sent(account).map(({ delaySeconds }) => delaySeconds),
    [60, 120, 240, 480],
  );
  const { verdict, attempt, parked, nextTryAt } = (await account.item(bucket)) ?? {};
  assert.deepEqual(
    { verdict, attempt, parked, nextTryAt },
    { verdict: 'unreadable', attempt: 5, parked: true, nextTryAt: undefined },
  );
  account.aws.faults.remove(fault);
  assert.equal((await account.assess(sweepFact(account, bucket))).kind, 'repair');
  const item = await account.item(bucket);
  assert.deepEqual([item?.['parked'], item?.['attempt']], [undefined, undefined]);
});

test('no delay is longer than a quarter of an hour', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'internal-error', operation: 'GetBucketEncryption' });
  const trigger = eventFact(account, await account.bucket('weak'), { attempt: 3 });
  await account.assess(trigger, { retrySeconds: 900 });
  assert.deepEqual(sent(account), [{ trigger: { ...own(trigger), attempt: 4, sends: 1 }, delaySeconds: 900 }]);
});

test('a bucket of another account is nobody of ours: nothing is recorded, nothing sent', async () => {
  await using account = await openGuardedAccount();
  await using stranger = createClients(account.aws, { account: '222222222222' });
  await makeBucket(stranger.s3, 'theirs');
  const outcome = await account.assess(eventFact(account, 'theirs'));
  assert.deepEqual(outcome, {
    kind: 'ignored',
    reasons: [{ code: 'not-our-bucket', message: 'Bucket theirs is not owned by account 111111111111.' }],
    jobs: 0,
  });
  assert.deepEqual([await account.item('theirs'), sent(account)], [undefined, []]);
});

test('a denied bucket that cannot be looked up in the list either stays unreadable', async () => {
  await using account = await openGuardedAccount();
  await using stranger = createClients(account.aws, { account: '222222222222' });
  await makeBucket(stranger.s3, 'theirs');
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListBuckets' });
  assert.equal((await account.assess(eventFact(account, 'theirs'))).kind, 'unreadable');
});

test('an event of another account is ignored without a call', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await account.assess(eventFact(account, 'data', { account: '222222222222' })), {
    kind: 'ignored',
    reasons: [{ code: 'other-account', message: 'The event is of account 222222222222, and this is 111111111111.' }],
    jobs: 0,
  });
  assert.deepEqual(account.operations(), []);
});

test('a bucket that is gone is ignored', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await account.assess(eventFact(account, 'gone')), {
    kind: 'ignored',
    reasons: [{ code: 'bucket-gone', message: 'Bucket gone does not exist any more.' }],
    jobs: 0,
  });
});

/** Queues of every Region, as the process has them, and a bucket of us-west-2 that was heard of here. */
async function elsewhere(account: GuardedAccount) {
  const west = createClients(account.aws, { account: ACCOUNT, region: 'us-west-2' });
  await makeBucket(west.s3, 'west', 'us-west-2');
  const home = createClients(account.aws, { account: ACCOUNT });
  const queues = createNamedQueues((region) => (region === 'us-west-2' ? west.sqs : home.sqs));
  // A client that follows no redirect, as in Lambda.
  const encryption = createBucketEncryption(home.s3);
  return {
    west,
    over: { queues, encryption },
    [Symbol.asyncDispose]: async () => {
      await west[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test('a bucket of another Region is left to the stack there, which is told the same trigger as another try, but not who it was', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account);
  const { QueueUrl } = await place.west.sqs.send(new CreateQueueCommand({ QueueName: AGAIN_QUEUE }));
  const trigger = eventFact(account, 'west', { cause: 'created' });
  assert.deepEqual(await account.assess(trigger, place.over), {
    kind: 'forwarded',
    reasons: [
      { code: 'other-region', message: 'Bucket west is in us-west-2, and the message was sent to Reseal there.' },
    ],
    jobs: 0,
  });
  assert.equal(await account.item('west'), undefined);
  const { Messages } = await place.west.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.deepEqual(
    Messages?.map(({ Body }) => JSON.parse(Body ?? '')),
    [{ reseal: 'assess', version: 1, ...own(trigger), region: 'us-west-2', attempt: 1, sends: 1 }],
  );
});

test('a bucket of a Region without Reseal is recorded by name, not dropped', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account);
  const outcome = await account.assess(eventFact(account, 'west'), place.over);
  assert.deepEqual(outcome, {
    kind: 'unreadable',
    reasons: [
      {
        code: 'region-not-guarded',
        message: 'Bucket west is in us-west-2, where Reseal is not deployed: deploy the stack there.',
      },
    ],
    jobs: 0,
  });
  const { verdict, parked } = (await account.item('west')) ?? {};
  assert.deepEqual({ verdict, parked }, { verdict: 'unreadable', parked: true });
});

test('a key that cannot be read makes a bucket unreadable, whatever it has, and is not a missing key', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  account.aws.faults.add({ kind: 'access-denied', operation: 'DescribeKey', times: 1 });
  const outcome = await account.assess(eventFact(account, bucket));
  assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code)], ['unreadable', ['key-unreadable']]);
  assert.match(
    outcome.reasons[0]?.message ?? '',
    /^The key alias\/reseal could not be read with kms:DescribeKey: AccessDenied/,
  );
  assert.deepEqual(await account.rule(bucket), { ...SSE_S3, ...BLOCKS_SSE_C });
});

test('an exempt bucket is exempt whether it or the key can be read or not', async () => {
  for (const operation of ['GetBucketEncryption', 'DescribeKey']) {
    await using account = await openGuardedAccount();
    const exceptions = [{ bucket: 'legacy', reason: 'a vendor', owner: 'data', until: '2026-12-31' }];
    account.aws.faults.add({ kind: 'access-denied', operation });
    const trigger = eventFact(account, await account.bucket('legacy'));
    assert.equal((await account.assess(trigger, { policy: policyWith({ exceptions }) })).kind, 'exempt');
    assert.equal((await account.item('legacy'))?.['verdict'], 'exempt');
  }
});

test('where the queue for later tries is missing, the message fails loudly and comes back', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'internal-error', operation: 'GetBucketEncryption' });
  const trigger = eventFact(account, await account.bucket('weak'));
  await assert.rejects(account.assess(trigger, { againQueue: 'absent' }), {
    code: 'queue-refused',
    retryable: true,
    bucket: 'weak',
    message: 'queue absent was not found in eu-west-1; is the stack complete?',
  });
});
