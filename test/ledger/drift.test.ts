import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { driftAt, earliest, isBefore, latest, newestDrift, type Reported } from '../../src/ledger/drift.ts';

const LOOKED_AT = '2026-11-20T10:00:00.500Z';

describe('an event says since when the bucket may be below', () => {
  const cases: [string, string, string, string | undefined][] = [
    ['its own time', 'encryption-put', '2026-11-20T09:58:00Z', '2026-11-20T09:58:00Z'],
    ['a new bucket', 'created', '2026-11-20T09:58:00Z', '2026-11-20T09:58:00Z'],
    ['not a sweep', 'sweep', '2026-11-20T09:58:00Z', undefined],
    ['not a tag', 'tagged', '2026-11-20T09:58:00Z', undefined],
    ['not a deletion of the bucket', 'deleted', '2026-11-20T09:58:00Z', undefined],
    ['not a cause of a later version', 'constructor', '2026-11-20T09:58:00Z', undefined],
    ['the moment of the look', 'encryption-deleted', LOOKED_AT, LOOKED_AT],
    ['the look, where the clock is behind', 'encryption-deleted', '2026-11-20T10:15:00Z', LOOKED_AT],
    ['the look, at the utmost skew', 'encryption-deleted', '2026-11-20T10:15:00.500Z', LOOKED_AT],
    ['nothing, from the future', 'encryption-deleted', '2026-11-20T10:15:00.501Z', undefined],
    ['thirty days ago', 'encryption-deleted', '2026-10-21T10:00:00.500Z', '2026-10-21T10:00:00.500Z'],
    ['nothing, where it is forgotten', 'encryption-deleted', '2026-10-21T10:00:00Z', undefined],
  ];
  for (const [name, cause, at, expected] of cases) {
    it(name, () => assert.equal(driftAt({ cause, at }, LOOKED_AT), expected));
  }
});

describe('the newest drift that is known', () => {
  const KNOWN: Reported = { at: '2026-11-20T10:00:00Z', causeId: 'event-1', cause: 'created', actor: 'eve' };
  const told = (at: string, over: Partial<Reported> = {}): Reported => ({
    at,
    causeId: 'event-2',
    cause: 'encryption-put',
    ...over,
  });

  it('is the first one that is told, with who did it and nothing else', () => {
    const { at, causeId, cause } = told('2026-11-20T10:00:00Z');
    const more = { ...told(at), actor: 'bob', sourceAddress: '::1', userAgent: 'cli', bucket: 'orders', attempt: 3 };
    const expected = { at, causeId, cause, actor: 'bob', sourceAddress: '::1', userAgent: 'cli' };
    assert.deepEqual(newestDrift(undefined, more), expected);
    assert.deepEqual(newestDrift(KNOWN, told('2026-11-20T10:00:01Z')), told('2026-11-20T10:00:01Z'));
  });

  it('stays where an older event comes late', () => {
    assert.equal(newestDrift(KNOWN, told('2026-11-20T09:59:59Z')), KNOWN);
    assert.equal(newestDrift(KNOWN, told('2026-11-20T09:59:59.999Z')), KNOWN);
  });

  it('is the one that came last of two of the same moment, however they are written', () => {
    assert.deepEqual(newestDrift(KNOWN, told('2026-11-20T10:00:00.000Z')), told('2026-11-20T10:00:00.000Z'));
  });

  it('stays where what is told is no drift', () => {
    for (const cause of ['sweep', 'tagged', 'deleted', '__proto__']) {
      assert.equal(newestDrift(KNOWN, told('2026-11-21T10:00:00Z', { cause })), KNOWN);
      assert.equal(newestDrift(undefined, told('2026-11-21T10:00:00Z', { cause })), undefined);
    }
  });
});

describe('times are compared as times, in whole seconds or in milliseconds', () => {
  // As text, `Z` is after `.`: the first of these would be the last.
  const TIMES = ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00.001Z', '2026-11-20T10:00:01Z'];

  it('the earliest and the latest', () => {
    for (const times of [TIMES, TIMES.toReversed(), [undefined, ...TIMES, undefined]]) {
      assert.equal(earliest(times), TIMES[0]);
      assert.equal(latest(times), TIMES[2]);
    }
    assert.equal(latest(TIMES.slice(0, 2)), TIMES[1]);
    assert.equal(earliest([undefined]), undefined);
    assert.equal(latest([]), undefined);
  });

  it('an event of the same second may have been after', () => {
    assert.equal(isBefore('2026-11-20T10:00:00Z', '2026-11-20T10:00:00.999Z'), false);
    assert.equal(isBefore('2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.999Z'), false);
    assert.equal(isBefore('2026-11-20T10:00:00Z', '2026-11-20T10:00:01.000Z'), true);
    assert.equal(isBefore('2026-11-20T10:00:01Z', '2026-11-20T10:00:00.999Z'), false);
  });
});
