import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { ResealError } from '../../src/errors.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { jobKey, type JobRequest, jobRequest } from '../../src/ledger/job-item.ts';
import type { CloseDeps } from '../../src/remediation/deps.ts';
import { present } from '../../src/present.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { A_VIA, aJob, anEnd } from '../ledger/a-job.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, REPORTS, tracking } from './guarded-account.ts';
import { write } from './objects.ts';

const BUCKET = { account: ACCOUNT, region: REGION, bucket: 'data' };

/** A versioned bucket of which each key was written so often, and a job for its noncurrent versions. */
async function queued(
  account: GuardedAccount,
  writes: Record<string, number>,
  over: Partial<JobRequest> = {},
): Promise<JobRequest> {
  const Bucket = await account.bucket('data');
  const { s3, dynamoDb } = account.clients;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const [key, times] of Object.entries(writes))
    for (let time = 0; time < times; time += 1) await write(account, Bucket, key);
  const job = aJob({ token: 'of-versions', objectClass: 'any', versions: true, keyArn: account.keyArn, ...over });
  const standing = { ...BUCKET, standardId: job.standardId };
  await update(dynamoDb, { table: TABLE, key: bucketKey(BUCKET), set: standing, count: 'rev' });
  assert.deepEqual(await updateAll(dynamoDb, [queueingOf(job, TABLE)]), []);
  return job;
}

const launch = (account: GuardedAccount, over: Partial<CloseDeps> = {}) =>
  trackJob({ account: ACCOUNT }, { ...account.trackDeps, ...tracking(account, over) });

test('a job of versions gets its list when it is launched: every noncurrent version, and none that is current', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { twice: 2, 'three times +': 3, once: 1 });
  assert.deepEqual(await launch(account), { kind: 'launched', jobs: 1 });
  const [job = assert.fail()] = await account.jobs();
  assert.deepEqual([job.status, job.counts.succeeded, job.counts.failed], ['Complete', 3, 0]);
  const { manifest } = jobRequest.parse(await account.jobItem(token));
  assert.match(String(manifest?.key), new RegExp(`^versions/data/${token}-[0-9a-f-]{36}[.]csv$`));
  assert.equal(manifest?.versioned, true);
  const { Body, ServerSideEncryption } = await account.clients.s3.send(
    new GetObjectCommand({ Bucket: REPORTS, Key: manifest?.key }),
  );
  const rows = ((await Body?.transformToString()) ?? '').trim().split('\n');
  const keys = rows.map((row) => row.split(',')[1] ?? '').toSorted();
  assert.deepEqual([keys, ServerSideEncryption], [['three%20times%20%2B', 'three%20times%20%2B', 'twice'], 'AES256']);
});

test('what there was no time to list is a job of its own, in the same transaction', async () => {
  await using account = await openGuardedAccount();
  const job = await queued(account, { twice: 2 });
  const marker = { key: 'twice', versionId: 'v' };
  const there = account.trackDeps.at(BUCKET);
  let asked = 0;
  const versionsManifest: CloseDeps['versionsManifest'] = async (versions, how) => {
    asked += 1;
    const whole = await there.versionsManifest({ ...versions, token: `part-${asked}` }, how);
    return asked === 1 ? { ...whole, marker } : whole;
  };
  assert.deepEqual(await launch(account, { versionsManifest }), { kind: 'launched', jobs: 1 });
  // The message that asks for the rest.
  await account.launch();
  const tokens = account.aws.jobs.all().map(({ request }) => request.ClientRequestToken ?? '');
  const [, rest = ''] = tokens;
  assert.equal(tokens[0], job.token);
  assert.partialDeepStrictEqual(await account.jobItem(rest), { versions: true, marker, attempt: 0, status: 'open' });
});

test('a list is made once, also where nobody could enter the account after it', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { twice: 2 });
  const there = account.trackDeps.at(BUCKET);
  const asked: string[] = [];
  const versionsManifest: CloseDeps['versionsManifest'] = async (job, how) => {
    asked.push(job.token);
    if (job.token !== token) return {};
    return { ...(await there.versionsManifest(job, how)), marker: { key: 'twice', versionId: 'v' } };
  };
  const startJob = () => Promise.reject(new ResealError('account-unreachable', 'no', { retryable: true }));
  assert.deepEqual(await launch(account, { versionsManifest, startJob }), { kind: 'launched', jobs: 0 });
  assert.deepEqual(await account.trackDeps.jobLedger.slotsOf(ACCOUNT), []);
  assert.deepEqual(await launch(account, { versionsManifest }), { kind: 'launched', jobs: 1 });
  const rest = asked.filter((each) => each !== token);
  assert.deepEqual([asked.length - rest.length, rest.length], [1, 1]);
  assert.equal((await account.jobItem(token))?.['status'], 'open');
});

test('a bucket without a noncurrent version has nothing to do, and S3 hears of no job', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { once: 1 });
  assert.deepEqual(await launch(account), { kind: 'launched', jobs: 0 });
  const { status, why, total } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, why, total], ['nothing-to-do', 'no noncurrent version was found', 0]);
  assert.deepEqual([await account.jobs(), await account.trackDeps.jobLedger.slotsOf(ACCOUNT)], [[], []]);
});

test('two that list at once make one job, of the list that it was created with', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { twice: 2 });
  const there = account.trackDeps.at(BUCKET);
  const startJob: CloseDeps['startJob'] = async (job, via) => {
    // Another invocation, which has read the job before it got its slot, lists one version more.
    await write(account, 'data', 'twice');
    const isOver = () => false;
    const { manifest } = await there.versionsManifest(job, { reportsBucket: REPORTS, isOver });
    const other = { ...aJob({ token }), ...present({ manifest }) };
    assert.equal(await account.trackDeps.jobLedger.claim(other, { via, ...present({ manifest }) }, 6), 'passed');
    return there.startJob(job, via);
  };
  await launch(account, { startJob });
  const [job = assert.fail(), ...more] = await account.jobs();
  assert.deepEqual([job.status, job.counts.succeeded, job.counts.failed, more.length], ['Complete', 1, 0, 0]);
  assert.equal((await account.jobItem(token))?.['status'], 'open');
});

test('where nobody may list the bucket its job is closed by name, and no message comes back for ever', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { twice: 2 });
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListObjectVersions', times: 1 });
  assert.deepEqual(await launch(account), { kind: 'launched', jobs: 0 });
  const { status, again, why } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, again], ['refused', 'next-sweep']);
  assert.match(String(why), /^the noncurrent versions of bucket data could not be listed: AccessDenied/);
  assert.deepEqual((await account.item('data'))?.['undone'], new Set([token]));
});

test('the list is made when the last attempt of the jobs of current objects has ended', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queued(account, { twice: 2 }, { after: ['first'] });
  const { clients, trackDeps } = account;
  const item = (name: string, set: Record<string, unknown>) =>
    update(clients.dynamoDb, { table: TABLE, key: jobKey(name), set, isBlind: true });
  const stands = async () => {
    await launch(account);
    return (await trackDeps.jobLedger.read(token))?.stands;
  };
  const [first, second] = ['first', 'second'].map((name) => aJob({ token: name }));
  const open = { jobId: 'job', via: A_VIA, status: 'open', launchedAt: first?.createdAt };
  await item('first', { ...first, ...open });
  assert.equal(await stands(), 'queued');
  await item('first', { ...anEnd(aJob({ token: 'first' })), again: 'next-sweep' });
  const undone = new Set(['first']);
  await update(clients.dynamoDb, { table: TABLE, key: bucketKey(BUCKET), set: { undone }, isBlind: true });
  assert.equal(await stands(), 'queued');
  await item('first', { again: 'now', nextToken: 'second' });
  await item('second', { ...second, ...open });
  assert.equal(await stands(), 'queued');
  await item('second', { ...anEnd(aJob({ token: 'second' })), again: 'no' });
  assert.equal(await stands(), 'open');
});
