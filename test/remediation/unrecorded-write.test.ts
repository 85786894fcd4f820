import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DisableKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { announcementsOf } from '../../src/announcements/announcements-of.ts';
import { judgedBucketItem } from '../../src/ledger/bucket-item.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { guarded, takeAway } from './drifted.ts';
import { Died, dyingAt, type Step } from './dying.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const LEASE_SECONDS = 75;
const OLD_RULE = { algorithm: 'AES256', bucketKey: false, blocked: ['SSE-C'] };

/** An invocation dies on a bucket that has lost its encryption, and its lease ends. */
async function died(account: GuardedAccount, step: Step): Promise<void> {
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  await assert.rejects(account.assess(trigger, dyingAt(step, account.deps)), Died);
  account.advance(LEASE_SECONDS + 1);
}

const exceptions = [{ when: { buckets: ['data'] }, reason: 'migration', owner: 'ada', until: '2026-12-31' }];

const NEXT: Record<string, { verdict: string; before?: (account: GuardedAccount) => Promise<unknown>; over: object }> =
  {
    'the policy only observes': { verdict: 'repair', over: { mode: 'observe' } },
    'an exception is published': { verdict: 'exempt', over: { exceptions } },
    'the key is disabled': {
      verdict: 'hold',
      over: {},
      before: ({ clients, keyArn }) => clients.kms.send(new DisableKeyCommand({ KeyId: keyArn })),
    },
    'the key is about to be deleted': {
      verdict: 'hold',
      over: {},
      before: ({ clients, keyArn }) =>
        clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyArn, PendingWindowInDays: 7 })),
    },
  };

async function repairsOf(account: GuardedAccount) {
  const { repairs } = (await account.item('data')) ?? {};
  return (Array.isArray(repairs) ? repairs : []).map(
    ({ replaced, wrote, causeId }: { replaced: unknown; wrote: { keyId?: string }; causeId: string }) => ({
      replaced,
      keyId: wrote.keyId,
      causeId,
    }),
  );
}

const rollBack = (account: GuardedAccount) =>
  rollback({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);

for (const [what, { verdict, before, over }] of Object.entries(NEXT)) {
  describe(`row 15: an invocation dies after its write, then ${what}`, () => {
    for (const step of ['after the write', 'before the end'] as const) {
      for (const who of ['event', 'sweep'] as const) {
        test(`and the look of the next ${who} records what it replaced, for a rollback at once (died ${step})`, async () => {
          await using account = await openGuardedAccount();
          await died(account, step);
          const old = await account.item('data');
          await before?.(account);
          const policy = policyWith(over);
          const trigger =
            who === 'event' ? eventFact(account, 'data', { causeId: 'later' }) : sweepFact(account, 'data');
          const outcome = await account.assess(trigger, { policy });
          const item = await account.item('data');
          assert.ok(['compliant', verdict].includes(outcome.kind), outcome.kind);
          const repair = { replaced: OLD_RULE, keyId: account.keyArn, causeId: 'first' };
          assert.deepEqual(await repairsOf(account), [repair]);
          const [after, asBefore] = [judgedBucketItem.parse(item), judgedBucketItem.parse(old)];
          const { announcements } = announcementsOf({ before: asBefore, after, announced: undefined });
          assert.deepEqual(announcements[0]?.kind, 'bucket-repaired');
          account.advance(LEASE_SECONDS + 1);
          assert.deepEqual((await rollBack(account)).restored, OLD_RULE);
          assert.deepEqual(await account.rule('data'), { ...SSE_S3, ...BLOCKS_SSE_C });
          account.advance(60);
          const held = await account.assess(eventFact(account, 'data'));
          assert.deepEqual(told(held)[1][0], 'rolled-back');
        });
      }
    }
  });
}

test('row 15: what a dead invocation wrote is rolled back before anybody has looked, and recorded once', async () => {
  await using account = await openGuardedAccount();
  await died(account, 'after the write');
  assert.deepEqual((await rollBack(account)).restored, OLD_RULE);
  assert.deepEqual(await repairsOf(account), [{ replaced: OLD_RULE, keyId: account.keyArn, causeId: 'first' }]);
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, 'data'))).kind, 'hold');
  assert.deepEqual((await repairsOf(account)).length, 1);
});

test('row 15: a write whose answer was lost and that reads back wrong is a repair, although the policy only observes then', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  account.aws.faults.add({ kind: 'lost-answer', operation: 'PutBucketEncryption', times: 1 });
  await account.assess(trigger);
  account.advance(LEASE_SECONDS + 1);
  await account.assess(sweepFact(account, bucket), { policy: policyWith({ mode: 'observe' }) });
  assert.deepEqual(await repairsOf(account), [{ replaced: OLD_RULE, keyId: account.keyArn, causeId: 'first' }]);
});

test('row 15: an invocation that died before its write leaves no repair behind', async () => {
  await using account = await openGuardedAccount();
  await died(account, 'before the write');
  const policy: AssessDeps['policy'] = policyWith({ exceptions });
  assert.equal((await account.assess(sweepFact(account, 'data'), { policy })).kind, 'exempt');
  const { repairs, pending } = (await account.item('data')) ?? {};
  assert.deepEqual([repairs, pending], [undefined, undefined]);
  await account.put('data', sseKms(account.keyArn));
  await assert.rejects(rollBack(account), { code: 'not-rolled-back' });
});
