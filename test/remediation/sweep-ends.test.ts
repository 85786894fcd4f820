import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { parseJobMessage } from '../../src/intake/parse-job-message.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, openGuardedAccount, policyWith } from './guarded-account.ts';
import { sweepAll } from './others.ts';
import { beginSweep } from '../../src/remediation/begin-sweep.ts';
import { messages, ownMessages, requestOf, result, swept, sweepItem, SWEPT_AT } from './sweeping.ts';

test('a sweep that has ended is in the ledger with its counts, and sends nothing if it comes twice', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await swept(account, { id: 'sweep-1' }), result({ buckets: 1 }));
  const ended = await sweepItem(account, 'sweep-1');
  const { accounts, observe, scope, at, endedAt, buckets } = ended ?? {};
  assert.deepEqual(
    { accounts, observe, scope, at, endedAt, buckets },
    { accounts: 1, observe: false, scope: {}, at: SWEPT_AT, endedAt: account.now().toISOString(), buckets: 1 },
  );
  assert.equal((await messages(account)).length, 1);
  account.advance(60);
  assert.deepEqual(await swept(account, { id: 'sweep-1', at: '2026-11-02T10:01:00Z' }), result({ buckets: 1 }));
  assert.deepEqual([await messages(account), await sweepItem(account, 'sweep-1')], [[], ended]);
});

test('the end of a sweep of everything is counted, once, and that of some buckets is not', async () => {
  await using account = await openGuardedAccount();
  let ends = 0;
  const counted = { countEnd: () => void (ends += 1) };
  await swept(account, { prefix: 'a' }, counted);
  await swept(account, { buckets: ['data'] }, counted);
  assert.equal(ends, 0);
  await swept(account, { id: 'sweep-1' }, counted);
  await swept(account, { id: 'sweep-1' }, counted);
  assert.equal(ends, 1);
});

test('a sweep that failed at its beginning sends every account when it is tried again', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'internal-error', operation: 'SendMessageBatch', times: 1 });
  const request = requestOf({ id: 'sweep-1' });
  await assert.rejects(beginSweep(request, account.sweepDeps));
  assert.deepEqual(await ownMessages(account), []);
  assert.deepEqual(await swept(account, { id: 'sweep-1' }), result({ buckets: 1 }));
  assert.equal((await messages(account)).length, 1);
});

test('each sweep has the queued jobs of its accounts launched, and one of everything asks for the open ones too', async () => {
  await using account = await openGuardedAccount();
  await swept(account, { prefix: 'a' });
  const launching = { reseal: 'launch', version: 1, account: ACCOUNT };
  assert.deepEqual(await messages(account, account.sweepDeps.jobQueueUrl), [launching]);
  await swept(account, { prefix: 'a', observe: true });
  assert.deepEqual(await messages(account, account.sweepDeps.jobQueueUrl), []);
  await swept(account);
  const asked = await messages(account, account.sweepDeps.jobQueueUrl);
  assert.deepEqual(
    asked.map((message) => parseJobMessage(message)),
    [{ jobId: 'all-open' }, { account: ACCOUNT }],
  );
});

for (const [verdict, policy] of [
  ['compliant', { standard: { algorithm: 'AES256' } }],
  ['hold', { rules: [{ name: 'none', when: {}, standard: { algorithm: 'aws:kms', key: 'alias/not-there' } }] }],
] as const) {
  test(`a ${verdict} bucket whose deletion no event told is looked at and closed`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('data');
    await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy: policyWith(policy) });
    assert.equal((await account.item(bucket))?.['verdict'], verdict);
    await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    account.advance(60);
    const { result: told } = await sweepAll(account);
    assert.deepEqual([told.buckets, told.unlisted], [1, 1]);
    assert.equal((await account.item(bucket))?.['verdict'], 'gone');
    account.advance(60);
    assert.equal((await sweepAll(account)).result.unlisted, 0, 'what is closed is not looked at again');
  });
}

test('an account whose jobs could not be asked for is asked for again, although all its Regions were swept', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  const { queues, jobQueueUrl } = account.sweepDeps;
  let fails = 1;
  const sendAll: typeof queues.sendAll = async (url, bodies) => {
    if (url === jobQueueUrl && fails > 0) {
      fails -= 1;
      throw new Error('the queue was busy');
    }
    return queues.sendAll(url, bodies);
  };
  const task = { id: 'sweep-1', prefix: 'd' };
  await assert.rejects(swept(account, task, { queues: { ...queues, sendAll } }), { message: 'the queue was busy' });
  await swept(account, task);
  const launching = { reseal: 'launch', version: 1, account: ACCOUNT };
  assert.deepEqual(await messages(account, jobQueueUrl), [launching]);
});
