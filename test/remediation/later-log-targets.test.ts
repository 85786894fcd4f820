import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
} from '@aws-sdk/client-s3';
import { letWrite } from '../local/s3/deliveries.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith, REPORTS } from './guarded-account.ts';
import { deliver, putKeyPolicy, putPolicy, sweepAll, told } from './others.ts';
import { sseKms } from './rules.ts';

const BALANCERS = 'logdelivery.elasticloadbalancing.amazonaws.com';
const HELD = ['hold', ['log-target-under-kms']];
const RIGHT = ['compliant', []];

/** An account with the bucket logs, which has its standard and is known to. */
async function withRightBucket(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.put(await account.bucket('logs'), sseKms(account.keyArn));
  assert.deepEqual(told(await account.assess(eventFact(account, 'logs'))), RIGHT);
  account.advance(60);
  return account;
}

const changed = (account: GuardedAccount) => eventFact(account, 'logs', { cause: 'access-changed' });
const toBalancers = (account: GuardedAccount) => letWrite(account.clients.s3, 'logs', BALANCERS);

async function aclFor({ clients: { s3 } }: GuardedAccount, group: string | undefined): Promise<void> {
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'logs', OwnershipControls }));
  const grants = group === undefined ? { ACL: 'private' as const } : { GrantWrite: `uri="${group}"` };
  await s3.send(new PutBucketAclCommand({ Bucket: 'logs', ...grants }));
}

/** S3 asks for the permission when logging is turned on; what is in force later shows in the source alone. */
async function sendLogs({ clients: { s3 } }: GuardedAccount, from: string, TargetBucket = 'logs'): Promise<void> {
  await letWrite(s3, TargetBucket, 'logging.s3.amazonaws.com');
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket, TargetPrefix: `${from}/` } };
  await s3.send(new PutBucketLoggingCommand({ Bucket: from, BucketLoggingStatus }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket: TargetBucket }));
}

describe('a bucket that got the standard and is made a log target later', () => {
  test('by its policy is held by the event and by the next sweep, with the same words, because the deliveries fail', async () => {
    await using account = await withRightBucket();
    await toBalancers(account);
    assert.equal(await deliver(account, { service: BALANCERS, bucket: 'logs' }), 'SseS3Only');
    const byEvent = await account.assess(changed(account));
    assert.deepEqual(told(byEvent), HELD);
    account.advance(60);
    assert.deepEqual(await account.assess(sweepFact(account, 'logs')), byEvent);
    assert.equal((await account.item('logs'))?.['verdict'], 'hold');
  });

  test('by its policy is held by a sweep whose event was lost, and compliant again when the permission is gone', async () => {
    await using account = await withRightBucket();
    await toBalancers(account);
    const { outcomes } = await sweepAll(account);
    assert.deepEqual(told(outcomes['logs'] ?? assert.fail()), HELD);
    account.advance(60);
    await account.clients.s3.send(new DeleteBucketPolicyCommand({ Bucket: 'logs' }));
    assert.deepEqual(told(await account.assess(changed(account))), RIGHT);
  });

  test('by its ACL is held by the event and by every sweep after it, until the ACL is another', async () => {
    await using account = await withRightBucket();
    await aclFor(account, 'http://acs.amazonaws.com/groups/s3/LogDelivery');
    assert.deepEqual(told(await account.assess(changed(account))), HELD);
    account.advance(60);
    account.operations();
    assert.deepEqual(told(await account.assess(sweepFact(account, 'logs'))), HELD);
    await aclFor(account, undefined);
    account.advance(60);
    account.operations();
    assert.deepEqual(told(await account.assess(sweepFact(account, 'logs'))), RIGHT);
    assert.equal(account.operations().includes('GetBucketAcl'), true);
    account.advance(60);
    await account.assess(sweepFact(account, 'logs'));
    assert.equal(account.operations().includes('GetBucketAcl'), false, 'from then on a sweep spares that call');
  });

  test('by its ACL before anybody put a key on it is held by the next sweep', async () => {
    await using account = await openGuardedAccount();
    await account.bucket('logs');
    await aclFor(account, 'http://acs.amazonaws.com/groups/s3/LogDelivery');
    assert.equal((await account.assess(sweepFact(account, 'logs'))).kind, 'compliant');
    await account.put('logs', sseKms(account.keyArn));
    account.advance(60);
    assert.deepEqual(told(await account.assess(sweepFact(account, 'logs'))), HELD);
  });

  test('lacks its Bucket Key too: nothing is written', async () => {
    await using account = await withRightBucket();
    await toBalancers(account);
    await account.put('logs', { ...sseKms(account.keyArn), BucketKeyEnabled: false });
    assert.deepEqual(told(await account.assess(sweepFact(account, 'logs'))), HELD);
    assert.equal((await account.rule('logs'))?.BucketKeyEnabled, false);
  });

  test('under a policy that only observes is held as well, also where only the ledger knows', async () => {
    await using account = await withRightBucket();
    const policy = policyWith({ mode: 'observe' });
    await account.bucket('app');
    await sendLogs(account, 'app');
    assert.deepEqual(told((await sweepAll(account, { policy })).outcomes['logs'] ?? assert.fail()), HELD);
    account.advance(60);
    assert.deepEqual(told(await account.assess(sweepFact(account, 'logs'), { policy })), HELD);
  });
});

describe('a bucket to which another one sends its access logs', () => {
  const logging = (account: GuardedAccount, loggedBucket: string) =>
    eventFact(account, 'logs', { cause: 'logging-changed', loggedBucket });

  test('is held by the event, and the ledger knows the source from then on', async () => {
    await using account = await withRightBucket();
    await account.bucket('app');
    await sendLogs(account, 'app');
    account.operations();
    const outcome = await account.assess(logging(account, 'app'));
    assert.deepEqual(told(outcome), HELD);
    assert.match(outcome.reasons[0]?.message ?? '', /^Bucket logs receives the server access logs of app\./);
    assert.equal(account.operations().filter((each) => each === 'GetBucketLogging').length, 1);
    assert.deepEqual((await account.item('logs'))?.['logSources'], [{ bucket: 'app', prefix: 'app/' }]);
    account.advance(60);
    assert.deepEqual(await account.assess(sweepFact(account, 'logs')), outcome);
    await account.bucket('web');
    await sendLogs(account, 'web');
    account.advance(60);
    await account.assess(logging(account, 'web'));
    const sources = (await account.item('logs'))?.['logSources'];
    assert.deepEqual(
      sources,
      ['web', 'app'].map((bucket) => ({ bucket, prefix: `${bucket}/` })),
    );
  });

  test('is not believed to be one by a message alone: S3 is asked', async () => {
    await using account = await withRightBucket();
    const elsewhere = await account.bucket('elsewhere');
    await sendLogs(account, await account.bucket('app'), elsewhere);
    for (const source of ['app', 'elsewhere', 'not-there']) {
      assert.deepEqual(told(await account.assess(logging(account, source))), RIGHT);
      account.advance(60);
    }
    account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketLogging', bucket: 'app', times: 1 });
    assert.deepEqual(told(await account.assess(logging(account, 'app'))), RIGHT);
    assert.equal((await account.item('logs'))?.['logSources'], undefined);
  });
});

describe('a permission for access logs without a bucket that sends any', () => {
  const UNPROVEN = ['log-target-sse-s3', 'log-target-unproven'];

  async function withPermission(): Promise<GuardedAccount> {
    const account = await openGuardedAccount();
    await account.bucket('weak');
    await account.bucket('app');
    const Principal = { Service: 'logging.s3.amazonaws.com' };
    const Resource = 'arn:aws:s3:::weak/nowhere/*';
    await putPolicy(account, 'weak', { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource });
    return account;
  }

  test('keeps a bucket at SSE-S3 with a notice, until one does', async () => {
    await using account = await withPermission();
    assert.deepEqual(told((await sweepAll(account)).outcomes['weak'] ?? assert.fail()), ['compliant', UNPROVEN]);
    await sendLogs(account, 'app', 'weak');
    await letWrite(account.clients.s3, 'weak', 'logging.s3.amazonaws.com');
    account.advance(60);
    const proven = eventFact(account, 'weak', { cause: 'logging-changed', loggedBucket: 'app' });
    assert.deepEqual(told(await account.assess(proven)), ['compliant', ['log-target-sse-s3']]);
  });

  test('is a hold under logTargets: proven, and no matter under a rule', async () => {
    await using account = await withPermission();
    const proven = { policy: policyWith({ logTargets: 'proven' }) };
    assert.deepEqual(told(await account.assess(sweepFact(account, 'weak'), proven)), ['hold', ['log-target-unproven']]);
    const rule = { name: 'logs', when: { buckets: ['weak'] }, standard: { algorithm: 'AES256' } };
    account.advance(60);
    const ruled = { policy: policyWith({ logTargets: 'proven', rules: [rule] }) };
    assert.deepEqual(told(await account.assess(sweepFact(account, 'weak'), ruled)), RIGHT);
  });

  test('says nothing of a bucket to which another service that takes SSE-S3 alone delivers: no proof can be had of that', async () => {
    await using account = await withPermission();
    await letWrite(account.clients.s3, 'weak', BALANCERS);
    const proven = { policy: policyWith({ logTargets: 'proven' }) };
    const outcome = await account.assess(sweepFact(account, 'weak'), proven);
    assert.deepEqual(told(outcome), ['compliant', ['log-target-sse-s3']]);
  });
});

test('who may write to one of our own buckets is no matter, and no policy is asked for', async () => {
  await using account = await openGuardedAccount();
  for (const cause of ['access-changed', 'logging-changed'] as const) {
    const policy = () => assert.fail();
    const outcome = await account.assess(eventFact(account, REPORTS, { cause }), { policy });
    assert.deepEqual([told(outcome), account.operations()], [['ignored', ['access-not-asked']], []]);
  }
});

test('a key that is shut after its buckets got it is noticed at the next sweep, and no more once it is open', async () => {
  await using account = await withRightBucket();
  const open = { Effect: 'Allow', Principal: { AWS: account.deps.account }, Action: 'kms:*', Resource: '*' };
  await putKeyPolicy(account, { ...open, Action: ['kms:Put*', 'kms:Get*', 'kms:Describe*'] });
  const shut = await account.assess(sweepFact(account, 'logs'));
  assert.deepEqual(told(shut), ['compliant', ['key-shut']]);
  assert.deepEqual((await account.item('logs'))?.['verdict'], 'compliant');
  await putKeyPolicy(account, open);
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, 'logs', { causeId: 'sweep-2' }))), RIGHT);
});
