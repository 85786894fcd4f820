import assert from 'node:assert/strict';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SweepRequest } from '../../src/intake/parse-sweep-request.ts';
import { sweep, type SweepDeps } from '../../src/remediation/sweep.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { ACCOUNT, type GuardedAccount, REGION } from './guarded-account.ts';

export const SWEPT_AT = '2026-11-02T10:00:00Z';

let sweeps = 0;

/** One sweep, a new one where no id is asked for, and what it came to. */
export async function swept(
  account: GuardedAccount,
  request: Partial<SweepRequest> = {},
  over: Partial<SweepDeps> = {},
) {
  sweeps += 1;
  const asked = { observe: false, id: `sweep-number-${sweeps}`, at: SWEPT_AT, ...request };
  const { sweep: id, ...came } = await sweep(asked, { ...account.sweepDeps, ...over });
  assert.equal(id, asked.id);
  return came;
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

export const result = (over: object) => ({
  account: ACCOUNT,
  region: REGION,
  observe: false,
  buckets: 0,
  missing: [],
  parked: [],
  ...over,
});

/** What only a sweep of everything can say. */
export const NOBODY_LOGS = { unlisted: 0, logTargets: 0, loggingUnread: { buckets: 0, first: [] } };

/** A list of buckets that are not really there. */
export const listing = (names: Iterable<string>): Pick<SweepDeps, 'bucketList'> => ({
  bucketList: {
    list: async function* list(_, prefix = '') {
      for (const name of names) if (name.startsWith(prefix)) yield name;
    },
    listDirectory: async function* listDirectory() {},
  },
});

export const sweepItem = (account: GuardedAccount, id: string) =>
  itemOf(account.clients.dynamoDb, { pk: `SWEEP#${ACCOUNT}/${REGION}`, sk: `SWEEP#${id}` });
