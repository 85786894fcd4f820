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

function holdsOf(change: Partial<History>) {
  const history = { repairs: [], logSources: [], ...change };
  return historyHolds({ history, state: bucketWith({}), limits: { repairs: 3, hours: 24 }, now: NOW });
}

function codes(change: Partial<History>): string[] {
  return holdsOf(change).map(({ code }) => code);
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
    ['is not what is as old as the limit looks back', { repairs: repairs(3, { repairedAt: hoursAgo(24) }) }, []],
    ['is what is a little younger', { repairs: repairs(3, { repairedAt: hoursAgo(23.999) }) }, ['flapping']],
    ['is what came after an acknowledgement', { repairs: repairs(3), acknowledgedAt: hoursAgo(4) }, ['flapping']],
    [
      'is of the one who went too far, whoever else there is',
      { repairs: [...repairs(1, { actor: 'other' }), ...repairs(3)] },
      ['flapping'],
    ],
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

describe('flapping that goes on while the bucket is held', () => {
  const old = repairs(4, { repairedAt: hoursAgo(25) });
  const lastDrift = { at: hoursAgo(1), causeId: 'e-9', cause: 'encryption-deleted' };
  const held: Partial<History> = { repairs: old, flappingSince: hoursAgo(25), lastDrift };
  const rows: [name: string, change: Partial<History>][] = [
    ['is none where nobody has taken the encryption away since', { lastDrift: { ...lastDrift, at: hoursAgo(24) } }],
    ['is none where the last drift took nothing away', { lastDrift: { ...lastDrift, cause: 'created' } }],
    ['is none where no repair was answered', { repairs: [] }],
    ['ends with an acknowledgement', { acknowledgedAt: hoursAgo(1) }],
  ];
  for (const [name, change] of rows) test(name, () => assert.deepEqual(codes({ ...held, ...change }), []));

  test('begins with a hold: an old repair and a new drift are none', () => {
    assert.deepEqual(codes({ repairs: old, lastDrift }), []);
    assert.deepEqual(codes({ repairs: old, flappingSince: hoursAgo(25) }), []);
  });

  test('is told with as many of the last repairs as the limit says, and whence the last came', () => {
    const known = old.map((repair) => ({ ...repair, sourceAddress: '192.0.2.1', userAgent: 'aws-cli' }));
    const [told] = holdsOf({ ...held, repairs: known });
    assert.match(
      told?.message ?? '',
      /taken away 3 times in 24 hours by arn:\S+ from 192\.0\.2\.1 with aws-cli \(events e-1, e-2, e-3\)/,
    );
    const [plain] = holdsOf(held);
    assert.match(plain?.message ?? '', /role\/team \(events e-1, e-2, e-3\): find out why/);
  });
});

test('what holds is told with who, when, how often and what to run', () => {
  const run = 'reseal acknowledge logs --region eu-west-1 --table LEDGER_TABLE.';
  const rolledBack = { at: hoursAgo(1), by: ACTOR };
  assert.deepEqual(
    holdsOf({ rolledBack, repairs: repairs(3) }).map(({ message }) => message),
    [
      `Bucket logs was rolled back by ${ACTOR} at ${rolledBack.at}: it is left alone until somebody runs ${run}`,
      `The encryption of bucket logs was taken away 3 times in 24 hours by ${ACTOR} (events e-0, e-1, e-2): find out why, then run ${run}`,
    ],
  );
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
