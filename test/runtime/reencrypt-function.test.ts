import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { jobMessage, launchMessage } from '../../src/intake/open-job-message.ts';
import { pieceMessage } from '../../src/intake/parse-piece-message.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { type JobRequest, jobKey } from '../../src/ledger/job-item.ts';
import { newRange } from '../../src/ledger/piece-item.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../aws/fixture.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { aJob } from '../ledger/a-job.ts';
import { functionEnvironment, memberRole } from './function-environment.ts';
import { invokeInChild } from './invoke-in-child.ts';
import { batchOf } from './lambda-input.ts';

let local: Fixture;
let queues: Record<'objects' | 'inline' | 'jobs' | 'dead', string>;
let keyArn: string;

before(async () => {
  local = await openAws();
  local.aws.world.identity.putRole(memberRole());
  keyArn = local.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/reseal' }).arn;
  const [objects, inline, jobs, dead] = await Promise.all(['objects', 'inline', 'jobs', 'dead'].map(queue));
  assert.ok(objects && inline && jobs && dead);
  queues = { objects, inline, jobs, dead };
});
after(() => local[Symbol.asyncDispose]());

async function queue(QueueName: string): Promise<string | undefined> {
  return (await local.clients.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;
}

async function received(QueueUrl: string) {
  const { Messages = [] } = await local.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages.map(({ Body, MessageAttributes }) => ({
    body: Body,
    code: MessageAttributes?.['code']?.StringValue,
  }));
}

function invoke(name: 'track-job' | 'reencrypt-object', ...bodies: string[]) {
  const role = (word: string) => `arn:aws:iam::{account}:role/${word}`;
  const environment = functionEnvironment(local.aws.endpoint, {
    BATCH_ROLE: role('batch'),
    COPY_BATCH_ROLE: role('copy-batch'),
    REPORTS_BUCKET_PREFIX: 'the-reports',
    MAX_ACTIVE_JOBS: '6',
    DEAD_LETTER_QUEUE_URL: queues.dead,
    INLINE_QUEUE_URL: queues.inline,
    OBJECT_QUEUE_URL: queues.objects,
    JOB_QUEUE_URL: queues.jobs,
  });
  return invokeInChild({ module: `functions/${name}.ts`, payload: batchOf(...bodies), environment });
}

/** A bucket with one object under SSE-S3, and a queued job that Reseal runs itself. */
async function queued(bucket: string, own: NonNullable<JobRequest['own']>): Promise<JobRequest> {
  const Bucket = await local.bucket(bucket);
  await local.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'bytes' }));
  const job = aJob({ token: `of-${bucket}`, bucket, objectClass: 'any', method: 'own-copy', own, keyArn });
  const place = { account: ACCOUNT, region: REGION, bucket };
  const set = { ...place, standardId: job.standardId };
  await update(local.clients.dynamoDb, { table: TABLE, key: bucketKey(place), set, count: 'rev' });
  assert.deepEqual(await updateAll(local.clients.dynamoDb, [queueingOf(job, TABLE)]), []);
  return job;
}

const DONE = { result: { batchItemFailures: [] } };

test('track-job begins a job of our own in the queue of its lane, reencrypt-object does it and asks for its end', async () => {
  const large = await queued('large', { does: ['copy', 'own-copy'] });
  const small = await queued('small', { does: ['update-encryption'], lane: 'inline' });
  assert.deepEqual((await invoke('track-job', launchMessage(ACCOUNT))).outcome, DONE);
  const pieceOf = ({ token }: JobRequest) => pieceMessage(newRange(token, { after: '' }));
  assert.deepEqual(
    [await received(queues.objects), await received(queues.inline)],
    [[{ body: pieceOf(large), code: undefined }], [{ body: pieceOf(small), code: undefined }]],
  );

  const { outcome, lines } = await invoke('reencrypt-object', pieceOf(small), 'nonsense');
  assert.deepEqual(outcome, DONE);
  const [done] = lines.filter(({ message }) => message === 'done');
  assert.equal(done?.['kind'], 'piece-done');
  const head = await local.clients.s3.send(new HeadObjectCommand({ Bucket: small.bucket, Key: 'k' }));
  assert.equal(head.SSEKMSKeyId, keyArn);
  assert.deepEqual(await received(queues.dead), [{ body: 'nonsense', code: 'malformed-message' }]);

  const asked = await received(queues.jobs);
  assert.deepEqual(asked, [{ body: jobMessage(small), code: undefined }]);
  assert.deepEqual((await invoke('track-job', ...asked.map(({ body }) => body))).outcome, DONE);
  const statusOf = async ({ token }: JobRequest) => (await itemOf(local.clients.dynamoDb, jobKey(token)))?.['status'];
  assert.deepEqual([await statusOf(small), await statusOf(large)], ['complete', 'open']);
});
