import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { seedOf } from '../../src/policy/plan/proof.ts';
import { closed, lastJob, startedJob } from './ended-jobs.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, tracking } from './guarded-account.ts';
import { reencrypted, stored, write } from './objects.ts';

/** Undoes what a job did to an object, as if it had never been: its time stays. */
async function undo(account: GuardedAccount, key: string, before: Awaited<ReturnType<typeof stored>>): Promise<void> {
  const object = (await stored(account, 'weak')).find((each) => each.key === key);
  const was = before.find((each) => each.key === key);
  if (object === undefined || was === undefined) assert.fail(`there is no object ${key}`);
  object.sealed = was.sealed;
}

/** The objects as they are before the job of a repair. */
async function written(account: GuardedAccount, keys: readonly string[]) {
  await account.bucket('weak');
  for (const key of keys) await write(account, 'weak', key);
  return structuredClone(await stored(account, 'weak'));
}

test('a job whose sample is right is proven, and nothing more is done', async () => {
  await using account = await openGuardedAccount();
  const keys = ['a', 'b c', 'd+ü'];
  await written(account, keys);
  const item = await closed(account, await startedJob(account, [], 100));
  assert.deepEqual(item.proof, { sampled: 3, seed: seedOf(item.token), missed: 0, unread: 0, changed: 0 });
  assert.deepEqual([item.status, item.again], ['complete', 'no']);
  assert.deepEqual(jobAnnouncements(item), []);
});

test('a miss opens the job again at once, and it is told', async () => {
  await using account = await openGuardedAccount();
  const keys = ['a', 'b', 'c'];
  const before = await written(account, keys);
  const job = await startedJob(account, [], 100);
  await account.jobs();
  await undo(account, 'b', before);
  const item = await closed(account, job);
  assert.deepEqual(item.proof, { sampled: 3, seed: seedOf(item.token), missed: 1, unread: 0, changed: 0, keys: ['b'] });
  assert.deepEqual([item.status, item.again], ['complete-with-failures', 'now']);
  assert.equal(jobAnnouncements(item).length, 1);
  const again = await closed(account, lastJob(account));
  assert.deepEqual([again.token, again.status, again.succeeded], [item.nextToken, 'complete', 1]);
  assert.deepEqual(again.proof?.missed, 0);
  assert.deepEqual(await reencrypted(account, 'weak'), keys);
});

test('what was changed or deleted since, or cannot be read, is counted apart', async () => {
  await using account = await openGuardedAccount();
  await written(account, ['deleted', 'fine', 'rewritten', 'unread']);
  const job = await startedJob(account, [], 100);
  await account.jobs();
  account.advance(60);
  await account.clients.s3.send(new DeleteObjectCommand({ Bucket: 'weak', Key: 'deleted' }));
  await write(account, 'weak', 'rewritten', { ServerSideEncryption: 'AES256' });
  account.aws.faults.add({ kind: 'access-denied', operation: 'HeadObject', bucket: 'weak', times: 1 });
  const { proof, again, status } = await closed(account, job);
  assert.equal(proof?.sampled, 4);
  assert.equal(proof.missed, 0);
  assert.equal(proof.unread, 1);
  assert.ok(proof.changed >= 1 && proof.changed <= 2);
  assert.deepEqual([status, again], ['complete', 'no']);
});

test('a sample is as large as it is asked for, and no object is read where none is', async () => {
  await using account = await openGuardedAccount();
  await written(
    account,
    Array.from({ length: 30 }, (_, at) => `key-${at}`),
  );
  const job = await startedJob(account, [], 7);
  await account.jobs();
  account.operations();
  const { proof } = await closed(account, job);
  assert.equal(proof?.sampled, 7);
  const heads = account.calls.filter(({ operation }) => operation === 'HeadObject');
  // And one for the length of the report.
  assert.equal(heads.length, 8);
});

test('a report that only has failed tasks proves nothing', async () => {
  await using account = await openGuardedAccount();
  await written(account, ['a']);
  account.aws.faults.add({ kind: 'access-denied', operation: 'UpdateObjectEncryption', times: 1 });
  const { proof, status } = await closed(account, await startedJob(account, [], 100));
  assert.deepEqual([proof, status], [undefined, 'complete-with-failures']);
});

/** How S3 answers where the bucket was made again in another Region, and the SDK where a report names no key. */
const ANSWERS: Record<string, Error> = {
  'in another Region': Object.assign(new Error('301'), { name: '301', $metadata: { httpStatusCode: 301 } }),
  'no object': new Error('Empty value provided for input HTTP label: Key.'),
};

for (const [what, error] of Object.entries(ANSWERS)) {
  test(`a job whose sample finds ${what} is closed all the same, and keeps no slot`, async () => {
    await using account = await openGuardedAccount();
    await written(account, ['a', 'b']);
    const job = await startedJob(account, [], 100);
    await account.jobs();
    const trigger = { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T10:05:00Z' };
    const readObject = () => Promise.reject(error);
    const over = tracking(account, { readObject });
    const outcome = await trackJob(trigger, { ...account.trackDeps, ...over });
    const proof = outcome.kind === 'closed' ? outcome.job.proof : assert.fail(outcome.kind);
    assert.deepEqual([proof?.sampled, proof?.unread], [2, 2]);
    assert.deepEqual(await account.trackDeps.jobLedger.slotsOf(ACCOUNT), []);
  });
}
