import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { BusEvent } from '../../local/world.ts';
import { defaultOf } from '../local/s3/open-s3.ts';
import { SSE_S3, sseKms } from '../remediation/rules.ts';
import { bucketPk, ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

let stack: DeployedStack;
before(async () => {
  stack = await deployStack();
});
after(() => stack[Symbol.asyncDispose]());

/** Loses every event of one kind for a bucket: as if nobody had told. */
const about = (bucket: string, eventName: string) => (event: BusEvent) =>
  event.detail['eventName'] === eventName &&
  Reflect.get(Object(event.detail['requestParameters']), 'bucketName') === bucket;

/** A bucket whose creation no event tells. */
async function unseenBucket(Bucket: string): Promise<string> {
  stack.aws.bus.faults.add({ kind: 'lose' }, { when: about(Bucket, 'CreateBucket') });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  return Bucket;
}

const put = (Bucket: string, rule: Parameters<typeof ruleOf>[0]) =>
  stack.clients.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: ruleOf(rule) }));
const ruleOf = (rule: typeof SSE_S3 | ReturnType<typeof sseKms>) => ({ Rules: [rule] });

const write = (Bucket: string, Key: string) =>
  stack.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: `bytes of ${Key}` }));

async function algorithmOf(Bucket: string): Promise<string | undefined> {
  return (await defaultOf(stack.clients.s3, Bucket)).SSEAlgorithm;
}

const repairsOf = async (bucket: string) => {
  const repairs = (await stack.item(bucketPk(bucket)))?.['repairs'];
  return Array.isArray(repairs) ? repairs.length : 0;
};

const jobsOf = (bucket: string) =>
  stack.aws.jobs.all().filter(({ request }) => request.Description?.endsWith(` ${bucket}`));

const bucketsOf = (operation: string) =>
  stack.callsOfReseal(operation).map(({ input }) => Reflect.get(Object(input), 'Bucket'));

const reencrypted = (key: string) => ({ text: `bytes of ${key}`, algorithm: 'aws:kms', keyId: stack.keyArn });

test('an event leads to re-encrypted bytes, and both jobs are closed', async (t) => {
  const bucket = await unseenBucket('old');
  await write(bucket, 'report + summary, “final”.txt');
  const started = performance.now();
  await put(bucket, SSE_S3);
  await stack.idle();
  // Told and not asserted: machines are noisy.
  t.diagnostic(`from the event to rest: ${((performance.now() - started) / 1_000).toFixed(1)} s (under 5)`);
  assert.deepEqual(
    await stack.read(bucket, 'report + summary, “final”.txt'),
    reencrypted('report + summary, “final”.txt'),
  );
  const item = await stack.item(bucketPk(bucket));
  assert.deepEqual([item?.['verdict'], item?.['leftovers'], item?.['pending']], ['repair', [], undefined]);
  const statuses = await Promise.all(
    jobsOf(bucket).map(async ({ request }) => {
      const job = await stack.item(`JOB#${request.ClientRequestToken}`, 'JOB');
      return [job?.['objectClass'], job?.['status'], job?.['succeeded'], job?.['open']];
    }),
  );
  assert.deepEqual(statuses, [
    ['SSE-KMS', 'nothing-to-do', 0, undefined],
    ['SSE-S3', 'complete', 1, undefined],
  ]);
});

test('a new bucket is repaired without a job, and the write of Reseal itself wakes nothing', async () => {
  const Bucket = 'new';
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await stack.idle();
  const lines = stack.aws.functions.list().flatMap(({ log }) => log.lines);
  assert.ok(lines.some((line) => line.includes('PutBucketEncryption was done by Reseal itself')));
  assert.deepEqual([await algorithmOf(Bucket), await repairsOf(Bucket), jobsOf(Bucket).length], ['aws:kms', 1, 0]);
  assert.equal(bucketsOf('PutBucketEncryption').filter((each) => each === Bucket).length, 1);
  // The look, once more directly before the write, and after it: the event of the own write was not looked into.
  assert.equal(bucketsOf('GetBucketEncryption').filter((each) => each === Bucket).length, 3);
});

test('a malformed message lies in the dead-letter queue with its reason, and its neighbours are treated', async () => {
  const buckets = await Promise.all(['near', 'nearer'].map(unseenBucket));
  const message = (bucket: string) =>
    JSON.stringify({
      reseal: 'assess',
      version: 1,
      bucket,
      account: ACCOUNT,
      region: REGION,
      cause: 'sweep',
      at: '2026-11-02T10:00:00Z',
      causeId: 'by-hand',
      attempt: 0,
      observe: false,
    });
  const malformed = '{"reseal":"assess","version":1}';
  await stack.sendAsSweep(message('near'), malformed, message('nearer'));
  await stack.idle();
  assert.deepEqual(await Promise.all(buckets.map(algorithmOf)), ['aws:kms', 'aws:kms']);
  const dead = await stack.waiting('AssessDeadLetters');
  assert.deepEqual(
    dead.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['code']?.StringValue]),
    [[malformed, 'malformed-message']],
  );
  assert.match(
    dead[0]?.MessageAttributes?.['message']?.StringValue ?? '',
    /^Not an assess message: bucket: expected a bucket name .*, found nothing; /,
  );
});

test('a bucket whose event was lost is healed by the sweep, which says what it did', async () => {
  const bucket = await unseenBucket('forgotten');
  await write(bucket, 'object');
  assert.equal(await stack.item(bucketPk(bucket)), undefined);
  const { sweep, ...begun } = Object(await stack.sweep({ buckets: [bucket, 'absent'] }));
  assert.deepEqual(begun, { observe: false, accounts: 1 });
  await stack.idle();
  const { endedAt, buckets, missing } = (await stack.item('SWEEP#all', `SWEEP#${sweep}`)) ?? {};
  assert.deepEqual([typeof endedAt, buckets, missing], ['string', 1, ['absent']]);
  assert.deepEqual([await algorithmOf(bucket), await stack.read(bucket, 'object')], ['aws:kms', reencrypted('object')]);
});

test('a job whose end was lost is closed when the schedule asks for all open jobs', async () => {
  const bucket = await unseenBucket('untold');
  await write(bucket, 'object');
  stack.aws.bus.faults.add(
    { kind: 'lose' },
    { times: 100, when: ({ detail }) => detail['eventName'] === 'JobStatusChanged' },
  );
  await put(bucket, SSE_S3);
  await stack.idle();
  stack.aws.bus.faults.clear();
  const tokens = jobsOf(bucket).map(({ request }) => `JOB#${request.ClientRequestToken}`);
  const statuses = () => Promise.all(tokens.map(async (token) => (await stack.item(token, 'JOB'))?.['status']));
  assert.deepEqual(await statuses(), ['open', 'open']);
  stack.aws.bus.fire(`arn:aws:events:${REGION}:${ACCOUNT}:rule/${stack.named('OpenJobsRule')}`);
  await stack.idle();
  assert.deepEqual(await statuses(), ['nothing-to-do', 'complete']);
});

test('whatever order and number events come in, a bucket is repaired once', async (t) => {
  const faulty = await Promise.all(['duplicate', 'reorder'].map(unseenBucket));
  for (const bucket of faulty) await put(bucket, sseKms(stack.keyArn));
  const stormy = await unseenBucket('stormy');
  await write(stormy, 'object');
  await stack.idle();
  // Whoever finds the bucket claimed comes again at the end of the lease, for which no test waits: so this one is the last of its stack.
  for (const kind of ['duplicate', 'reorder'] as const) {
    stack.aws.bus.faults.add({ kind }, { when: about(kind, 'DeleteBucketEncryption') });
    await stack.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: kind }));
    await put(kind, SSE_S3);
  }
  await Promise.all(Array.from({ length: 10 }, () => put(stormy, SSE_S3)));
  await stack.atRest();

  for (const bucket of faulty) {
    await t.test(`an event that suffered a ${bucket} leads to one write and one repair`, async () => {
      const writes = bucketsOf('PutBucketEncryption').filter((each) => each === bucket).length;
      assert.deepEqual([await algorithmOf(bucket), await repairsOf(bucket), writes], ['aws:kms', 1, 1]);
    });
  }
  await t.test('ten events at once lead to one job for each class', async () => {
    const classes = jobsOf(stormy).map(({ request }) => String(request.Description?.split(' ')[2]));
    assert.deepEqual([await algorithmOf(stormy), classes.toSorted()], ['aws:kms', ['SSE-KMS', 'SSE-S3']]);
    assert.deepEqual(await stack.read(stormy, 'object'), reencrypted('object'));
  });
});
