import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createJobEvidence } from '../../../src/aws/ledger/job-evidence.ts';
import { createJobLedger, openingOf } from '../../../src/aws/ledger/job-ledger.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { createOpenJobs } from '../../../src/aws/ledger/open-index.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import type { ClosedJob, StartedJob } from '../../../src/ledger/job-item.ts';
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
    token,
    status: 'complete-with-failures',
    closedAt: '2026-11-02T10:20:00.000Z',
    jobId: `job-${token}`,
    bucket: 'data',
    account: ACCOUNT,
    region: REGION,
    total: 3,
    succeeded: 2,
    failed: 1,
    failures: [{ code: 'AccessDenied', count: 1 }],
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
  const open = createOpenJobs(dynamoDb, TABLE, assert.ifError);
  const young = started('young', '2026-11-02T12:00:00.000Z');
  const old = started('old', '2026-11-01T12:00:00.000Z');
  for (const job of [young, old]) await record(dynamoDb, job);
  assert.deepEqual(
    (await Array.fromAsync(open())).map(({ token }) => token),
    ['old', 'young'],
  );
  assert.equal(await jobs.close(closed('old')), true);
  assert.deepEqual(await Array.fromAsync(open()), [{ token: 'young', jobId: young.jobId, account: ACCOUNT }]);
  assert.deepEqual(await itemOf(dynamoDb, keyOf('old')), { v: 1, ...old, ...closed('old') });
});

test('a job that ended before it was recorded stays closed', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  assert.equal(await jobs.close(closed('quick')), true);
  await record(dynamoDb, started('quick'));
  assert.deepEqual(await itemOf(dynamoDb, keyOf('quick')), { v: 1, ...closed('quick') });
  assert.deepEqual(await Array.fromAsync(createOpenJobs(dynamoDb, TABLE, assert.ifError)()), []);
});

test('a job is closed once, however often its end is recorded', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const jobs = createJobLedger(dynamoDb, TABLE);
  await record(dynamoDb, started('often'));
  await record(dynamoDb, started('often'));
  const later: ClosedJob = { ...closed('often'), status: 'complete', closedAt: '2026-11-02T11:00:00.000Z' };
  const first = await Promise.all([jobs.close(closed('often')), jobs.close(closed('often'))]);
  assert.deepEqual(first.toSorted(), [false, true]);
  assert.equal(await jobs.close(later), false);
  assert.deepEqual(await itemOf(dynamoDb, keyOf('often')), { v: 1, ...started('often'), ...closed('often') });
});

test('a job is known by its token, open or closed, whichever version wrote it', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const evidence = createJobEvidence(dynamoDb, TABLE);
  await record(dynamoDb, started('open'));
  await createJobLedger(dynamoDb, TABLE).close(closed('ended'));
  await update(dynamoDb, { table: TABLE, key: keyOf('old'), set: { ...started('old'), failuresByCode: { a: 1 } } });
  await update(dynamoDb, { table: TABLE, key: keyOf('new'), set: { ...started('new'), v: 2, later: [true] } });
  for (const token of ['open', 'ended', 'old', 'new']) {
    const known = { token, jobId: `job-${token}`, bucket: 'data', account: ACCOUNT, region: REGION };
    assert.deepEqual(await evidence.recorded(token), known);
  }
  assert.equal(await evidence.recorded('unknown'), undefined);
});

test('the work of a bucket that is not done has an identity, where it is this version that began it', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const pendings = { none: undefined, old: { causeId: 'event-1' }, begun: { id: 'the-work', causeId: 'event-1' } };
  for (const [bucket, pending] of Object.entries(pendings)) {
    const key = bucketKey({ account: ACCOUNT, region: REGION, bucket });
    await update(dynamoDb, { table: TABLE, key, set: { bucket, pending } });
  }
  const evidence = createJobEvidence(dynamoDb, TABLE);
  const ids = ['none', 'old', 'begun', 'unknown'].map((bucket) =>
    evidence.workIds({ account: ACCOUNT, region: REGION, bucket }),
  );
  assert.deepEqual(await Promise.all(ids), [[], [], ['the-work'], []]);
});

test('open jobs are read to the last page', async () => {
  const dynamoDb = new DynamoDBClient({ region: REGION });
  const lastKey = marshall({ ...keyOf('a'), open: 'OPEN', createdAt: 'x' });
  const pages = [
    { Items: [marshall(started('a'))], LastEvaluatedKey: lastKey },
    { Items: [], LastEvaluatedKey: lastKey },
    { Items: [marshall(started('b'))] },
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
