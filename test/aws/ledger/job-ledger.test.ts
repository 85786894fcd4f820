import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { type ClosedJob, createJobLedger, openingOf, type StartedJob } from '../../../src/aws/ledger/job-ledger.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { createOpenJobs } from '../../../src/aws/ledger/open-jobs.ts';
import { collect } from '../collect.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../fixture.ts';
import { itemOf } from './ledger-item-of.ts';

function started(token: string, createdAt = '2026-11-02T10:16:31.000Z'): StartedJob {
  return {
    token,
    jobId: `job-${token}`,
    bucket: 'data',
    account: ACCOUNT,
    region: REGION,
    objectClass: 'SSE-S3',
    method: 'update-encryption',
    createdAt,
    causeId: 'event-1',
  };
}

function closed(token: string): ClosedJob {
  return {
    status: 'complete-with-failures',
    closedAt: '2026-11-02T10:20:00.000Z',
    jobId: `job-${token}`,
    bucket: 'data',
    total: 3,
    succeeded: 2,
    failed: 1,
    failuresByCode: { AccessDenied: 1 },
    failedKeys: [{ key: 'a "b"\n🦀', code: 'AccessDenied', versionId: 'null' }],
    report: 's3://reports/reports/data/job-1/manifest.json',
  };
}

const keyOf = (token: string) => ({ pk: `JOB#${token}`, sk: 'JOB' });

async function record(dynamoDb: DynamoDBClient, job: StartedJob): Promise<void> {
  await update(dynamoDb, openingOf(job, TABLE));
}

test('an open job is listed by the index until it is closed, oldest first', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  const open = createOpenJobs(dynamoDb, TABLE);
  const young = started('young', '2026-11-02T12:00:00.000Z');
  const old = started('old', '2026-11-01T12:00:00.000Z');
  for (const job of [young, old]) await record(dynamoDb, job);
  assert.deepEqual(
    (await collect(open())).map(({ token }) => token),
    ['old', 'young'],
  );
  assert.equal(await jobs.close('old', closed('old')), true);
  assert.deepEqual(await collect(open()), [
    {
      token: 'young',
      jobId: 'job-young',
      bucket: 'data',
      account: ACCOUNT,
      createdAt: young.createdAt,
    },
  ]);
  assert.deepEqual(await itemOf(dynamoDb, keyOf('old')), { ...old, ...closed('old') });
});

test('a job that ended before it was recorded stays closed', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  assert.equal(await jobs.close('quick', closed('quick')), true);
  await record(dynamoDb, started('quick'));
  assert.deepEqual(await itemOf(dynamoDb, keyOf('quick')), { token: 'quick', ...closed('quick') });
  assert.deepEqual(await collect(createOpenJobs(dynamoDb, TABLE)()), []);
});

test('a job is closed once, however often its end is told', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  await record(dynamoDb, started('told'));
  await record(dynamoDb, started('told'));
  const later: ClosedJob = { ...closed('told'), status: 'complete', closedAt: '2026-11-02T11:00:00.000Z' };
  const first = await Promise.all([jobs.close('told', closed('told')), jobs.close('told', closed('told'))]);
  assert.deepEqual(first.toSorted(), [false, true]);
  assert.equal(await jobs.close('told', later), false);
  assert.deepEqual(await itemOf(dynamoDb, keyOf('told')), { ...started('told'), ...closed('told') });
});

test('open jobs are read to the last page', async () => {
  const dynamoDb = new DynamoDBClient({ region: REGION });
  const mock = mockClient(dynamoDb);
  const lastKey = marshall({ ...keyOf('a'), open: 'OPEN', createdAt: 'x' });
  mock
    .on(QueryCommand)
    .resolvesOnce({ Items: [marshall(started('a'))], LastEvaluatedKey: lastKey })
    .resolvesOnce({ Items: [], LastEvaluatedKey: lastKey })
    .resolvesOnce({ Items: [marshall(started('b'))] });
  const tokens = (await collect(createOpenJobs(dynamoDb, TABLE)())).map(({ token }) => token);
  const query = {
    TableName: TABLE,
    IndexName: 'open-jobs',
    KeyConditionExpression: '#open = :open',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: { ':open': { S: 'OPEN' } },
  };
  assert.deepEqual(tokens, ['a', 'b']);
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [query, { ...query, ExclusiveStartKey: lastKey }, { ...query, ExclusiveStartKey: lastKey }],
  );
});
