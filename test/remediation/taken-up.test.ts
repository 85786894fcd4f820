import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { isBegunOver } from '../../src/remediation/claim.ts';
import { Died, dyingAt, STEPS } from './dying.ts';
import { eventFact, sweepFact } from './facts.ts';
import { openGuardedAccount, policyWith } from './guarded-account.ts';
import { told } from './others.ts';
import { sseKms } from './rules.ts';

const LEASE_SECONDS = 75;

for (const step of STEPS.slice(0, 2)) {
  test(`a drift that was told before an invocation died ${step} says since when the bucket is below, whoever holds it later`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('weak');
    await account.put(bucket, sseKms(account.keyArn));
    await account.assess(sweepFact(account, bucket));
    account.advance(60);
    await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    const drift = eventFact(account, bucket, { cause: 'encryption-deleted' });
    account.advance(60);
    await assert.rejects(account.assess(drift, dyingAt(step, account.deps)), Died);
    account.advance(LEASE_SECONDS + 1);
    await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    const policy = policyWith({ standard: { algorithm: 'aws:kms', key: 'alias/absent' } });
    const [verdict] = told(await account.assess(sweepFact(account, bucket), { policy }));
    assert.deepEqual([verdict, (await account.item(bucket))?.['belowSince']], ['hold', drift.at]);
  });
}

test('work is begun over the rule that is there only where the claim says which it replaces', () => {
  const work = { id: 'p', cause: 'created', causeId: 'e', at: '2026-11-20T09:50:00Z' } as const;
  const found = { algorithm: 'AES256' };
  assert.equal(isBegunOver({ pending: { ...work, replaced: found } }, { ...found, bucketKey: false }), true);
  assert.equal(isBegunOver({ pending: { ...work, replaced: { algorithm: 'aws:kms' } } }, found), false);
  // Taken up from an invocation that recorded no rule: what it left stays in the ledger.
  assert.equal(isBegunOver({ pending: work }, found), false);
  assert.equal(isBegunOver({ pending: work }, {}), false);
});
