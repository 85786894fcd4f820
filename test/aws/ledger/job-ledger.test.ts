import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createJobLedger, queueingOf } from '../../../src/aws/ledger/job-ledger.ts';
import { updateAll } from '../../../src/aws/ledger/ledger-update.ts';
import { createOpenJobs, createQueuedJobs } from '../../../src/aws/ledger/open-index.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import { type JobRequest, type QueuedJob, jobKey, slotsKey } from '../../../src/ledger/job-item.ts';
import { A_VIA, aJob, anEnd } from '../../ledger/a-job.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../fixture.ts';
import { itemOf } from './ledger-item-of.ts';

const AT = '2026-11-02T10:17:00.000Z';

/** A ledger, and how a test looks into it. */
async function openLedger() {
  const local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  const launched = async (job: JobRequest) => {
    await updateAll(dynamoDb, [queueingOf(job, TABLE)]);
    assert.equal(await jobs.claim(job, { via: A_VIA }, 100), 'claimed');
    assert.equal(await jobs.open(job, `job-${job.token}`, AT), true);
  };
  return {
    jobs,
    launched,
    queue: (...all: JobRequest[]) =>
      updateAll(
        dynamoDb,
        all.map((job) => queueingOf(job, TABLE)),
      ),
    waiting: () => Array.fromAsync(createQueuedJobs(dynamoDb, TABLE, assert.ifError)(ACCOUNT)),
    open: () => Array.fromAsync(createOpenJobs(dynamoDb, TABLE, assert.ifError)()),
    item: (token: string) => itemOf(dynamoDb, jobKey(token)),
    bucket: () => itemOf(dynamoDb, bucketKey({ account: ACCOUNT, region: REGION, bucket: 'data' })),
    slots: async () => (await jobs.slotsOf(ACCOUNT)).toSorted(),
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}

test('jobs wait by their priority, the oldest first, each account for itself', async () => {
  await using ledger = await openLedger();
  const at = (hour: number) => `2026-11-02T${hour}:00:00.000Z`;
  await ledger.queue(
    aJob({ token: 'old stock', priority: 10, createdAt: at(10) }),
    aJob({ token: 'young drift', priority: 20, createdAt: at(12) }),
    aJob({ token: 'old drift', priority: 20, createdAt: at(11) }),
    aJob({ token: 'retry', priority: 30, createdAt: at(13) }),
    aJob({ token: 'of another account', account: '222222222222' }),
  );
  assert.deepEqual(await ledger.waiting(), ['retry', 'old drift', 'young drift', 'old stock']);
  assert.deepEqual(await ledger.open(), []);
});

test('a job is queued once', async () => {
  await using ledger = await openLedger();
  const job = aJob();
  assert.deepEqual(await ledger.queue(job), []);
  assert.equal((await ledger.queue({ ...job, createdAt: AT })).length, 1);
  assert.deepEqual(await ledger.item(job.token), { v: 1, ...job, status: 'queued', open: `QUEUED#20#${ACCOUNT}` });
});

test('an account has so many slots; whoever has one gets it again, and a job that is not queued gets none', async () => {
  await using ledger = await openLedger();
  const [a, b, c] = ['a', 'b', 'c'].map((token) => aJob({ token })) as [JobRequest, JobRequest, JobRequest];
  await ledger.queue(a, b, c);
  const claim = (job: QueuedJob) => ledger.jobs.claim(job, { via: A_VIA }, 2);
  assert.deepEqual([await claim(a), await claim(b), await claim(c)], ['claimed', 'claimed', 'full']);
  // Who has read it before the first claim loses; who has read it since goes on with that one.
  assert.deepEqual([await claim(a), await claim({ ...a, via: A_VIA })], ['passed', 'claimed']);
  assert.deepEqual(await ledger.slots(), ['a', 'b']);
  await ledger.jobs.open(a, 'job-a', AT);
  assert.equal(await claim(a), 'passed');
  await ledger.jobs.unclaim(b);
  assert.deepEqual([await ledger.slots(), (await ledger.item('b'))?.['via']], [['a'], undefined]);
  assert.equal(await claim(c), 'claimed');
});

test('of many that claim at once no more get a slot than there are', async () => {
  await using ledger = await openLedger();
  const all = Array.from({ length: 9 }, (_, at) => aJob({ token: `job-${at}` }));
  await ledger.queue(...all);
  const claims = await Promise.all(all.map((job) => ledger.jobs.claim(job, { via: A_VIA }, 4).catch(() => 'busy')));
  const claimed = claims.filter((each) => each === 'claimed').length;
  assert.ok(claimed >= 1 && claimed <= 4, claims.join());
  assert.equal((await ledger.slots()).length, claimed);
});

test('an open job is listed by the index until it is closed, which gives its slot back', async () => {
  await using ledger = await openLedger();
  const [old, young] = [aJob({ token: 'old' }), aJob({ token: 'young', createdAt: '2026-11-02T12:00:00.000Z' })];
  for (const job of [young, old]) await ledger.launched(job);
  const listed = ({ token, account }: JobRequest) => ({ token, jobId: `job-${token}`, account });
  assert.deepEqual(await ledger.open(), [listed(old), listed(young)]);
  const end = anEnd(old);
  assert.equal(await ledger.jobs.close(end), true);
  assert.deepEqual([await ledger.open(), await ledger.slots()], [[listed(young)], ['young']]);
  assert.deepEqual(await ledger.item('old'), { v: 1, ...old, via: A_VIA, launchedAt: AT, ...end });
  assert.deepEqual((await ledger.jobs.read('old'))?.stands, 'closed');
});

test('a job is closed once, however often its end is recorded', async () => {
  await using ledger = await openLedger();
  const job = aJob();
  await ledger.launched(job);
  const later = anEnd(job, { status: 'complete', closedAt: '2026-11-02T11:00:00.000Z' });
  const first = await Promise.all([ledger.jobs.close(anEnd(job)), ledger.jobs.close(anEnd(job))]);
  assert.deepEqual(first.toSorted(), [false, true]);
  assert.equal(await ledger.jobs.close(later), false);
  assert.equal((await ledger.item(job.token))?.['status'], 'complete-with-failures');
});

test('a job that waits for people has no slot, and takes one whatever the limit is when they confirm it', async () => {
  await using ledger = await openLedger();
  const job = aJob();
  await ledger.launched(job);
  assert.equal(await ledger.jobs.resume(job), false);
  assert.deepEqual([await ledger.jobs.suspend(job, AT), await ledger.jobs.suspend(job, AT)], [true, false]);
  const { status, suspendedAt, open } = (await ledger.item(job.token)) ?? {};
  assert.deepEqual([status, suspendedAt, open, await ledger.slots()], ['suspended', AT, 'OPEN', []]);
  assert.equal(await ledger.jobs.resume(job), true);
  assert.deepEqual([(await ledger.item(job.token))?.['status'], await ledger.slots()], ['open', [job.token]]);
});

test('what a job left undone is in its bucket until its next attempt is queued, once', async () => {
  await using ledger = await openLedger();
  const job = aJob();
  await ledger.launched(job);
  const end = anEnd(job, { again: 'next-sweep' });
  await ledger.jobs.close(end);
  assert.deepEqual((await ledger.bucket())?.['undone'], new Set([job.token]));
  const next = aJob({ token: 'next', attempt: 1, retryOf: job.token });
  assert.deepEqual([await ledger.jobs.again(end, next), await ledger.jobs.again(end, next)], [true, false]);
  const { again, nextToken } = (await ledger.item(job.token)) ?? {};
  assert.deepEqual([again, nextToken, (await ledger.bucket())?.['undone']], ['now', 'next', undefined]);
  assert.deepEqual(await ledger.waiting(), ['next']);
});

test('the next attempt is queued with the end, or neither is', async () => {
  await using ledger = await openLedger();
  const [job, taken] = [aJob(), aJob({ token: 'taken' })];
  await ledger.launched(job);
  await ledger.queue(taken);
  assert.equal(await ledger.jobs.close(anEnd(job), { next: taken }), false);
  assert.equal((await ledger.item(job.token))?.['status'], 'open');
  assert.equal(await ledger.jobs.close(anEnd(job), { next: aJob({ token: 'next' }) }), true);
  assert.deepEqual((await ledger.waiting()).toSorted(), ['next', 'taken']);
});

test('an item of another shape is named, and nothing is read into it', async () => {
  await using ledger = await openLedger();
  assert.equal(await ledger.jobs.read('unknown'), undefined);
  await ledger.queue({ ...aJob({ token: 'odd' }), priority: 'high' } as unknown as JobRequest);
  await assert.rejects(ledger.jobs.read('odd'), {
    code: 'ledger-failed',
    message: /JOB#odd: priority: expected a number/,
  });
  assert.deepEqual(slotsKey(ACCOUNT), { pk: `JOBS#${ACCOUNT}`, sk: 'RUNNING' });
});

test('open jobs are read to the last page', async () => {
  const dynamoDb = new DynamoDBClient({ region: REGION });
  const lastKey = marshall({ ...jobKey('a'), open: 'OPEN', createdAt: 'x' });
  const pages = [
    { Items: [marshall(aJob({ token: 'a' }))], LastEvaluatedKey: lastKey },
    { Items: [], LastEvaluatedKey: lastKey },
    { Items: [marshall(aJob({ token: 'b' }))] },
  ];
  const asked: unknown[] = [];
  mockClient(dynamoDb)
    .on(QueryCommand)
    .callsFake((input) => {
      asked.push(JSON.parse(JSON.stringify(input)));
      return pages.shift();
    });
  const tokens = (await Array.fromAsync(createOpenJobs(dynamoDb, TABLE, assert.ifError)())).map(({ token }) => token);
  const query = {
    TableName: TABLE,
    IndexName: 'open',
    KeyConditionExpression: '#open = :open',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':open': { S: 'OPEN' } },
  };
  assert.deepEqual(tokens, ['a', 'b']);
  const next = { ...query, ExclusiveStartKey: lastKey };
  assert.deepEqual(asked, [query, next, next]);
});
