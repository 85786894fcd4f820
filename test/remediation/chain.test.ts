import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ResealError } from '../../src/errors.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { guarded, takeAway } from './drifted.ts';
import { Died, dyingAt } from './dying.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted } from './objects.ts';
import { sseKms } from './rules.ts';

/** Lambda stops a function that feeds its own queue at about 16 invocations in one chain; ours are to be half as long at most. */
const LONGEST_CHAIN = 8;

/** The error after which SQS gives the same message again, which is no new link of the chain. */
const comesBack = (error: unknown) =>
  error instanceof ResealError && error.code === 'claimed-elsewhere' && error.retryable;

/** An invocation dies after its claim. */
async function claimed(account: GuardedAccount): Promise<BucketTrigger> {
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  await assert.rejects(account.assess(trigger, dyingAt('before the write', account.deps)), Died);
  return trigger;
}

describe('row 8: a message whose bucket is claimed by an invocation that died', () => {
  test('is sent on once, delayed by what is left of the lease, with a count, and then does the work', async () => {
    await using account = await openGuardedAccount();
    const trigger = await claimed(account);
    account.advance(10);
    const again = laterTries(account);
    assert.equal((await account.assess(trigger)).kind, 'deferred');
    const sent = again.sent();
    assert.deepEqual(
      sent.map(({ delaySeconds }) => delaySeconds),
      [75 - 10 + 1],
    );
    const { actor, ...own } = trigger;
    assert.partialDeepStrictEqual(sent[0]?.trigger, { ...own, sends: 1 });
    assert.equal('actor' in (sent[0]?.trigger ?? assert.fail()), false);
    account.advance(66);
    const told = await account.assess(sent[0]?.trigger ?? assert.fail());
    assert.deepEqual([told.kind, told.jobs, again.sent()], ['repair', 1, []]);
    assert.deepEqual(await reencrypted(account, 'data'), ['after-first']);
    // Who it was is in the ledger, not in the message.
    assert.partialDeepStrictEqual((await account.item('data'))?.['repairs'], [{ actor }]);
  });

  test('and each of its duplicates begins one chain of two', async () => {
    await using account = await openGuardedAccount();
    const trigger = await claimed(account);
    const again = laterTries(account);
    for (let duplicate = 0; duplicate < 5; duplicate += 1) {
      account.advance(5);
      await account.assess(trigger);
    }
    assert.equal((await again.deliver()).length, 5);
  });
});

describe('row 8: no chain of later tries passes eight invocations', () => {
  test('where each finds the bucket claimed by another one that dies, and the bucket is repaired in the end', async () => {
    await using account = await openGuardedAccount();
    const trigger = await claimed(account);
    const again = laterTries(account);
    let invocations = 1;
    await account.assess(trigger);
    for (let [next] = again.sent(); next !== undefined; [next] = again.sent()) {
      account.advance(next.delaySeconds);
      // Another delivery of the event takes the bucket the moment that it is free, and dies as well.
      await assert.rejects(account.assess(trigger, dyingAt('before the write', account.deps)), Died);
      invocations += 1;
      try {
        await account.assess(next.trigger);
      } catch (error) {
        assert.ok(comesBack(error), String(error));
      }
    }
    assert.equal(invocations, LONGEST_CHAIN);
    account.advance(76);
    assert.equal((await account.assess({ ...trigger, sends: 7 })).kind, 'repair');
  });

  const TROUBLE: Record<string, (account: GuardedAccount, delivery: number) => Partial<AssessDeps>> = {
    'where the bucket cannot be read': ({ deps }) => ({
      encryption: {
        ...deps.encryption,
        read: async () => ({ kind: 'unreadable', code: 'InternalError', message: 'busy', denied: false }),
      },
    }),
    'where no job can be planned': () => ({
      objectPage: async () => {
        throw new Error('busy');
      },
    }),
    'where the bucket changes under every look': (account) => ({
      encryption: {
        ...account.deps.encryption,
        read: async (owned) => {
          const reading = await account.deps.encryption.read(owned);
          const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
          await account.put(owned.bucket, sseKms(other));
          return reading;
        },
      },
    }),
    'where it changes and cannot be read in turn': ({ deps }, delivery) => ({
      encryption: {
        ...deps.encryption,
        read: async (owned) =>
          delivery % 2 === 0
            ? { kind: 'unreadable', code: 'InternalError', message: 'busy', denied: false }
            : deps.encryption.read(owned),
        write: async () => {
          throw new Error('busy');
        },
      },
    }),
  };

  for (const [what, means] of Object.entries(TROUBLE)) {
    test(what, async () => {
      await using account = await openGuardedAccount();
      const bucket = await guarded(account);
      const trigger = await takeAway(account, bucket, 'first');
      const again = laterTries(account);
      let invocations = 1;
      let left: BucketTrigger | undefined;
      const tell = async (given: BucketTrigger) => {
        try {
          await account.assess(given, means(account, invocations));
        } catch (error) {
          assert.ok(comesBack(error), String(error));
          left = given;
        }
      };
      await tell(trigger);
      for (let [next] = again.sent(); next !== undefined; [next] = again.sent()) {
        account.advance(next.delaySeconds);
        invocations += 1;
        assert.ok(invocations <= LONGEST_CHAIN, `${invocations} invocations`);
        await tell(next.trigger);
      }
      account.advance(3_600);
      await account.assess(left ?? sweepFact(account, bucket));
      assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
    });
  }
});
