import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedJob } from '../../src/ledger/job-item.ts';
import { seedOf } from '../../src/policy/plan/proof.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { lastJob, startedJob, tokenOf } from './ended-jobs.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { reencrypted } from './objects.ts';
import { onEveryCall } from './recorded-calls.ts';

const KEYS = ['a', 'b', 'c'];

const READS = /^(?:Describe|Get|Head|List|Query)/;

class Died extends Error {}

/** An ended job with two failed tasks that may be tried again, whose end is told until it is recorded; the process dies around call number `at`, before it is sent or before its answer is heard. */
async function endedWith(at: number, when: 'before' | 'after') {
  const account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'throttle', operation: 'UpdateObjectEncryption', times: 2 });
  const job = await startedJob(account, KEYS, 100);
  await account.jobs();
  const calls: string[] = [];
  onEveryCall(account.told, async ({ operation }, send) => {
    calls.push(operation);
    if (calls.length !== at) return send();
    if (when === 'after') await send();
    throw new Died();
  });
  const trigger = { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T10:05:00Z' };
  let deaths = 0;
  for (;;) {
    try {
      await trackJob(trigger, account.trackDeps);
      break;
    } catch {
      deaths += 1;
      assert.ok(deaths <= 1);
    }
  }
  await account.launch();
  return { account, first: tokenOf(job), calls: [...calls] };
}

/** All that may differ from a run without a death: nothing. */
async function endOf(account: GuardedAccount, first: string) {
  const jobs = await account.jobs();
  const item = closedJob.parse(await account.jobItem(first));
  const again = lastJob(account);
  assert.equal(tokenOf(again), item.nextToken);
  const trigger = {
    jobId: again.id,
    account: ACCOUNT,
    region: REGION,
    status: again.status,
    at: '2026-11-02T10:06:00Z',
  };
  await trackJob(trigger, account.trackDeps);
  const next = closedJob.parse(await account.jobItem(tokenOf(again)));
  // Tokens follow from the key, which is another one each time.
  const { jobId: _, nextToken: __, token, proof, rest: left, report, list, ...rest } = item;
  assert.equal(left?.key, `retries/weak/${token}.csv`);
  assert.equal(proof?.seed, seedOf(token));
  return {
    item: {
      ...rest,
      rest: left.etag,
      proof: { ...proof, seed: '' },
      hasReport: report !== undefined,
      hasList: list !== undefined,
    },
    next: [next.status, next.total, next.again],
    jobs: jobs.map(({ status, counts }) => ({ status, ...counts })),
    done: await reencrypted(account, 'weak'),
  };
}

test('whatever call a process dies around while it closes a job, the end is the same, and each job is paid once', async () => {
  const whole = await endedWith(0, 'before');
  await using _whole = whole.account;
  const expected = await endOf(whole.account, whole.first);
  assert.deepEqual(expected.jobs, [
    { status: 'Complete', total: 3, succeeded: 1, failed: 2 },
    { status: 'Complete', total: 2, succeeded: 2, failed: 0 },
  ]);
  assert.deepEqual(expected.done, KEYS);
  assert.ok(whole.calls.length > 8, String(whole.calls));
  for (const [index, operation] of whole.calls.entries()) {
    // Once for each kind of call.
    if (whole.calls.indexOf(operation) !== index) continue;
    const at = index + 1;
    // A read whose answer is lost is a read that was never made.
    for (const when of READS.test(operation) ? (['before'] as const) : (['before', 'after'] as const)) {
      const { account, first } = await endedWith(at, when);
      await using _account = account;
      const end = await endOf(account, first);
      const { unread } = end.item.proof;
      // One object of the sample may not have been read.
      assert.ok(unread <= 1);
      const proof = { ...end.item.proof, unread: 0 };
      assert.deepEqual({ ...end, item: { ...end.item, proof } }, expected, `dead ${when} call ${at}, ${operation}`);
    }
  }
});
