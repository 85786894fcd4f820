import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EncryptionReading } from '../../src/aws/bucket/bucket-encryption.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { gate } from './gate.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted } from './objects.ts';
import { told } from './others.ts';
import { sseKms } from './rules.ts';

const READINGS: Record<string, EncryptionReading> = {
  'saw NoSuchBucket': { kind: 'gone' },
  'saw it in another Region': { kind: 'elsewhere', region: 'eu-central-1' },
  'saw a bucket of another account': {
    kind: 'unreadable',
    code: 'AccessDenied',
    message: 'Access Denied',
    denied: true,
  },
};

/** Means whose first look at the bucket is that of long ago, and waits until the test lets it go on. */
function lateLook(account: GuardedAccount, reading: EncryptionReading) {
  const { arrived, open, pass } = gate();
  const { deps } = account;
  let looks = 0;
  const over: Partial<AssessDeps> = {
    encryption: {
      ...deps.encryption,
      read: async (owned) => {
        if ((looks += 1) > 1) return deps.encryption.read(owned);
        await pass();
        return reading;
      },
    },
    bucketList: { findOwn: async () => ({ owned: false }) },
    bucketRegion: async () => 'eu-central-1',
    sendLater: async (body, delaySeconds) => {
      if (JSON.parse(body).region === REGION) await deps.sendLater(body, delaySeconds);
    },
  };
  return { over, arrived, open };
}

for (const [what, reading] of Object.entries(READINGS)) {
  describe(`row 4: an older look that ${what}`, () => {
    test('does not take the claim and the work of whoever repairs the bucket', async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const { over, arrived, open } = lateLook(account, reading);
      const late = account.assess(eventFact(account, bucket), over);
      await arrived;
      account.advance(1);
      const trigger = await takeAway(account, bucket, 'first');
      const inWork = gate();
      const repairing = account.assess(trigger, {
        ledger: {
          ...account.deps.ledger,
          settle: async (...end) => {
            await inWork.pass();
            return account.deps.ledger.settle(...end);
          },
        },
      });
      await inWork.arrived;
      const before = await account.item(bucket);
      open();
      await late;
      const { claimOwner, claimUntil, pending } = (await account.item(bucket)) ?? {};
      assert.ok(claimOwner !== undefined);
      assert.deepEqual(
        { claimOwner, claimUntil, pending },
        { claimOwner: before?.['claimOwner'], claimUntil: before?.['claimUntil'], pending: before?.['pending'] },
      );
      inWork.open();
      assert.equal((await repairing).jobs, 1);
      const { verdict, repairs, jobs } = (await account.item(bucket)) ?? {};
      assert.deepEqual(
        [verdict, Array.isArray(repairs) && repairs.length, Array.isArray(jobs) && jobs.length],
        ['repair', 1, 1],
      );
      assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
    });

    test('does not take the record of a repair that has ended', async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const { over, arrived, open } = lateLook(account, reading);
      const late = account.assess(eventFact(account, bucket), over);
      await arrived;
      account.advance(1);
      await account.assess(await takeAway(account, bucket, 'first'));
      const before = await account.item(bucket);
      account.advance(1);
      open();
      assert.equal((await late).kind, 'compliant');
      const { verdict, goneAt, covered } = (await account.item(bucket)) ?? {};
      assert.deepEqual([verdict, goneAt, covered], ['compliant', undefined, before?.['covered']]);
    });

    test('does not end a rollback, so nobody repairs the bucket again', async () => {
      await using account = await openGuardedAccount();
      const bucket = await account.bucket('data');
      const { over, arrived, open } = lateLook(account, reading);
      const late = account.assess(sweepFact(account, bucket), over);
      await arrived;
      account.advance(1);
      await account.assess(eventFact(account, bucket, { cause: 'created' }));
      account.advance(60);
      await rollback({ bucket, account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);
      const rule = await account.rule(bucket);
      account.advance(1);
      open();
      await late;
      const again = laterTries(account);
      account.advance(24 * 3_600);
      assert.deepEqual(told(await account.assess(sweepFact(account, bucket))), [
        'hold',
        ['rolled-back', 'weaker-algorithm'],
      ]);
      await again.deliver();
      assert.deepEqual(await account.rule(bucket), rule);
    });
  });
}

test('row 4: a look that saw NoSuchBucket after everything else closes the bucket', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  await account.put(bucket, sseKms(account.keyArn));
  const { over, arrived, open } = lateLook(account, { kind: 'gone' });
  const look = account.assess(eventFact(account, bucket), over);
  await arrived;
  open();
  assert.equal((await look).kind, 'ignored');
  assert.equal((await account.item(bucket))?.['verdict'], 'gone');
});

test('row 4: such a look leaves the claim of a rollback alone, and the hold stands', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  account.advance(60);
  const ledger: AssessDeps['ledger'] = {
    ...account.deps.ledger,
    claim: async (claim) => {
      const written = await account.deps.ledger.claim(claim);
      const { over, open } = lateLook(account, { kind: 'gone' });
      open();
      assert.equal((await account.assess(sweepFact(account, bucket), over)).kind, 'deferred');
      return written;
    },
  };
  await rollback({ bucket, account: ACCOUNT, region: REGION, by: 'ada' }, { ...account.deps, ledger });
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, bucket))), [
    'hold',
    ['rolled-back', 'weaker-algorithm'],
  ]);
});
