import assert from 'node:assert/strict';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { parseSweepPart, type SweepStep } from '../../src/intake/sweep-part-message.ts';
import { beginSweep } from '../../src/remediation/begin-sweep.ts';
import { goOn, type SweepDeps } from '../../src/remediation/sweep.ts';
import type { SweptPlace } from '../../src/remediation/sweep-place.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import type { GuardedAccount } from './guarded-account.ts';

export const SWEPT_AT = '2026-11-02T10:00:00Z';

let sweeps = 0;

/** A new sweep where no id is asked for, and what it is asked for; a scope stands beside the rest. */
export function requestOf(asked: Partial<Omit<SweepRequest, 'scope'> & SweepRequest['scope']> = {}): SweepRequest {
  sweeps += 1;
  const { id = `sweep-number-${sweeps}`, at = SWEPT_AT, observe = false, ...scope } = asked;
  return { id, at, observe, scope };
}

/** One whole sweep, with all messages that the function sends to itself, and what the ledger says that it came to. */
export async function swept(
  account: GuardedAccount,
  asked: Parameters<typeof requestOf>[0] = {},
  over: Partial<SweepDeps> = {},
) {
  const request = requestOf(asked);
  const deps = { ...account.sweepDeps, ...over };
  const begun = await beginSweep(request, deps);
  assert.equal(begun.sweep, request.id);
  await goOnToTheEnd(account, over);
  return endOf(account, request.id);
}

/** Does what the function has sent to itself, and what that brings, and tells how many messages there were. */
export async function goOnToTheEnd(
  account: GuardedAccount,
  over: Partial<SweepDeps> = {},
  how: (tell: () => Promise<unknown>, step: SweepStep) => Promise<unknown> = (tell) => tell(),
): Promise<number> {
  let count = 0;
  for (;;) {
    const steps = await ownMessages(account);
    if (steps.length === 0) return count;
    count += steps.length;
    for (const step of steps) await how(() => goOn(step, { ...account.sweepDeps, ...over }), step);
  }
}

/** The messages that the function has sent to itself. */
export async function ownMessages(account: GuardedAccount): Promise<SweepStep[]> {
  return (await messages(account, account.sweepDeps.membershipQueueUrl)).map((message) => parseSweepPart(message));
}

/** Puts what would wait into the queue of the function at once. */
export const sendNow =
  ({ sweepDeps: { queues, membershipQueueUrl } }: GuardedAccount): SweepDeps['sendLater'] =>
  (body, group) =>
    queues.sendAll(membershipQueueUrl, [{ body, group }]);

/** What the ledger says of the end of a sweep, without what every item has. */
export async function endOf(account: GuardedAccount, id: string) {
  const item = await account.sweepDeps.sweeps.read(id);
  assert.ok(item, `no sweep ${id}`);
  const { sweep: _, at: __, scope: ___, found: ____, endedAt, ...told } = item;
  return { ...told, ended: endedAt !== undefined };
}

/** Every message in a queue, that of the buckets where nothing else is said. They are taken out. */
export async function messages(
  account: GuardedAccount,
  QueueUrl = account.sweepDeps.sweepQueueUrl,
): Promise<Record<string, unknown>[]> {
  const bodies: string[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await account.clients.sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0) return bodies.map((body) => JSON.parse(body));
    bodies.push(...Messages.map(({ Body }) => Body ?? ''));
  }
}

/** What a sweep of one account came to. */
export const result = (over: object = {}) => ({
  observe: false,
  accounts: 1,
  accountsDone: 1,
  ended: true,
  buckets: 0,
  unlisted: 0,
  logTargets: 0,
  loggingUnread: { buckets: 0, first: [] },
  missing: [],
  unreached: { accounts: 0, first: [] },
  ...over,
});

/** Other means in every account and Region. */
export const inEach = (over: Partial<SweptPlace>, account: GuardedAccount): Pick<SweepDeps, 'here'> => ({
  here: (place) => ({ ...account.sweepDeps.here(place), ...over }),
});

/** A list of buckets that are not really there. */
export const listing = (names: Iterable<string>): Pick<SweptPlace, 'bucketList'> => ({
  bucketList: {
    list: async function* list(_, prefix = '') {
      for (const name of names) if (name.startsWith(prefix)) yield name;
    },
    listDirectory: async function* listDirectory() {},
    listTables: async function* listTables() {},
    listVectors: async function* listVectors() {},
  },
});

export const sweepItem = (account: GuardedAccount, id: string) =>
  itemOf(account.clients.dynamoDb, { pk: 'SWEEP#all', sk: `SWEEP#${id}` });
