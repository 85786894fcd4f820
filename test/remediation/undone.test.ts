import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trackJob } from '../../src/remediation/track-job.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { reencrypted } from './objects.ts';

/** A repaired bucket whose one job S3 has refused. */
async function refused(account: GuardedAccount): Promise<string> {
  const bucket = await guarded(account);
  account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 1 });
  await account.assess(await takeAway(account, bucket, 'first'));
  assert.deepEqual(await account.jobs(), []);
  account.advance(60);
  return bucket;
}

test('the next sweep asks for what a job has left undone, and the one after it for nothing more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await refused(account);
  assert.equal((await account.assess(sweepFact(account, bucket, { causeId: 'sweep-1' }))).kind, 'compliant');
  const [job = assert.fail('no job')] = await account.jobs();
  assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
  const end = { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T12:00:00Z' };
  assert.equal((await trackJob(end, account.trackDeps)).kind, 'closed');
  account.advance(60);
  account.operations();
  await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }));
  assert.equal(account.operations().includes('SendMessage'), false);
  assert.equal((await account.jobs()).length, 1);
});

test('neither an event nor a look that changes nothing asks for it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await refused(account);
  await account.assess(eventFact(account, bucket));
  await account.assess(sweepFact(account, bucket, { observe: true }));
  await account.assess(sweepFact(account, bucket), { policy: policyWith({ objects: { reencrypt: 'none' } }) });
  assert.deepEqual(await account.jobs(), []);
  assert.equal((await account.item(bucket))?.['undone'] instanceof Set, true);
});

test('three attempts are made, and then somebody has to ask', async () => {
  await using account = await openGuardedAccount();
  const bucket = await refused(account);
  account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 2 });
  for (const causeId of ['sweep-1', 'sweep-2', 'sweep-3']) {
    account.advance(60);
    await account.assess(sweepFact(account, bucket, { causeId }));
  }
  assert.deepEqual([await account.jobs(), (await account.item(bucket))?.['undone']], [[], undefined]);
  const refusals = account.log.filter(({ message }) => message === 'job refused');
  assert.equal(refusals.length, 3);
  const token = String(refusals.at(-1)?.['token']);
  assert.deepEqual((await account.jobItem(token))?.['again'], 'no');
});

for (const [what, over] of [
  ['observes', { mode: 'observe' }],
  ['leaves objects alone', { objects: { reencrypt: 'none' } }],
] as const) {
  test(`what waits when the policy ${what} is never launched, and is due again when it no longer does`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    await account.assess(await takeAway(account, bucket, 'first'), {}, { mostActive: 0 });
    await account.assess(sweepFact(account, bucket, { causeId: 'sweep-1' }), { policy: policyWith(over) });
    await trackJob({ account: ACCOUNT }, account.trackDeps);
    assert.deepEqual([await account.jobs(), await account.trackDeps.jobLedger.slotsOf(ACCOUNT)], [[], []]);
    account.advance(60);
    await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }));
    assert.equal((await account.jobs()).length, 1);
    assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
  });
}

test('what a job leaves undone while somebody settles its bucket is asked for all the same', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  await account.assess(await takeAway(account, bucket, 'first'), {}, { mostActive: 0 });
  account.advance(60);
  const { ledger } = account.deps;
  const during: typeof ledger.settle = async (...end) => {
    account.aws.faults.add({ kind: 'access-denied', operation: 'CreateJob', times: 1 });
    await trackJob({ account: ACCOUNT }, account.trackDeps);
    return ledger.settle(...end);
  };
  const again = await takeAway(account, bucket, 'second');
  await account.assess(again, { ledger: { ...ledger, settle: during } });
  account.advance(60);
  await account.assess(sweepFact(account, bucket, { causeId: 'sweep-1' }));
  await account.jobs();
  assert.deepEqual(await reencrypted(account, bucket), ['after-first', 'after-second']);
  const refusals = account.log.filter(({ message }) => message === 'job refused');
  const token = String(refusals[0]?.['token']);
  assert.deepEqual([refusals.length, (await account.jobItem(token))?.['again']], [1, 'now']);
});
