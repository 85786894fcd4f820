import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
} from '@aws-sdk/client-s3';
import { deliveriesOf, letWrite } from '../local/s3/deliveries.ts';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { stored, write } from './objects.ts';
import { deliver, putPolicy, sweepAll, told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };
const ACCESS_LOGS = 'logging.s3.amazonaws.com';
const BALANCERS = 'logdelivery.elasticloadbalancing.amazonaws.com';
const HELD = ['compliant', ['log-target-sse-s3']];
/** By a permission for access logs, before a sweep has seen who sends any. */
const UNPROVEN = ['compliant', ['log-target-sse-s3', 'log-target-unproven']];

const byPolicy = (account: GuardedAccount) => letWrite(account.clients.s3, 'logs', ACCESS_LOGS);

async function byAcl({ clients: { s3 } }: GuardedAccount): Promise<void> {
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'logs', OwnershipControls }));
  const group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
  await s3.send(new PutBucketAclCommand({ Bucket: 'logs', GrantWrite: group, GrantReadACP: group }));
}

/** The bucket app, whose server access logs go to the bucket logs. */
async function withLogs(account: GuardedAccount, letIn: (account: GuardedAccount) => Promise<void>): Promise<void> {
  await account.bucket('app');
  await account.bucket('logs');
  await letIn(account);
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'app/' } };
  await account.clients.s3.send(new PutBucketLoggingCommand({ Bucket: 'app', BucketLoggingStatus }));
}

/** What has been delivered from app to logs once another request was made on app. */
async function afterRequest(account: GuardedAccount): Promise<unknown[]> {
  await write(account, 'app', 'object');
  assert.equal(await account.aws.world.activity.idle(5_000), true);
  return deliveriesOf(account.aws);
}

/** SSE-KMS put on the log target ends the logs; with the default of a new bucket they go on. */
async function showBreak(account: GuardedAccount): Promise<void> {
  await account.put('logs', sseKms(account.keyArn));
  assert.deepEqual(await afterRequest(account), [['app', 'logs', 0, 1, 'SseS3Only']]);
  await account.put('logs', NEW_BUCKET);
  account.operations();
}

for (const [how, letIn, evidence] of [
  ['its bucket policy', byPolicy, /^The bucket policy lets logging\.s3\.amazonaws\.com write \(/],
  ['the LogDelivery group of its ACL', byAcl, /^The bucket ACL lets the LogDelivery group write\./],
] as const) {
  test(`a bucket that receives server access logs by ${how} loses them under SSE-KMS, so SSE-S3 is its standard`, async () => {
    await using account = await openGuardedAccount();
    await withLogs(account, letIn);
    await showBreak(account);
    const outcome = await account.assess(eventFact(account, 'logs'));
    assert.deepEqual(told(outcome), UNPROVEN);
    assert.match(outcome.reasons[0]?.message ?? '', evidence);
    assert.deepEqual(await account.rule('logs'), NEW_BUCKET);
    assert.deepEqual(await afterRequest(account), [['app', 'logs', 1, 1, 'SseS3Only']]);
    assert.equal((await stored(account, 'logs')).length, 1);
  });
}

test('a sweep that saw where logs go settles it without a look at policy or ACL, for every later event too', async () => {
  await using account = await openGuardedAccount();
  await withLogs(account, byPolicy);
  await showBreak(account);
  const { result, outcomes } = await sweepAll(account);
  assert.deepEqual([result.logTargets, result.loggingUnread], [1, { buckets: 0, first: [] }]);
  assert.deepEqual(outcomes['logs'], {
    kind: 'compliant',
    reasons: [
      {
        code: 'log-target-sse-s3',
        message:
          'Bucket logs receives the server access logs of app. S3 server access logs can be delivered only to a bucket under ' +
          'SSE-S3, so that is the standard for bucket logs.',
      },
    ],
    jobs: 0,
  });
  assert.equal(outcomes['app']?.kind, 'repair');
  account.operations();
  account.advance(60);
  assert.deepEqual(told(await account.assess(eventFact(account, 'logs'))), HELD);
  const read = account.operations().filter((each) => each === 'GetBucketPolicy' || each === 'GetBucketAcl');
  assert.deepEqual([read, await account.rule('logs')], [[], NEW_BUCKET]);
  assert.deepEqual(await afterRequest(account), [['app', 'logs', 1, 1, 'SseS3Only']]);
});

test('a bucket whose logging cannot be read leaves what earlier sweeps saw as it was', async () => {
  await using account = await openGuardedAccount();
  await withLogs(account, byPolicy);
  await sweepAll(account);
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketLogging', bucket: 'app', times: 1 });
  account.advance(24 * 3_600);
  const { result, outcomes } = await sweepAll(account);
  assert.deepEqual([result.logTargets, result.loggingUnread], [0, { buckets: 1, first: ['app'] }]);
  assert.deepEqual(told(outcomes['logs'] ?? { kind: 'ignored', reasons: [], jobs: 0 }), HELD);
  assert.equal(outcomes['logs']?.reasons[0]?.message.includes('receives the server access logs of app'), true);
});

test('a bucket that receives no logs any more is judged by the standard again from the next sweep on', async () => {
  await using account = await openGuardedAccount();
  await withLogs(account, byPolicy);
  await sweepAll(account);
  await account.clients.s3.send(new PutBucketLoggingCommand({ Bucket: 'app', BucketLoggingStatus: {} }));
  await account.clients.s3.send(new DeleteBucketPolicyCommand({ Bucket: 'logs' }));
  account.advance(24 * 3_600);
  const { outcomes } = await sweepAll(account);
  assert.equal(outcomes['logs']?.kind, 'repair');
});

test('a log target that lost its SSE-C block gets that back, and nothing else', async () => {
  await using account = await openGuardedAccount();
  await withLogs(account, byPolicy);
  await account.put('logs', { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } });
  const policy = policyWith({ standard: { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' } });
  const outcome = await account.assess(eventFact(account, 'logs'), { policy });
  assert.deepEqual(told(outcome), ['repair', ['log-target-sse-s3', 'log-target-unproven', 'sse-c-not-blocked']]);
  assert.deepEqual(await account.rule('logs'), NEW_BUCKET);
  assert.deepEqual(await afterRequest(account), [['app', 'logs', 1, 0, undefined]]);
});

const service = (name: string) => ({ Service: name });

const SSE_S3_ONLY: [what: string, principal: object, delivers: string][] = [
  ['an Application Load Balancer', service(BALANCERS), BALANCERS],
  ['a load balancer of an older Region', { AWS: 'arn:aws:iam::156460612806:root' }, BALANCERS],
  ['Redshift', service('redshift.eu-west-1.amazonaws.com'), 'redshift.eu-west-1.amazonaws.com'],
];

for (const [what, Principal, delivers] of SSE_S3_ONLY) {
  test(`a bucket that receives the logs of ${what} loses them under SSE-KMS, so SSE-S3 is its standard`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('logs');
    const Resource = 'arn:aws:s3:::logs/AWSLogs/111111111111/*';
    await putPolicy(account, bucket, { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource });
    await account.put(bucket, sseKms(account.keyArn));
    assert.equal(await deliver(account, { service: delivers, bucket }), 'SseS3Only');
    await account.put(bucket, NEW_BUCKET);
    assert.deepEqual(told(await account.assess(eventFact(account, bucket))), HELD);
    assert.deepEqual(await account.rule(bucket), NEW_BUCKET);
    assert.equal(await deliver(account, { service: delivers, bucket }), 'delivered');
  });
}
