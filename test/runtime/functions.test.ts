import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHash } from 'node:crypto';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { createPolicyPublication, publishPolicy } from '../../src/aws/published-policy/policy-publication.ts';
import { createOrganizationSweeps } from '../../src/aws/ledger/organization-sweeps.ts';
import { createSweepParts } from '../../src/aws/ledger/sweep-parts.ts';
import { sweepPartMessage } from '../../src/intake/sweep-part-message.ts';
import { valueAt } from '../../src/problem.ts';
import { propertiesOf } from '../infra/packaged-template.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { bucketItemOf } from '../aws/ledger/ledger-item-of.ts';
import { functionEnvironment, memberRole } from './function-environment.ts';
import { invokeInChild } from './invoke-in-child.ts';
import { batchOf } from './lambda-input.ts';

const OWN_JOBS = {
  BATCH_ROLE: 'arn:aws:iam::{account}:role/batch',
  COPY_BATCH_ROLE: 'arn:aws:iam::{account}:role/copy-batch',
  OWN_COPY_ROLE: 'arn:aws:iam::{account}:role/own-copy',
  REPORTS_BUCKET_PREFIX: 'the-reports',
};
const POLICY = { version: 1, standard: { algorithm: 'AES256' } };

let local: Fixture;
let queues: Record<'dead' | 'again' | 'parts', string>;
let taskRoot: string;

before(async () => {
  local = await openAws();
  local.aws.world.identity.putRole(memberRole());
  queues = { dead: await queue('dead'), again: await queue('again'), parts: await queue('parts') };
  taskRoot = mkdtempSync(join(tmpdir(), 'reseal-task-'));
  writeFileSync(join(taskRoot, 'policy.json'), JSON.stringify(POLICY));
  writeFileSync(join(taskRoot, 'accounts.json'), '[]');
});
after(async () => {
  await local[Symbol.asyncDispose]();
  rmSync(taskRoot, { recursive: true });
});

async function queue(QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await local.clients.sqs.send(new CreateQueueCommand({ QueueName }));
  return QueueUrl;
}

async function received(sqs: SQSClient, QueueUrl: string) {
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
  return Messages.map(({ Body, MessageAttributes }) => ({
    body: Body,
    code: MessageAttributes?.['code']?.StringValue,
    message: MessageAttributes?.['message']?.StringValue,
  }));
}

function assessEnvironment() {
  return functionEnvironment(local.aws.endpoint, {
    LAMBDA_TASK_ROOT: taskRoot,
    POLICY_FILE: 'policy.json',
    OWN_BUCKETS: 'the-policies',
    ...OWN_JOBS,
    AGAIN_QUEUE_URL: queues.again,
    JOB_QUEUE_URL: queues.again,
    MEMBERSHIP_QUEUE_URL: queues.parts,
    DEAD_LETTER_QUEUE_URL: queues.dead,
    UNREADABLE_RETRY_SECONDS: '60',
  });
}

function sweepSettings() {
  return {
    SWEEP_QUEUE_URL: queues.again,
    MEMBERSHIP_QUEUE_URL: queues.parts,
    SWEEP_PART_BUCKETS: '50000',
    ASSESS_QUEUE_URL: queues.again,
    JOB_QUEUE_URL: queues.again,
    INLINE_QUEUE_URL: queues.again,
    OBJECT_QUEUE_URL: queues.again,
    AWS_LAMBDA_FUNCTION_NAME: 'reseal-prod-sweep',
    DEAD_LETTER_QUEUE_URLS: queues.dead,
    LAMBDA_TASK_ROOT: taskRoot,
    ACCOUNTS_FILE: 'accounts.json',
    FORWARD_RULE: 'reseal-forward',
    REPORTS_BUCKET_PREFIX: 'reseal-reports',
  };
}

const recorded = (path: string) => readFileSync(new URL(`../../events/${path}`, import.meta.url), 'utf8');

test('assess-bucket judges a bucket and buries what it cannot read', async () => {
  const bucket = await local.bucket('judged-by-the-function');
  const event = JSON.parse(recorded('create-bucket/assumed-role.json'));
  event.account = ACCOUNT;
  event.detail.requestParameters.bucketName = bucket;
  const { outcome, lines } = await invokeInChild({
    module: 'functions/assess-bucket.ts',
    payload: batchOf(JSON.stringify(event), 'nonsense'),
    environment: assessEnvironment(),
  });
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  assert.deepEqual(await received(local.clients.sqs, queues.dead), [
    {
      body: 'nonsense',
      code: 'malformed-message',
      message: 'Not a bucket message: the message: expected JSON text, found "nonsense"',
    },
  ]);
  const item = await bucketItemOf(local.clients.dynamoDb, bucket);
  assert.deepEqual(
    [item?.['verdict'], item?.['rule'], item?.['cause'], item?.['causeId']],
    ['compliant', 'default', 'created', event.id],
  );
  const done = lines.find(({ message }) => message === 'done');
  assert.deepEqual([done?.['bucket'], done?.['kind']], [bucket, 'compliant']);
});

test('a cold batch of ten buckets under one alias asks for the key, the policy, its pin and a session once', async () => {
  const { kms, s3, dynamoDb } = local.clients;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/reseal', TargetKeyId: KeyMetadata?.KeyId ?? '' }));
  const policies = await local.bucket('the-policies');
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: policies, VersioningConfiguration }));
  const json = JSON.stringify({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, mode: 'observe' });
  const request = { json, sha256: createHash('sha256').update(json).digest('hex'), bucket: policies };
  await publishPolicy(request, createPolicyPublication({ s3, dynamoDb, table: TABLE }));
  const event = JSON.parse(recorded('create-bucket/assumed-role.json'));
  const bodies = [];
  for (const digit of '0123456789') {
    const requestParameters = { bucketName: await local.bucket(`cold-${digit}`) };
    bodies.push(JSON.stringify({ ...event, account: ACCOUNT, detail: { ...event.detail, requestParameters } }));
  }
  const calls: string[] = [];
  local.aws.onOutcome(({ call }) => calls.push(call.operation));
  const { outcome, lines } = await invokeInChild({
    module: 'functions/assess-bucket.ts',
    payload: batchOf(...bodies),
    environment: assessEnvironment(),
  });
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  const counted = (operation: string) => calls.filter((each) => each === operation).length;
  assert.deepEqual(
    [counted('GetBucketEncryption'), counted('DescribeKey'), counted('GetObject'), counted('AssumeRole')],
    [10, 1, 1, 1],
  );
  assert.equal(lines.filter(({ message, kind }) => message === 'done' && kind === 'repair').length, 10);
});

test('assess-bucket raises PolicyUnreadable where the published policy cannot be read', async () => {
  const { s3, dynamoDb } = local.clients;
  const json = JSON.stringify({ version: 2 });
  const request = { json, sha256: createHash('sha256').update(json).digest('hex'), bucket: 'the-policies' };
  await publishPolicy(request, createPolicyPublication({ s3, dynamoDb, table: TABLE }));
  const event = JSON.parse(recorded('create-bucket/assumed-role.json'));
  const requestParameters = { bucketName: await local.bucket('under-another-policy') };
  const body = { ...event, account: ACCOUNT, detail: { ...event.detail, requestParameters } };
  const { outcome, lines } = await invokeInChild({
    module: 'functions/assess-bucket.ts',
    payload: batchOf(JSON.stringify(body)),
    environment: assessEnvironment(),
  });
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  assert.deepEqual(
    lines.flatMap((line) => ('PolicyUnreadable' in line ? [line['PolicyUnreadable']] : [])),
    [1],
  );
});

test('track-job leaves a job alone that runs, and one that Reseal did not make', async () => {
  const { outcome, lines } = await invokeInChild({
    module: 'functions/track-job.ts',
    payload: batchOf(recorded('job-status-changed/active.json'), recorded('job-created/new.json')),
    environment: functionEnvironment(local.aws.endpoint, {
      ...OWN_JOBS,
      JOB_QUEUE_URL: queues.again,
      INLINE_QUEUE_URL: queues.again,
      OBJECT_QUEUE_URL: queues.again,
      MAX_ACTIVE_JOBS: '6',
      DEAD_LETTER_QUEUE_URL: queues.dead,
    }),
  });
  assert.deepEqual(outcome, { result: { batchItemFailures: [] } });
  assert.deepEqual(
    lines.filter(({ level }) => level !== undefined).map(({ message, kind }) => [message, kind]),
    [
      ['ignored', undefined],
      ['done', 'open'],
    ],
  );
});

/** Begins a sweep in one process and goes on with its one account in another. */
async function sweptInChildren(payload: object, over: Record<string, string> = {}) {
  const environment = functionEnvironment(local.aws.endpoint, { ...sweepSettings(), ...over });
  const begun = await invokeInChild({ module: 'functions/sweep.ts', payload, environment });
  const [message] = await received(local.clients.sqs, over['MEMBERSHIP_QUEUE_URL'] ?? queues.parts);
  assert.ok(message?.body, JSON.stringify(begun.outcome));
  const module = 'functions/sweep.ts';
  return { begun, swept: await invokeInChild({ module, payload: batchOf(message.body), environment }) };
}

test('sweep sends a message for its account, and then one for each bucket', async () => {
  await local.bucket('swept-b');
  await local.bucket('swept-a');
  const { begun, swept } = await sweptInChildren({ prefix: 'swept-', observe: true });
  const id = '11111111-2222-4333-8444-555555555555';
  assert.deepEqual(begun.outcome, { result: { sweep: id, observe: true, accounts: 1 } });
  const messages = await received(local.clients.sqs, queues.again);
  assert.deepEqual(
    messages.map(({ body = '' }) => JSON.parse(body)).map(({ bucket, cause, observe }) => [bucket, cause, observe]),
    [
      ['swept-a', 'sweep', true],
      ['swept-b', 'sweep', true],
    ],
  );
  assert.ok('result' in swept.outcome, JSON.stringify(swept.outcome));
  assert.equal(valueAt(swept.outcome.result, ['ended', 'buckets']), 2);
  assert.equal(swept.lines.find(({ message }) => message === 'sweep ended')?.['buckets'], 2);
  assert.equal(metricOf(swept.lines, 'SweepEnded'), undefined, 'of some buckets');
});

test('the end of a sweep of everything is a metric, as the alarm that waits for it names it', async () => {
  const payload = { 'detail-type': 'Scheduled Event', id: 'of-the-day', time: '2026-11-02T10:00:00Z' };
  // The other tests read the queue of later tries.
  const all = await queue('all');
  const { swept } = await sweptInChildren(payload, { SWEEP_QUEUE_URL: all, JOB_QUEUE_URL: all });
  assert.ok('result' in swept.outcome, JSON.stringify(swept.outcome));
  const { Dimensions, Namespace, MetricName } = propertiesOf('SweepOverdueAlarm');
  assert.deepEqual(
    [Namespace, MetricName, Dimensions],
    ['Reseal', 'SweepEnded', [{ Name: 'service', Value: 'reseal' }]],
  );
  assert.deepEqual(metricOf(swept.lines, 'SweepEnded'), { value: 1, namespace: 'Reseal', service: 'reseal' });
});

/** A metric that was printed (CloudWatch guide, "Embedded metric format specification"). */
function metricOf(lines: readonly Record<string, unknown>[], name: string) {
  const printed = lines.find((line) => name in line);
  if (printed === undefined) return undefined;
  return {
    value: printed[name],
    namespace: valueAt(printed, ['_aws', 'CloudWatchMetrics', 0, 'Namespace']),
    service: printed['service'],
  };
}

test('sweep goes on with a part of a large sweep', async () => {
  for (const name of ['part-a', 'part-b', 'other-part']) await local.bucket(name);
  const begun = { id: 'large', at: '2026-11-02T10:00:00Z', observe: true, scope: { prefix: 'part-' } };
  const place = { account: ACCOUNT, region: REGION };
  await createOrganizationSweeps(local.clients.dynamoDb, TABLE).begin(begun);
  const plan = { parts: [{ prefixes: ['part-'], names: [] }], unlisted: 0 };
  await createSweepParts(local.clients.dynamoDb, TABLE)(place, begun).plan(plan);
  const part = { sweep: 'large', ...place, step: 'buckets', part: 0 } as const;
  const { outcome } = await invokeInChild({
    module: 'functions/sweep.ts',
    payload: batchOf(sweepPartMessage(part)),
    environment: functionEnvironment(local.aws.endpoint, sweepSettings()),
  });
  assert.deepEqual(outcome, { result: { ...part, observe: true } });
  const bodies = (await received(local.clients.sqs, queues.again)).map(({ body = '' }) => JSON.parse(body).bucket);
  assert.deepEqual(bodies, ['part-a', 'part-b']);
});

test('sweep refuses a payload with a misspelt key by its name', async () => {
  const { outcome } = await invokeInChild({
    module: 'functions/sweep.ts',
    payload: { obsreve: true },
    environment: functionEnvironment(local.aws.endpoint, sweepSettings()),
  });
  assert.deepEqual(outcome, {
    error: {
      name: 'ResealError',
      code: 'malformed-message',
      message:
        'Not a sweep request: obsreve: expected one of accounts, ous, regions, buckets, prefix, rule, observe, found an unknown key',
    },
  });
});

test('a function whose stack is incomplete does not start, and says what is missing', async () => {
  const { LEDGER_TABLE: _, ACCOUNT_ID: __, MEMBER_ROLE: ___, ...incomplete } = functionEnvironment(local.aws.endpoint);
  const started = await Promise.all(
    ['assess-bucket', 'track-job', 'reencrypt-object', 'sweep'].map((name) =>
      invokeInChild({ module: `functions/${name}.ts`, payload: {}, environment: incomplete }),
    ),
  );
  const missing = (names: string) => ({
    error: {
      name: 'ResealError',
      code: 'missing-setting',
      message: `missing environment variable ${names}; the stack sets it, so deploy the function from this version's template`,
    },
  });
  assert.deepEqual(
    started.map(({ outcome }) => outcome),
    [
      missing(
        'AGAIN_QUEUE_URL, BATCH_ROLE, COPY_BATCH_ROLE, DEAD_LETTER_QUEUE_URL, JOB_QUEUE_URL, LAMBDA_TASK_ROOT, LEDGER_TABLE, MEMBERSHIP_QUEUE_URL, MEMBER_ROLE, OWN_BUCKETS, OWN_COPY_ROLE, POLICY_FILE, REPORTS_BUCKET_PREFIX, UNREADABLE_RETRY_SECONDS',
      ),
      missing(
        'BATCH_ROLE, COPY_BATCH_ROLE, DEAD_LETTER_QUEUE_URL, INLINE_QUEUE_URL, JOB_QUEUE_URL, LEDGER_TABLE, MAX_ACTIVE_JOBS, MEMBER_ROLE, OBJECT_QUEUE_URL, REPORTS_BUCKET_PREFIX',
      ),
      missing('DEAD_LETTER_QUEUE_URL, INLINE_QUEUE_URL, JOB_QUEUE_URL, LEDGER_TABLE, MEMBER_ROLE, OBJECT_QUEUE_URL'),
      missing(
        'ACCOUNTS_FILE, ACCOUNT_ID, ASSESS_QUEUE_URL, AWS_LAMBDA_FUNCTION_NAME, DEAD_LETTER_QUEUE_URLS, FORWARD_RULE, INLINE_QUEUE_URL, JOB_QUEUE_URL, LAMBDA_TASK_ROOT, LEDGER_TABLE, MEMBERSHIP_QUEUE_URL, MEMBER_ROLE, OBJECT_QUEUE_URL, REPORTS_BUCKET_PREFIX, SWEEP_PART_BUCKETS, SWEEP_QUEUE_URL',
      ),
    ],
  );
});
