import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ResealError } from '../../src/errors.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { onEveryCall } from './recorded-calls.ts';
import { BLOCKS_SSE_C, sseKms } from './rules.ts';

/** What the hub asks of its own account: it goes on whoever leaves. */
const IN_THE_HUB = ['GetItem', 'Query', 'UpdateItem', 'TransactWriteItems', 'SendMessage', 'SendMessageBatch'];

/** How an account that has left answers: the session is not given, or it is not taken any more. */
const ANSWERS: Record<string, () => Error> = {
  'lets nobody in': () =>
    new ResealError('account-unreachable', 'account 111111111111 cannot be reached', { retryable: true }),
  'takes no session': () =>
    Object.assign(new Error('The provided token is malformed or otherwise invalid.'), {
      name: 'InvalidToken',
      $metadata: { httpStatusCode: 400 },
    }),
  'knows no access key': () =>
    Object.assign(new Error('The AWS Access Key Id you provided does not exist in our records.'), {
      name: 'InvalidAccessKeyId',
      $metadata: { httpStatusCode: 403 },
    }),
};

/** The account leaves before the call of that number, counted from now on; 0 for never. */
function leaving({ told }: GuardedAccount, answer: () => Error) {
  const account = { leavesAt: 0, calls: 0 };
  onEveryCall(told, async ({ operation }, send) => {
    if (IN_THE_HUB.includes(operation)) return send();
    account.calls += 1;
    if (account.leavesAt > 0 && account.calls >= account.leavesAt) throw answer();
    return send();
  });
  return account;
}

async function drifted(account: GuardedAccount): Promise<BucketTrigger> {
  const Bucket = await account.bucket('weak');
  await account.put(Bucket, sseKms(account.keyArn));
  await account.assess(sweepFact(account, Bucket));
  account.advance(60);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  const trigger = eventFact(account, Bucket, { cause: 'encryption-deleted' });
  await account.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'object', Body: 'body' }));
  account.advance(60);
  return trigger;
}

for (const [what, answer] of Object.entries(ANSWERS)) {
  test(`an account that leaves in mid-repair and ${what} is named, tried few times, and loses nothing until it returns`, async () => {
    for (let at = 1; ; at += 1) {
      await using account = await openGuardedAccount();
      const trigger = await drifted(account);
      const member = leaving(account, answer);
      const later = laterTries(account);
      member.leavesAt = at;
      await account.assess(trigger);
      const isOver = member.calls < at;
      const tries = await later.deliver();
      assert.ok(tries.length <= 7, `${tries.length} tries after call ${at}`);
      const { verdict, reasons, parked, open } = (await account.item('weak')) ?? {};
      // A repaired bucket whose jobs are queued: only what they rest on was not read, and that stops nothing.
      if (!isOver && verdict !== 'repair') {
        assert.deepEqual([verdict, parked, open], ['unreadable', true, 'UNREADABLE'], `after call ${at}`);
        assert.match(JSON.stringify(reasons), /"code":"account-unreachable"/);
      }
      member.leavesAt = 0;
      account.advance(24 * 3_600);
      await account.assess(sweepFact(account, 'weak'));
      await later.deliver();
      assert.deepEqual(await account.rule('weak'), { ...sseKms(account.keyArn), ...BLOCKS_SSE_C });
      const item = (await account.item('weak')) ?? {};
      assert.deepEqual([item['pending'], item['claimOwner'], item['open']], [undefined, undefined, undefined]);
      const repairs = item['repairs'];
      assert.equal(Array.isArray(repairs) && repairs.length, 1, `repairs after call ${at}`);
      // Where uploads could not be listed, one more job looks for what they may have become.
      const [job, ...more] = await account.jobs();
      assert.deepEqual([job?.status, job?.counts.succeeded], ['Complete', 1], `jobs after call ${at}`);
      assert.ok(more.length <= 1 && more.every(({ counts }) => counts.succeeded === 0), `more jobs after call ${at}`);
      assert.ok(isOver || verdict !== 'repair' || at > 10, `repaired after call ${at}`);
      if (isOver) return assert.ok(at > 5);
    }
  });
}
