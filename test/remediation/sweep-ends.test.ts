import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { eventFact } from './facts.ts';
import { ACCOUNT, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { sweepAll } from './others.ts';
import { messages, NOBODY_LOGS, result, swept, sweepItem, SWEPT_AT } from './sweeping.ts';

test('a sweep that has ended is in the ledger with its counts, and sends nothing if it comes twice', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await swept(account, { id: 'sweep-1' }), result({ buckets: 1, ...NOBODY_LOGS }));
  const ended = {
    v: 1,
    account: ACCOUNT,
    region: REGION,
    sweep: 'sweep-1',
    at: SWEPT_AT,
    observe: false,
    endedAt: account.now().toISOString(),
    buckets: 1,
    missing: [],
    ...NOBODY_LOGS,
  };
  assert.deepEqual(await sweepItem(account, 'sweep-1'), ended);
  assert.equal((await messages(account)).length, 1);
  account.advance(60);
  assert.deepEqual(
    await swept(account, { id: 'sweep-1', at: '2026-11-02T10:01:00Z' }),
    result({ buckets: 1, ...NOBODY_LOGS }),
  );
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

test('a sweep that failed before its end sends everything when it is tried again', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'internal-error', operation: 'SendMessageBatch', times: 1 });
  await assert.rejects(swept(account, { id: 'sweep-1' }));
  assert.equal((await sweepItem(account, 'sweep-1'))?.['endedAt'], undefined);
  assert.deepEqual(await swept(account, { id: 'sweep-1' }), result({ buckets: 1, ...NOBODY_LOGS }));
  assert.equal((await messages(account)).length, 1);
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
