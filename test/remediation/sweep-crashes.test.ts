import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginSweep } from '../../src/remediation/begin-sweep.ts';
import { assertTaken, namesOf, ONE, organization, THREE, TWO } from './an-organization.ts';
import { valueAt } from '../../src/problem.ts';
import { deliveredAgain, dyingAtCall } from './dying.ts';
import { ACCOUNT, openGuardedAccount } from './guarded-account.ts';
import { onEveryCall } from './recorded-calls.ts';
import { endOf, goOnToTheEnd, requestOf, swept } from './sweeping.ts';

for (const operation of ['GetItem', 'Query', 'UpdateItem', 'SendMessageBatch', 'SendMessage']) {
  for (const done of [false, true]) {
    test(`a crash ${done ? 'after' : 'before'} any ${operation} of a sweep of an organization skips no account, and it ends`, async () => {
      await using account = await openGuardedAccount();
      let ends = 0;
      const over = organization(account, {
        listAccounts: async function* listAccounts() {
          yield { account: ONE };
        },
        regionsOf: async () => ['eu-west-1'],
        countEnd: () => void (ends += 1),
      });
      const dying = dyingAtCall(account, operation, done);
      const again = deliveredAgain(dying);
      for (let at = 1; ; at += 1) {
        const request = requestOf({});
        ends = 0;
        dying.callsLeft = at;
        await again(() => beginSweep(request, { ...account.sweepDeps, ...over }));
        await goOnToTheEnd(account, over, again);
        const isOver = dying.callsLeft > 0;
        dying.callsLeft = 0;
        const { ended, accounts, buckets, unreached } = await endOf(account, request.id);
        assert.deepEqual([ended, accounts, buckets, unreached.accounts], [true, 2, 4, 0], `call ${at}`);
        await assertTaken(account, namesOf([ACCOUNT, ONE], ['eu-west-1']));
        if (isOver) return assert.ok(at > 1 && ends === 1);
      }
    });
  }
}

test('a sweep that is begun again where AWS Organizations answers less has the accounts of the first time, and takes all of them', async () => {
  await using account = await openGuardedAccount();
  const over = organization(account);
  const request = requestOf({});
  await beginSweep(request, { ...account.sweepDeps, ...over });
  const silent = { ...over, listAccounts: () => assert.fail('no answer') };
  const { accounts } = await beginSweep(request, { ...account.sweepDeps, ...silent });
  assert.equal(accounts, 4);
  await goOnToTheEnd(account, over);
  const { ended, buckets, accountsUnread } = await endOf(account, request.id);
  assert.deepEqual([ended, buckets, accountsUnread], [true, 16, undefined]);
  await assertTaken(account, namesOf([ACCOUNT, ONE, TWO, THREE]));
});

test('the end of a sweep is counted once, also where the answer to its write is lost and the SDK writes again', async () => {
  await using account = await openGuardedAccount();
  let ends = 0;
  onEveryCall(account.told, async ({ input }, send) => {
    const { sk, change } = { sk: valueAt(input, ['Key', 'sk', 'S']), change: valueAt(input, ['UpdateExpression']) };
    if (String(sk).startsWith('SWEEP#') && String(change).includes('endedAt')) await send();
    return send();
  });
  await swept(account, {}, { countEnd: () => void (ends += 1) });
  assert.equal(ends, 1);
});
