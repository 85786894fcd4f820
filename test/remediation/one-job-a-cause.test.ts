import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION, tracking } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Every job that S3 made, and those of which the ledger knows. */
async function jobsOf(account: GuardedAccount): Promise<{ made: number; recorded: number }> {
  const jobs = await account.jobs();
  const items = await Promise.all(jobs.map(({ request }) => account.jobItem(request.ClientRequestToken ?? '')));
  return { made: jobs.length, recorded: items.filter((item) => item !== undefined).length };
}

const ONE = { made: 1, recorded: 1 };

test('row 1: S3 made the job and its answer was lost six times: one job, and the ledger has it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  account.aws.faults.add({ kind: 'lost-answer', operation: 'CreateJob', times: 6 });
  assert.equal((await account.assess(trigger)).kind, 'repair');
  for (let sweep = 1; sweep <= 3; sweep += 1) {
    account.advance(DAY);
    await account.assess(sweepFact(account, bucket, { causeId: `sweep-${sweep}` }));
  }
  assert.deepEqual(await jobsOf(account), ONE);
  assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
});

test('row 1: an answer that comes too late to be heard leads to one job, whoever looks in between', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  let answers = 0;
  const there = account.trackDeps.at(account.deps);
  const startJob: typeof there.startJob = async (...args) => {
    const jobId = await there.startJob(...args);
    account.advance(6);
    if ((answers += 1) <= 6) throw new Error('no answer within 5 s');
    return jobId;
  };
  const launching = tracking(account, { startJob });
  await account.assess(trigger, {}, launching);
  for (let look = 0; look < 4; look += 1) {
    account.advance(HOUR);
    await account.assess(sweepFact(account, bucket, { causeId: `sweep-${look}` }), {}, launching);
    account.advance(60);
    await account.assess(trigger, {}, launching);
  }
  assert.deepEqual(await jobsOf(account), ONE);
});

for (const lost of [0, 1]) {
  test(`row 1: of two jobs the answer for number ${lost + 1} is lost: no job is made twice, and both are recorded`, async () => {
    await using account = await openGuardedAccount();
    const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const bucket = await guarded(account);
    const trigger = await takeAway(account, bucket, 'first');
    await account.put(bucket, sseKms(other));
    await write(account, bucket, 'under-other');
    let calls = 0;
    const there = account.trackDeps.at(account.deps);
    const startJob: typeof there.startJob = async (...args) => {
      const call = calls++;
      const jobId = await there.startJob(...args);
      if (call === lost) throw new Error('no answer');
      return jobId;
    };
    await account.assess(trigger, {}, tracking(account, { startJob }));
    account.advance(600);
    await account.launch();
    assert.deepEqual(await jobsOf(account), { made: 2, recorded: 2 });
    assert.deepEqual(await reencrypted(account, bucket), ['after-first', 'under-other']);
  });
}

/** Three drifts of one bucket, an hour apart, each repaired with its job. */
async function threeRepairs(account: GuardedAccount): Promise<BucketTrigger[]> {
  const bucket = await guarded(account);
  const facts: BucketTrigger[] = [];
  for (const causeId of ['first', 'second', 'third']) {
    const trigger = await takeAway(account, bucket, causeId);
    facts.push(trigger);
    assert.equal((await account.assess(trigger)).jobs, 1);
    account.advance(HOUR);
  }
  return facts;
}

for (const [later, seconds] of [
  ['an hour', HOUR],
  ['a day', DAY],
  ['31 days', 31 * DAY],
] as const) {
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2, 0],
  ]) {
    test(`row 2: ${later} after three repairs their events come again in the order ${order.join()}: no job more`, async () => {
      await using account = await openGuardedAccount();
      const facts = await threeRepairs(account);
      const again = laterTries(account);
      account.advance(seconds);
      for (const index of order) {
        await account.assess(facts[index] ?? assert.fail());
        account.advance(30);
      }
      await again.deliver();
      account.advance(DAY);
      await account.assess(sweepFact(account, 'data'));
      assert.deepEqual(await jobsOf(account), { made: 3, recorded: 3 });
    });
  }
}

test('row 2: an old event that finds the bucket below anew leads to the job of the new drift, and its own event to no other', async () => {
  await using account = await openGuardedAccount();
  const [first] = await threeRepairs(account);
  account.advance(DAY);
  const fourth = await takeAway(account, 'data', 'fourth');
  assert.equal((await account.assess(first ?? assert.fail())).kind, 'repair');
  account.advance(60);
  assert.equal((await account.assess(fourth)).kind, 'compliant');
  assert.deepEqual(await jobsOf(account), { made: 4, recorded: 4 });
  assert.deepEqual(await reencrypted(account, 'data'), ['after-first', 'after-fourth', 'after-second', 'after-third']);
});

/** Events of one bucket that loses and gets back its encryption every ten seconds, newest first; one object is from the first loss, one from the last. */
async function storm(account: GuardedAccount, last: 'put' | 'deleted', count: number): Promise<BucketTrigger[]> {
  const bucket = 'data';
  const facts: BucketTrigger[] = [];
  for (let event = 0; event < count; event += 1) {
    const isLoss = (event % 2 === 0) === (last === 'put');
    const cause = isLoss ? 'encryption-deleted' : 'encryption-put';
    facts.unshift(eventFact(account, bucket, { cause, causeId: `event-${event}` }));
    if (isLoss && (event < 2 || event >= count - 2)) {
      await account.put(bucket, SSE_S3);
      await write(account, bucket, event < 2 ? 'at-first' : 'at-last');
    }
    account.advance(10);
  }
  await account.put(bucket, last === 'put' ? sseKms(account.keyArn) : SSE_S3);
  account.advance(60);
  return facts;
}

/** Tells the events in batches of ten, so many batches at once. */
async function inBatches(
  account: GuardedAccount,
  facts: BucketTrigger[],
  batches: number,
  over: Partial<AssessDeps> = {},
) {
  const tell = async (batch: BucketTrigger[]) => {
    for (const trigger of batch) await account.assess(trigger, over);
  };
  for (let from = 0; from < facts.length; from += 10 * batches) {
    const begins = Array.from({ length: batches }, (_, batch) => from + 10 * batch);
    await Promise.all(begins.map((begin) => tell(facts.slice(begin, begin + 10))));
    account.advance(2);
  }
}

for (const { count, last, known, batches } of [
  { count: 30, last: 'put', known: true, batches: 1 },
  { count: 30, last: 'put', known: false, batches: 3 },
  { count: 30, last: 'deleted', known: true, batches: 2 },
  { count: 200, last: 'deleted', known: false, batches: 1 },
] as const) {
  const whose = known ? 'a bucket' : 'a bucket that nobody has looked at';
  test(`row 3: ${count} events of ${whose}, newest first and ${last} last, ${batches} batches at once: at most two jobs for its objects`, async () => {
    await using account = await openGuardedAccount();
    await (known ? guarded(account) : account.bucket('data'));
    const facts = await storm(account, last, count);
    const again = laterTries(account);
    await inBatches(account, facts, batches);
    await again.deliver();
    const { made, recorded } = await jobsOf(account);
    assert.ok(made <= 2, `${made} jobs`);
    assert.equal(recorded, made);
    assert.deepEqual(await reencrypted(account, 'data'), ['at-first', 'at-last']);
  });
}

test('row 3: under all the backfill is one job, and the events bring at most one more', async () => {
  await using account = await openGuardedAccount();
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  await account.bucket('data');
  const facts = await storm(account, 'put', 30);
  const again = laterTries(account);
  await inBatches(account, facts, 2, { policy });
  await again.deliver(() => ({ policy }));
  const { made } = await jobsOf(account);
  assert.ok(made <= 2, `${made} jobs`);
  assert.deepEqual(await reencrypted(account, 'data'), ['at-first', 'at-last']);
});
