import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTime } from '../../src/runtime/wire-assess.ts';
import { openGuardedAccount } from '../remediation/guarded-account.ts';
import { SSE_S3 } from '../remediation/rules.ts';

const OVER = { code: 'out-of-time', retryable: true };

test('no story waits past the time that is left, and with some left it does what it did before', async () => {
  await using account = await openGuardedAccount();
  const waited: number[] = [];
  const wait = async (ms: number) => void waited.push(ms);
  const deps = inTime({ ...account.deps, wait }, { timeLeftMs: () => 500 });
  await deps.wait(200);
  await assert.rejects(deps.wait(800), OVER);
  assert.deepEqual(waited, [200]);
  const bucket = await account.bucket('weak');
  await account.put(bucket, SSE_S3);
  const rule = { algorithm: 'AES256', bucketKey: true } as const;
  await deps.encryption.write({ bucket, account: account.deps.account, rule });
  assert.equal((await account.rule(bucket))?.BucketKeyEnabled, true);
});

test('what goes on after the answer changes nothing in S3', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('weak');
  const before = await account.rule(bucket);
  const deps = inTime(account.deps, { timeLeftMs: () => 0 });
  const { account: owner } = account.deps;
  await assert.rejects(deps.encryption.write({ bucket, account: owner, rule: { algorithm: 'aws:kms' } }), OVER);
  const job = { token: 't', class: 'SSE-S3', method: 'update-encryption', priority: 1 } as const;
  const standard = { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'none' } as const;
  await assert.rejects(deps.startJob(job, { bucket, account: owner, standard }, deps.jobSettings), OVER);
  assert.deepEqual([await account.rule(bucket), account.aws.jobs.all()], [before, []]);
});
