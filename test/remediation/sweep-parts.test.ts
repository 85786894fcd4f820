import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResealError } from '../../src/errors.ts';
import type { SweepStep } from '../../src/intake/sweep-part-message.ts';
import { partKeys } from '../../src/ledger/sweep-item.ts';
import { beginSweep } from '../../src/remediation/begin-sweep.ts';
import { goOn, type SweepDeps } from '../../src/remediation/sweep.ts';
import type { SweptPlace } from '../../src/remediation/sweep-place.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { deliveredAgain, Died, dyingAtCall } from './dying.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import {
  goOnToTheEnd,
  inEach,
  listing,
  messages,
  ownMessages,
  requestOf,
  swept,
  sweepItem,
  SWEPT_AT,
} from './sweeping.ts';

const NAMES = ['app-1', 'app-2', 'app-3', 'data', 'logs-a', 'logs-b', 'logs-c'];

/** Seven buckets, of which the data bucket's and the apps' logs go to logs-a, in parts of three. */
const large = (account: GuardedAccount, over: Partial<SweptPlace> = {}): Partial<SweepDeps> => ({
  ...inEach(
    {
      ...listing(NAMES),
      logging: async ({ bucket }) => ({
        kind: 'read',
        value: bucket.startsWith('logs') ? undefined : { targetBucket: 'logs-a', prefix: '' },
      }),
      ...over,
    },
    account,
  ),
  mostInPart: 3,
});

/** The plan of the parts, as the ledger has it. */
const planOf = async (account: GuardedAccount, id: string) =>
  (await itemOf(account.clients.dynamoDb, partKeys({ account: ACCOUNT, region: REGION }, id).plan))?.['parts'];

/** What the sweep has sent, by name: which bucket, and whose logs go there. */
const sentBuckets = async (account: GuardedAccount) =>
  (await messages(account))
    .map(({ bucket, logSources }) => ({
      bucket: String(bucket),
      logs: Array.isArray(logSources) ? logSources.map((source) => source.bucket) : logSources,
    }))
    .toSorted((one, other) => one.bucket.localeCompare(other.bucket));

const EXPECTED = NAMES.map((bucket) => ({
  bucket,
  logs: bucket === 'logs-a' ? ['app-1', 'app-2', 'app-3', 'data'] : [],
}));

const ENDED = { buckets: 7, unlisted: 0, logTargets: 1, loggingUnread: { buckets: 0, first: [] }, missing: [] };

async function assertSwept(account: GuardedAccount, id: string): Promise<void> {
  const { buckets, unlisted, logTargets, loggingUnread, missing, endedAt } = (await sweepItem(account, id)) ?? {};
  assert.deepEqual({ buckets, unlisted, logTargets, loggingUnread, missing }, ENDED);
  assert.equal(endedAt, account.now().toISOString());
}

const nameOf = (step: SweepStep) => (step.step === 'account' ? 'account' : `${step.step} ${step.part}`);

test('a large account is swept in parts: all find who logs where before any sends', async () => {
  await using account = await openGuardedAccount();
  await beginSweep(requestOf({ id: 'large' }), account.sweepDeps);
  const order: string[] = [];
  await goOnToTheEnd(account, large(account), async (tell, step) => {
    if (step.step === 'buckets' && order.at(-1)?.startsWith('sources') === true)
      assert.equal((await sweepItem(account, 'large'))?.['endedAt'], undefined);
    order.push(nameOf(step));
    return tell();
  });
  const parts = (step: string) => [0, 1, 2].map((part) => `${step} ${part}`);
  assert.deepEqual(order[0], 'account');
  assert.deepEqual(order.slice(1, 4).toSorted(), parts('sources'));
  assert.deepEqual(order.slice(4).toSorted(), parts('buckets'));
  assert.deepEqual(await sentBuckets(account), EXPECTED);
  await assertSwept(account, 'large');
});

test('an account or a part that is delivered twice, or late, sends nothing twice and changes nothing', async () => {
  await using account = await openGuardedAccount();
  await beginSweep(requestOf({ id: 'twice' }), account.sweepDeps);
  const all: SweepStep[] = [];
  await goOnToTheEnd(account, large(account), async (tell, step) => {
    all.push(step);
    await tell();
    await tell();
  });
  const sent = await sentBuckets(account);
  assert.deepEqual(sent, EXPECTED);
  account.advance(3_600);
  for (const step of all) await goOn(step, { ...account.sweepDeps, ...large(account) });
  assert.deepEqual([await sentBuckets(account), await ownMessages(account)], [[], []]);
});

for (const operation of ['GetItem', 'Query', 'UpdateItem', 'SendMessageBatch']) {
  for (const done of [false, true]) {
    test(`a crash ${done ? 'after' : 'before'} any ${operation} repeats a message and skips nothing`, async () => {
      await using account = await openGuardedAccount();
      const over = { ...large(account), knownBuckets: async function* known() {} };
      const dying = dyingAtCall(account, operation, done);
      const again = deliveredAgain(dying);
      for (let at = 1; ; at += 1) {
        const request = requestOf({ id: `crash-${at}` });
        dying.callsLeft = at;
        await again(() => beginSweep(request, account.sweepDeps));
        await goOnToTheEnd(account, over, again);
        const sent = new Map((await sentBuckets(account)).map((each) => [each.bucket, each]));
        assert.deepEqual([...sent.values()], EXPECTED);
        await assertSwept(account, request.id);
        if (dying.callsLeft > 0) return assert.ok(at > 1);
      }
    });
  }
}

test('a beginning that crashed is begun again, with the plan that it had, and looks at what is listed no more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('unlisted');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  await beginSweep(requestOf({ id: 'again' }), account.sweepDeps);
  const [step] = await ownMessages(account);
  assert.ok(step);
  const dying = dyingAtCall(account, 'SendMessageBatch', false);
  // The first call sends what is listed no more, the second one the parts.
  dying.callsLeft = 2;
  await assert.rejects(goOn(step, { ...account.sweepDeps, ...large(account) }), Died);
  dying.isDead = false;
  const plan = await planOf(account, 'again');
  assert.ok(plan);
  await goOn(step, { ...account.sweepDeps, ...large(account, listing([...NAMES, 'zebra'])) });
  assert.deepEqual(await planOf(account, 'again'), plan);
  await goOnToTheEnd(account, large(account));
  const names = new Set((await sentBuckets(account)).map((each) => each.bucket));
  assert.deepEqual(names, new Set([...NAMES, 'unlisted']));
});

test('a part that cannot ask a bucket leaves "none" unknown for the buckets of all parts', async () => {
  await using account = await openGuardedAccount();
  const logging: SweptPlace['logging'] = async ({ bucket }) =>
    bucket === 'app-2' ? { kind: 'unread', why: 'denied', denied: true } : { kind: 'read', value: undefined };
  await swept(account, { id: 'unread' }, large(account, { logging }));
  assert.deepEqual(
    await sentBuckets(account),
    NAMES.map((bucket) => ({ bucket, logs: undefined })),
  );
  const { loggingUnread } = (await sweepItem(account, 'unread')) ?? {};
  assert.deepEqual(loggingUnread, { buckets: 1, first: ['app-2'] });
});

test('a large sweep of a prefix asks nobody where logs go, and an observing one says so in every message', async () => {
  await using account = await openGuardedAccount();
  const over = { ...large(account, { logging: async () => assert.fail('nobody is asked') }), mostInPart: 2 };
  const { buckets } = await swept(account, { id: 'apps', prefix: 'app-', observe: true }, over);
  assert.equal(buckets, 3);
  const sent = await messages(account);
  assert.deepEqual(
    sent.map(({ bucket }) => bucket),
    ['app-1', 'app-2', 'app-3'],
  );
  assert.deepEqual(
    new Set(sent.map(({ observe, at, causeId, logSources }) => JSON.stringify([observe, at, causeId, logSources]))),
    new Set([JSON.stringify([true, SWEPT_AT, 'apps', undefined])]),
  );
});

test('a part of a sweep that the ledger does not know is refused by name', async () => {
  await using account = await openGuardedAccount();
  const part = { sweep: 'nowhere', account: ACCOUNT, region: REGION, step: 'buckets', part: 1 } as const;
  await assert.rejects(goOn(part, account.sweepDeps), {
    code: 'malformed-message',
    message: 'Sweep nowhere: expected a sweep that the ledger knows, found none. Start another one.',
  });
  await beginSweep(requestOf({ id: 'small' }), account.sweepDeps);
  await assert.rejects(goOn({ ...part, sweep: 'small' }, account.sweepDeps), {
    code: 'malformed-message',
    message:
      'Part 1 of sweep small: expected a part that the ledger knows, found no such part of a sweep. Start another sweep.',
  });
});

for (const step of ['sources', 'buckets'] as const) {
  test(`an account that leaves before the ${step} of a part keeps no sweep open, and is named`, async () => {
    await using account = await openGuardedAccount();
    await beginSweep(requestOf({ id: 'left' }), account.sweepDeps);
    let hasLeft = false;
    const cause = Object.assign(new Error('not yours'), { name: 'AccessDenied' });
    const { bucketList } = listing(NAMES);
    const over = large(account, {
      bucketList: {
        ...bucketList,
        async *list(region, prefix) {
          if (hasLeft) throw new ResealError('account-unreachable', 'it left', { retryable: true, cause });
          yield* bucketList.list(region, prefix);
        },
      },
    });
    await goOnToTheEnd(account, over, async (tell, { step: now }) => {
      hasLeft ||= now === step;
      await tell();
    });
    const { endedAt, unreached, loggingUnread } = (await sweepItem(account, 'left')) ?? {};
    assert.ok(endedAt);
    const why = `not all of ${REGION} was swept (ResealError: it left)`;
    assert.deepEqual(unreached, { accounts: 1, first: [{ account: ACCOUNT, why }] });
    assert.deepEqual(loggingUnread, { buckets: step === 'sources' ? 3 : 0, first: [] });
    assert.deepEqual(await sentBuckets(account), []);
  });
}
