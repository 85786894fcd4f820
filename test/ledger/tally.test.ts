import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addToTally, emptyTally, FIRST_NAMES, type Tally, tallied } from '../../src/ledger/tally.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
const SINCE = '2026-11-01T00:00:00.000Z';
const bucket = (name: string, verdict?: string, more: object = {}) => ({
  sk: 'STATE',
  ...PLACE,
  bucket: name,
  ...(verdict === undefined ? {} : { verdict }),
  ...more,
});
const job = (more: object) => ({ sk: 'JOB', ...PLACE, bucket: 'orders', jobId: 'j-1', status: 'open', ...more });
const because = (...codes: string[]) => ({ reasons: codes.map((code) => ({ code, message: 'why' })) });

function tallyOf(...items: object[]): Tally {
  const tally = emptyTally();
  for (const item of items) addToTally(tally, tallied(Object.fromEntries(Object.entries(item))), SINCE);
  return tally;
}

describe('buckets', () => {
  test('are counted by verdict and place; one that is gone is not, and a repair that was only observed is no repair', () => {
    const tally = tallyOf(
      bucket('a', 'compliant'),
      bucket('b', 'repair'),
      bucket('c', 'repair', { observed: true }),
      bucket('d', 'hold', because('flapping')),
      bucket('e'),
      bucket('f', 'compliant', { goneAt: SINCE }),
      bucket('g', 'of a later version'),
    );
    assert.deepEqual(
      tally.verdicts,
      new Map([
        ['compliant', 1],
        ['repair', 1],
        ['observed', 1],
        ['hold', 1],
        ['unjudged', 1],
        ['of a later version', 1],
      ]),
    );
    assert.deepEqual(tally.places, new Map([['111122223333/eu-west-1', { buckets: 6, below: 2 }]]));
  });

  test('that are held or unreadable are named by the code of their first reason, the first names whatever the order', () => {
    const names = ['g', 'c', 'a', 'f', 'b', 'e', 'd'];
    const tally = tallyOf(
      ...names.map((name) => bucket(name, 'hold', because('rolled-back', 'flapping'))),
      bucket('x', 'unreadable', { ...because('read-denied'), parked: true }),
      bucket('y', 'unreadable', {}),
    );
    const held = tally.holds.get('rolled-back');
    assert.deepEqual([held?.count, held?.first.map((each) => each.bucket)], [7, ['a', 'b', 'c', 'd', 'e']]);
    assert.equal(held?.first.length, FIRST_NAMES);
    assert.deepEqual([...tally.unreadable.keys(), tally.parked], ['read-denied', 'unknown', 1]);
  });

  test('tell of exceptions that have ended or end soon, wherever among the reasons', () => {
    const tally = tallyOf(
      bucket('a', 'repair', because('key-other', 'exception-expired')),
      bucket('b', 'exempt', because('exception', 'exception-ending')),
    );
    assert.deepEqual([...tally.exceptions.keys()], ['exception-expired', 'exception-ending']);
  });
});

describe('jobs', () => {
  const closed = { closedAt: '2026-11-02T00:00:00.000Z', status: 'complete', succeeded: 10, failed: 0, failures: [] };
  const failed = { status: 'complete-with-failures', failed: 2, failures: [{ code: 'AccessDenied', count: 2 }] };

  test('are open or ended, with their objects and the codes of the failed ones', () => {
    const { jobs } = tallyOf(
      job({}),
      job({ ...closed }),
      job({ ...closed, ...failed, report: 's3://reports/manifest.json' }),
      job({ ...closed, status: 'nothing-to-do', succeeded: 0 }),
    );
    assert.deepEqual([jobs.open, jobs.ended, jobs.objects, jobs.failed], [1, 3, 20, 2]);
    assert.deepEqual(jobs.failures, new Map([['AccessDenied', 2]]));
    assert.deepEqual(jobs.bad, {
      count: 1,
      first: [{ ...PLACE, bucket: 'orders' }],
    });
  });

  test('that failed long ago are no news', () => {
    const { jobs } = tallyOf(job({ ...closed, ...failed, closedAt: '2026-10-02T00:00:00.000Z' }));
    assert.deepEqual([jobs.ended, jobs.failed, jobs.bad.count], [1, 0, 0]);
  });
});

test('an item that a later version has written in another shape is counted as odd', () => {
  const tally = tallyOf(
    bucket('a', 'compliant', { reasons: 'none' }),
    job({ failures: { AccessDenied: 1 } }),
    { sk: 'STATE' },
    bucket('b', 'compliant', { v: 2, later: true }),
  );
  assert.deepEqual([tally.odd, tally.verdicts.get('compliant')], [3, 1]);
});
