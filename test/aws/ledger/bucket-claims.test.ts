import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createBucketClaims } from '../../../src/aws/ledger/bucket-claims.ts';
import { createLedger, type Assessment } from '../../../src/aws/ledger/ledger.ts';
import { type ClosedJob, createJobLedger, type StartedJob } from '../../../src/aws/ledger/job-ledger.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import type { Pending } from '../../../src/aws/ledger/ledger-item.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../fixture.ts';
import { bucketItemOf, itemOf as ledgerItemOf } from './ledger-item-of.ts';

let local: Fixture;
before(async () => {
  local = await openAws();
});
after(() => local[Symbol.asyncDispose]());

const claims = () => createBucketClaims(local.clients.dynamoDb, TABLE);
const itemOf = (bucket: string) => bucketItemOf(local.clients.dynamoDb, bucket);
const jobItemOf = (token: string) => ledgerItemOf(local.clients.dynamoDb, { pk: `JOB#${token}`, sk: 'JOB' });

const PENDING: Pending = {
  cause: 'encryption-deleted',
  causeId: 'event-1',
  at: '2026-11-02T10:15:30Z',
  replaced: { algorithm: 'AES256', bucketKey: false, blocked: [] },
  actor: 'arn:aws:iam::111111111111:role/eve',
};
const JOB: StartedJob = {
  token: 't',
  jobId: 'j',
  bucket: 'finished',
  account: ACCOUNT,
  region: REGION,
  objectClass: 'SSE-S3',
  method: 'update-encryption',
  createdAt: '2026-11-02T10:16:31.000Z',
  causeId: 'event-1',
};
const LEASE_MS = 75_000;

function claim(bucket: string, owner: string, nowMs: number, pending = PENDING) {
  return claims().claim({ bucket, owner, nowMs, untilMs: nowMs + LEASE_MS, pending });
}

function assessmentOf(bucket: string, over: Partial<Assessment> = {}): Assessment {
  return {
    bucket,
    account: ACCOUNT,
    region: REGION,
    verdict: 'repair',
    reasons: [{ code: 'weaker-algorithm', message: 'Weaker.' }],
    rule: 'default',
    policySha256: 'abc',
    assessedAt: '2026-11-02T10:16:30.000Z',
    causeId: 'event-1',
    cause: 'encryption-deleted',
    found: { algorithm: 'AES256' },
    ...over,
  };
}

test('a claim on a bucket that nobody knows leaves owner, lease and the work', async () => {
  assert.deepEqual(await claim('new', 'a', 1_000), { claimOwner: 'a', claimUntil: 76_000, pending: PENDING });
  assert.deepEqual(await itemOf('new'), { bucket: 'new', claimOwner: 'a', claimUntil: 76_000, pending: PENDING });
});

test('a living claim keeps others out to its last millisecond, and its own owner not', async () => {
  await claim('held', 'a', 0);
  assert.deepEqual(
    [
      (await claim('held', 'b', 0)) === undefined,
      (await claim('held', 'b', LEASE_MS)) === undefined,
      (await claim('held', 'a', 10)) === undefined,
      (await claim('held', 'b', LEASE_MS + 10)) === undefined,
      (await claim('held', 'b', LEASE_MS + 11)) === undefined,
    ],
    [true, true, false, true, false],
  );
});

test('of many claims at once one is given', async () => {
  const given = await Promise.all(Array.from({ length: 8 }, (_, index) => claim('contested', `owner-${index}`, 0)));
  assert.equal(given.filter((item) => item !== undefined).length, 1);
});

test('whoever takes up a claim that ended gets the work that it left', async () => {
  await claim('taken-up', 'a', 0);
  const later: Pending = { cause: 'sweep', causeId: 'sweep-1', at: '2026-11-03T00:00:00Z' };
  assert.deepEqual(await claim('taken-up', 'b', LEASE_MS + 1, later), {
    claimOwner: 'b',
    claimUntil: 2 * LEASE_MS + 1,
    pending: PENDING,
  });
});

test('a claim tells what the ledger knows of the bucket', async () => {
  const known = {
    verdict: 'hold',
    compliantAt: '2026-11-01T00:00:00.000Z',
    belowSince: '2026-11-02T00:00:00.000Z',
    backfilled: '0123456789abcdef',
    repairs: [{ at: 'x', causeId: 'y', cause: 'sweep', replaced: {}, wrote: PENDING.replaced, policySha256: 'abc' }],
  };
  await update(local.clients.dynamoDb, {
    table: TABLE,
    key: { pk: 'BUCKET#known', sk: 'STATE' },
    set: { ...known, ofANewerVersion: 'ignored' },
  });
  assert.deepEqual(await claim('known', 'a', 0), {
    ...known,
    claimOwner: 'a',
    claimUntil: LEASE_MS,
    pending: PENDING,
  });
});

test('an item that no version of Reseal writes is an error that names it', async () => {
  const key = { pk: 'BUCKET#odd', sk: 'STATE' };
  await update(local.clients.dynamoDb, { table: TABLE, key, set: { repairs: 'many' } });
  await assert.rejects(claim('odd', 'a', 0), { code: 'ledger-failed', message: /^ledger item BUCKET#odd: repairs / });
});

test('finishing ends claim, work and being below at once, and leaves what was done', async () => {
  const held = assessmentOf('finished', { verdict: 'hold', attempt: 2, parked: true, observed: true });
  await createLedger(local.clients.dynamoDb, TABLE).record(held, '2026-11-02T10:00:00.000Z');
  await claim('finished', 'a', 0);
  const done = {
    compliantAt: '2026-11-02T10:16:31.000Z',
    backfilled: '0123456789abcdef',
    repairs: [
      {
        at: '2026-11-02T10:16:31.000Z',
        causeId: 'event-1',
        cause: 'encryption-deleted',
        replaced: { algorithm: 'AES256' },
        wrote: { algorithm: 'aws:kms', keyId: 'arn', bucketKey: true, blocked: ['SSE-C'] },
        policySha256: 'abc',
      },
    ],
    jobs: [JOB],
    leftovers: [],
  };
  const assessment = assessmentOf('finished', { actor: 'arn:aws:iam::111111111111:role/eve' });
  assert.equal(await claims().finish('a', assessment, done), true);
  const { token, jobId, objectClass, method } = JOB;
  assert.deepEqual(await itemOf('finished'), { ...assessment, ...done, jobs: [{ token, jobId, objectClass, method }] });
  assert.deepEqual(await jobItemOf('t'), { ...JOB, status: 'open', open: 'OPEN' });
});

test('a claim that another owner has meanwhile is not finished, and nothing is written', async () => {
  await claim('lost', 'a', 0);
  await claim('lost', 'b', LEASE_MS + 1);
  const item = await itemOf('lost');
  const done = { compliantAt: '2026-11-02T10:16:31.000Z', leftovers: [] };
  assert.equal(await claims().finish('a', assessmentOf('lost'), done), false);
  assert.equal(await claims().finish('a', assessmentOf('nobody-claimed'), done), false);
  assert.deepEqual([await itemOf('lost'), await itemOf('nobody-claimed')], [item, undefined]);
});

test('a job that is lost to the transaction is recorded all the same', async () => {
  const ended = { ...JOB, token: 'ended', bucket: 'quick' };
  const closed: ClosedJob = {
    status: 'complete',
    closedAt: '2026-11-02T10:16:30.000Z',
    jobId: 'j',
    bucket: 'quick',
    total: 1,
    succeeded: 1,
    failed: 0,
    failuresByCode: {},
    failedKeys: [],
  };
  await createJobLedger(local.clients.dynamoDb, TABLE).close('ended', closed);
  await claim('quick', 'a', 0);
  const running = { ...JOB, token: 'running', bucket: 'quick' };
  const done = { compliantAt: '2026-11-02T10:16:31.000Z', leftovers: [], jobs: [ended, running] };
  assert.equal(await claims().finish('a', assessmentOf('quick'), done), true);
  assert.equal('pending' in ((await itemOf('quick')) ?? {}), false);
  assert.deepEqual(await jobItemOf('ended'), { token: 'ended', ...closed });
  assert.deepEqual(await jobItemOf('running'), { ...running, status: 'open', open: 'OPEN' });
});

test('a release that undoes forgets the work, and one that is not sure keeps it', async () => {
  const below = '2026-11-02T10:15:30Z';
  for (const undone of [true, false]) {
    const bucket = `released-${undone}`;
    await claim(bucket, 'a', 0);
    const assessment = assessmentOf(bucket, { verdict: 'unreadable' });
    await claims().release('a', assessment, { undone, below });
    const expected = { ...assessment, belowSince: below, ...(undone ? {} : { pending: PENDING }) };
    assert.deepEqual(await itemOf(bucket), expected);
    assert.notEqual(await claim(bucket, 'b', 1), undefined);
  }
});

test('a release of a claim that is lost changes nothing', async () => {
  await claim('not-ours', 'a', 0);
  const item = await itemOf('not-ours');
  await claims().release('b', assessmentOf('not-ours'), { undone: true, below: '2026-11-02T10:15:30Z' });
  assert.deepEqual(await itemOf('not-ours'), item);
});
