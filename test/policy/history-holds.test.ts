import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { History, PastRepair } from '../../src/policy/facts.ts';
import { historyHolds } from '../../src/policy/history-holds.ts';
import { bucketWith, NOW } from './literals.ts';

const ACTOR = 'arn:aws:iam::111122223333:role/team';
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

function repairs(count: number, change: Partial<PastRepair> = {}): PastRepair[] {
  return Array.from({ length: count }, (_, at) => {
    const when = hoursAgo(count - at);
    return { at: when, repairedAt: when, causeId: `e-${at}`, cause: 'encryption-put', actor: ACTOR, ...change };
  });
}

function codes(change: Partial<History>): string[] {
  const history = { repairs: [], logSources: [], ...change };
  const holds = historyHolds({ history, state: bucketWith({}), limits: { repairs: 3, hours: 24 }, now: NOW });
  return holds.map(({ code }) => code);
}

test('a bucket without a history is not held', () => assert.deepEqual(codes({}), []));

test('what people put back is held until somebody acknowledges', () => {
  assert.deepEqual(codes({ rolledBack: { at: hoursAgo(900), by: ACTOR } }), ['rolled-back']);
});

describe('flapping', () => {
  const rows: [name: string, history: Partial<History>, expected: string[]][] = [
    ['is as many repairs of one principal as the limit says', { repairs: repairs(3) }, ['flapping']],
    ['is not one fewer', { repairs: repairs(2) }, []],
    ['is not the same number by several', { repairs: [...repairs(2), ...repairs(2, { actor: 'other' })] }, []],
    ['is not what nobody is known to have done', { repairs: repairs(3).map(withoutActor) }, []],
    ['is not a pipeline that makes buckets', { repairs: repairs(3, { cause: 'created' }) }, []],
    ['is not what is older than the limit looks back', { repairs: repairs(3, { repairedAt: hoursAgo(25) }) }, []],
    ['is not what somebody has acknowledged', { repairs: repairs(3), acknowledgedAt: hoursAgo(1) }, []],
    [
      'goes on while somebody takes the encryption away from the held bucket',
      {
        repairs: repairs(3, { repairedAt: hoursAgo(25) }),
        flappingSince: hoursAgo(25),
        lastDrift: { at: hoursAgo(1), causeId: 'e-9', cause: 'encryption-deleted' },
      },
      ['flapping'],
    ],
  ];
  for (const [name, history, expected] of rows) test(name, () => assert.deepEqual(codes(history), expected));
});

test('both are told', () => {
  assert.deepEqual(codes({ rolledBack: { at: hoursAgo(1), by: ACTOR }, repairs: repairs(3) }), [
    'rolled-back',
    'flapping',
  ]);
});

function withoutActor(repair: PastRepair): PastRepair {
  const { actor: _, ...others } = repair;
  return others;
}
