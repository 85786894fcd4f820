import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { guarded, takeAway } from './drifted.ts';
import { Died, dyingAt } from './dying.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted, write } from './objects.ts';

/** The most that AWS bears: beyond it S3 refuses the request (RequestTimeTooSkewed). */
const MINUTES = [5, 15] as const;

/** The clock of one invocation, wrong by so many minutes; it is right again in the next one. */
const skewed = (account: GuardedAccount, minutes: number): Pick<AssessDeps, 'now'> => ({
  now: () => new Date(account.now().getTime() + minutes * 60_000),
});

const codes = ({ reasons }: { reasons: readonly { code: string }[] }) => reasons.map(({ code }) => code);

for (const minutes of MINUTES) {
  describe(`row 18: a clock that was ${minutes} minutes ahead once`, () => {
    for (const who of ['a sweep that found the bucket right', 'a repair'] as const) {
      test(`in ${who}: the next drift is repaired at its first delivery, with its job`, async () => {
        await using account = await openGuardedAccount();
        const bucket = await guarded(account);
        if (who === 'a repair') {
          await account.assess(await takeAway(account, bucket, 'before'), skewed(account, minutes));
        } else {
          await account.assess(sweepFact(account, bucket), skewed(account, minutes));
        }
        account.advance(30);
        const again = laterTries(account);
        const trigger = await takeAway(account, bucket, 'after');
        const told = await account.assess(trigger);
        assert.deepEqual([told.kind, told.jobs], ['repair', 1]);
        assert.deepEqual(again.sent(), []);
        assert.ok((await reencrypted(account, bucket)).includes('after-after'));
      });
    }

    test('in a sweep: what a later sweep finds below is re-encrypted, although no event told of it', async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      await account.assess(sweepFact(account, bucket), skewed(account, minutes));
      account.advance(30);
      await takeAway(account, bucket, 'untold');
      const told = await account.assess(sweepFact(account, bucket, { causeId: 'later' }));
      assert.deepEqual([told.kind, told.jobs], ['repair', 1]);
      assert.deepEqual(await reencrypted(account, bucket), ['after-untold']);
    });

    test('in an invocation that dies after its claim: its message is sent on once, and then the work is done', async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const trigger = await takeAway(account, bucket, 'first');
      const dying = { ...dyingAt('before the write', account.deps), ...skewed(account, minutes) };
      await assert.rejects(account.assess(trigger, dying), Died);
      account.advance(30);
      const again = laterTries(account);
      assert.equal((await account.assess(trigger)).kind, 'deferred');
      const outcomes = await again.deliver();
      assert.deepEqual(
        outcomes.map(({ kind, jobs }) => [kind, jobs]),
        [['repair', 1]],
      );
      assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
    });
  });

  describe(`row 18: a clock that is ${minutes} minutes behind`, () => {
    for (const cause of ['created', 'encryption-deleted'] as const) {
      test(`sees an event of the future of a bucket that was ${cause}: its objects are re-encrypted`, async () => {
        await using account = await openGuardedAccount();
        const bucket = cause === 'created' ? await account.bucket('data') : await guarded(account);
        account.advance(3_600);
        const trigger =
          cause === 'created'
            ? eventFact(account, bucket, { cause })
            : { ...(await takeAway(account, bucket, 'first')), at: account.now().toISOString() };
        await write(account, bucket, 'object');
        account.advance(10);
        const told = await account.assess(trigger, skewed(account, -minutes));
        assert.deepEqual([told.kind, told.jobs, codes(told).includes('drift-start-unknown')], ['repair', 1, false]);
        assert.ok((await reencrypted(account, bucket)).includes('object'));
        const { leftovers } = (await account.item(bucket)) ?? {};
        assert.deepEqual(leftovers, []);
      });
    }

    test('in one that waits for a claim: it is sent on once, and not before the lease is over', async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const trigger = await takeAway(account, bucket, 'first');
      await assert.rejects(account.assess(trigger, dyingAt('before the write', account.deps)), Died);
      account.advance(10);
      const again = laterTries(account);
      assert.equal((await account.assess(trigger, skewed(account, -minutes))).kind, 'deferred');
      const [sent, ...others] = again.sent();
      assert.deepEqual([sent?.delaySeconds, others], [76, []]);
      account.advance(76);
      const told = await account.assess(sent?.trigger ?? assert.fail(), skewed(account, -minutes));
      assert.deepEqual([told.kind, told.jobs], ['repair', 1]);
    });
  });

  test(`row 18: parked by a clock ${minutes} minutes ahead and swept by one as much behind: the window is re-encrypted`, async () => {
    for (const [first, second] of [
      [minutes, 0],
      [minutes, -minutes],
      [-minutes, minutes],
    ] as const) {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const trigger = await takeAway(account, bucket, 'first');
      const again = laterTries(account);
      const fault = account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption' });
      await account.assess(trigger, skewed(account, first));
      await again.deliver(() => skewed(account, first));
      account.aws.faults.remove(fault);
      account.advance(60);
      const told = await account.assess(sweepFact(account, bucket), skewed(account, second));
      assert.deepEqual([told.kind, told.jobs], ['repair', 1], `${first} and ${second}`);
      assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
    }
  });
}
