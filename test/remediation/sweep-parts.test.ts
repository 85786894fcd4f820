import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSweepPart, type SweepPart } from '../../src/intake/sweep-part-message.ts';
import type { SweepDeps } from '../../src/remediation/sweep.ts';
import { sweepPart } from '../../src/remediation/sweep-part.ts';
import { Died } from './dying.ts';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { onEveryCall } from './recorded-calls.ts';
import { listing, messages, swept, sweepItem, SWEPT_AT } from './sweeping.ts';

const NAMES = ['app-1', 'app-2', 'app-3', 'data', 'logs-a', 'logs-b', 'logs-c'];

/** Seven buckets, of which the data bucket's and the apps' logs go to logs-a, in parts of three. */
const LARGE: Partial<SweepDeps> = {
  ...listing(NAMES),
  mostInPart: 3,
  logging: async ({ bucket }) => ({
    kind: 'read',
    value: bucket.startsWith('logs') ? undefined : { targetBucket: 'logs-a', prefix: '' },
  }),
};

/** The messages that the function has sent to itself. */
const ownMessages = async (account: GuardedAccount): Promise<SweepPart[]> =>
  (await messages(account, account.sweepDeps.membershipQueueUrl)).map((message) => parseSweepPart(message));

/** Hands the function its own messages until there are none; `deliver` stands between. Returns the longest chain of invocations. */
async function runParts(
  account: GuardedAccount,
  over: Partial<SweepDeps> = {},
  deliver: (tell: () => Promise<unknown>, part: SweepPart) => Promise<unknown> = (tell) => tell(),
): Promise<number> {
  const deps = { ...account.sweepDeps, ...LARGE, ...over };
  for (let chain = 1; ; chain += 1) {
    const parts = await ownMessages(account);
    if (parts.length === 0) return chain;
    for (const part of parts) await deliver(() => sweepPart(part, deps), part);
  }
}

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

test('a large account is swept in parts: all find who logs where before any sends, in a chain of three', async () => {
  await using account = await openGuardedAccount();
  const begun = await swept(account, { id: 'large' }, LARGE);
  assert.deepEqual([begun.buckets, begun.parts, begun.logTargets], [7, 3, undefined]);
  assert.deepEqual(await messages(account), []);
  assert.equal((await sweepItem(account, 'large'))?.['endedAt'], undefined);
  const order: string[] = [];
  const chain = await runParts(account, {}, async (tell, { step, part }) => {
    order.push(`${step} ${part}`);
    return tell();
  });
  assert.equal(chain, 3);
  assert.deepEqual(
    order.toSorted().reverse(),
    [2, 1, 0].flatMap((part) => [`sources ${part}`]).concat('buckets 2', 'buckets 1', 'buckets 0'),
  );
  assert.deepEqual(await sentBuckets(account), EXPECTED);
  await assertSwept(account, 'large');
});

test('a part that is delivered twice, or late, sends nothing twice and changes nothing', async () => {
  await using account = await openGuardedAccount();
  await swept(account, { id: 'twice' }, LARGE);
  const all: SweepPart[] = [];
  await runParts(account, {}, async (tell, part) => {
    all.push(part);
    await tell();
    await tell();
  });
  const sent = await sentBuckets(account);
  assert.deepEqual(sent, EXPECTED);
  account.advance(3_600);
  for (const part of all) await sweepPart(part, { ...account.sweepDeps, ...LARGE });
  assert.deepEqual([await sentBuckets(account), await ownMessages(account)], [[], []]);
});

for (const operation of ['GetItem', 'Query', 'UpdateItem', 'SendMessageBatch']) {
  for (const done of [false, true]) {
    test(`a crash ${done ? 'after' : 'before'} any ${operation} repeats a part and skips none`, async () => {
      await using account = await openGuardedAccount();
      const large = { ...LARGE, knownBuckets: async function* known() {} };
      const dying = dyingAt(account, operation, done);
      for (let at = 1; ; at += 1) {
        const id = `crash-${at}`;
        await swept(account, { id }, large);
        dying.callsLeft = at;
        // What is not answered is delivered again.
        await runParts(account, {}, (tell) =>
          tell().catch((error) => (error instanceof Died ? tell() : assert.fail(error))),
        );
        const sent = new Map((await sentBuckets(account)).map((each) => [each.bucket, each]));
        assert.deepEqual([...sent.values()], EXPECTED);
        await assertSwept(account, id);
        if (dying.callsLeft > 0) return assert.ok(at > 1);
      }
    });
  }
}

/** Every invocation that makes the last of so many calls of that operation dies, before or after AWS has done it. */
function dyingAt({ told }: GuardedAccount, operation: string, done: boolean): { callsLeft: number } {
  const dying = { callsLeft: 0 };
  onEveryCall(told, async (call, send) => {
    if (call.operation !== operation || dying.callsLeft === 0) return send();
    dying.callsLeft -= 1;
    if (dying.callsLeft > 0) return send();
    if (done) await send();
    throw new Died();
  });
  return dying;
}

test('a beginning that crashed is begun again, with the plan that it had, and looks at what is listed no more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('unlisted');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  account.aws.faults.add({ kind: 'internal-error', operation: 'SendMessageBatch', times: 1 });
  await assert.rejects(swept(account, { id: 'again' }, LARGE));
  account.aws.faults.add({ kind: 'lost-answer', operation: 'UpdateItem', times: 1 });
  const told = await swept(account, { id: 'again' }, LARGE);
  assert.deepEqual([told.unlisted, told.parts], [1, 3]);
  const plan = (await sweepItem(account, 'again'))?.['parts'];
  const grown = await swept(account, { id: 'again' }, { ...LARGE, ...listing([...NAMES, 'zebra']) });
  assert.deepEqual([grown.buckets, (await sweepItem(account, 'again'))?.['parts']], [8, plan]);
  await runParts(account);
  const names = new Set((await sentBuckets(account)).map((each) => each.bucket));
  assert.deepEqual(names, new Set([...NAMES, 'unlisted']));
});

test('a part that cannot ask a bucket leaves "none" unknown for the buckets of all parts', async () => {
  await using account = await openGuardedAccount();
  const logging: SweepDeps['logging'] = async ({ bucket }) =>
    bucket === 'app-2' ? { kind: 'unread', why: 'denied', denied: true } : { kind: 'read', value: undefined };
  await swept(account, { id: 'unread' }, { ...LARGE, logging });
  await runParts(account, { logging });
  assert.deepEqual(
    await sentBuckets(account),
    NAMES.map((bucket) => ({ bucket, logs: undefined })),
  );
  const { loggingUnread } = (await sweepItem(account, 'unread')) ?? {};
  assert.deepEqual(loggingUnread, { buckets: 1, first: ['app-2'] });
});

test('a large sweep of a prefix asks nobody where logs go, and an observing one says so in every message', async () => {
  await using account = await openGuardedAccount();
  const over = { ...LARGE, mostInPart: 2 };
  const begun = await swept(account, { id: 'apps', prefix: 'app-', observe: true }, over);
  assert.deepEqual([begun.buckets, begun.parts], [3, 2]);
  const never = async () => assert.fail('nobody is asked');
  assert.equal(await runParts(account, { ...over, logging: never }), 2);
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
  await assert.rejects(sweepPart({ sweep: 'nowhere', step: 'buckets', part: 1 }, account.sweepDeps), {
    code: 'malformed-message',
    message:
      'Part 1 of sweep nowhere: expected a part that the ledger knows, found no such sweep. Start another sweep.',
  });
});
