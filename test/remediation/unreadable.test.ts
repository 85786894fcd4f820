import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultKind } from '../../local/faults/fault.ts';
import { createBucketEncryption } from '../../src/aws/bucket/bucket-encryption.ts';
import { createBucketRegion } from '../../src/aws/bucket/bucket-facts.ts';
import { createDelayedQueue } from '../../src/aws/queue/queues.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, reportsIn } from './guarded-account.ts';
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
  [
    'access-denied',
    'read-denied',
    /\(AccessDenied: .*\): allow this role s3:GetEncryptionConfiguration, in its own policies/,
  ],
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

test('an account that takes no session in a Region is called that, and the bucket is tried again', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const trigger = eventFact(account, bucket);
  for (const code of ['InvalidToken', 'InvalidAccessKeyId']) {
    const read = async () => ({
      kind: 'unreadable' as const,
      code,
      message: 'no.',
      denied: code === 'InvalidAccessKeyId',
    });
    const outcome = await account.assess(trigger, { encryption: { ...account.deps.encryption, read } });
    assert.deepEqual(outcome.reasons, [
      {
        code: 'account-unreachable',
        message: `The encryption of bucket weak could not be read: account ${ACCOUNT} takes no session in eu-west-1 (${code}: no.): is it suspended, is the Region turned off there, or were Reseal's roles removed?`,
      },
    ]);
  }
  assert.equal(sent(account).length, 2);
});

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

test('a bucket that is gone is ignored', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await account.assess(eventFact(account, 'gone')), {
    kind: 'ignored',
    reasons: [{ code: 'bucket-gone', message: 'Bucket gone does not exist any more.' }],
    jobs: 0,
  });
});

/** A bucket of us-west-2 that was heard of here. */
async function elsewhere(account: GuardedAccount) {
  const west = createClients(account.aws, { account: ACCOUNT, region: 'us-west-2' });
  await makeBucket(west.s3, 'west', 'us-west-2');
  const home = createClients(account.aws, { account: ACCOUNT });
  return {
    west,
    // A client that follows no redirect, as in Lambda.
    over: { encryption: createBucketEncryption(home.s3), bucketRegion: createBucketRegion(home.s3) },
    [Symbol.asyncDispose]: async () => {
      await west[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test('the message of a bucket of another Region is sent on as one of that Region and another try, without who it was', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account);
  await makeBucket(place.west.s3, reportsIn('us-west-2'), 'us-west-2');
  const trigger = eventFact(account, 'west', { cause: 'created' });
  assert.deepEqual(await account.assess(trigger, place.over), {
    kind: 'forwarded',
    reasons: [
      {
        code: 'other-region',
        message: 'Bucket west is in us-west-2, and its message was sent on as one of that Region.',
      },
    ],
    jobs: 0,
  });
  assert.equal(await account.item('west'), undefined);
  assert.deepEqual(sent(account), [
    { trigger: { ...own(trigger), region: 'us-west-2', attempt: 1, sends: 1 }, delaySeconds: 0 },
  ]);
});

test('a bucket of another Region is unreadable and tried again where nobody says whether Reseal is there', async () => {
  await using account = await openGuardedAccount();
  await using place = await elsewhere(account);
  const reportsBucketIn = () => Promise.reject(Object.assign(new Error('no list'), { name: 'AccessDenied' }));
  const { kind, reasons } = await account.assess(eventFact(account, 'west'), { ...place.over, reportsBucketIn });
  assert.deepEqual([kind, reasons.map(({ code }) => code)], ['unreadable', ['read-failed']]);
  assert.match(
    String(reasons[0]?.message),
    /^Bucket west is in us-west-2, and whether Reseal is deployed there could not be read \(AccessDenied: no list\): allow this role s3:ListAllMyBuckets\.$/,
  );
  assert.equal(sent(account).length, 1);
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
        message: 'Bucket west is in us-west-2, where Reseal is not deployed: deploy infra/member/region.yml there.',
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
  const sendLater = createDelayedQueue(account.told.sqs, `${account.aws.endpoint}/${ACCOUNT}/absent`, ACCOUNT);
  await assert.rejects(account.assess(trigger, { sendLater }), { name: 'QueueDoesNotExist' });
});
