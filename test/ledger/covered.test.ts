import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CoveredWindow } from '../../src/ledger/bucket-item.ts';
import { isCovered, isForgotten, withCovered } from '../../src/ledger/covered.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = new Date('2026-11-30T10:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS).toISOString();
const window = (from: string, to: string): CoveredWindow => ({
  from: `2026-11-20T${from}Z`,
  to: `2026-11-20T${to}Z`,
});
const EARLY = window('10:00:00', '10:10:00.500');
const LATE = window('12:00:00.250', '12:10:00');

describe('a drift is covered', () => {
  const cases: [string, string, boolean][] = [
    ['before every window', '09:59:59', false],
    ['at the first moment of one', '10:00:00', true],
    ['at that moment, told in milliseconds', '10:00:00.000', true],
    ['within one', '10:05:00', true],
    ['at its last moment', '10:10:00.500', true],
    ['in its last second, told in whole seconds', '10:10:00', true],
    ['a moment after', '10:10:00.501', false],
    ['between two', '11:00:00', false],
    ['within the later one', '12:05:00', true],
    ['after every window', '12:10:01', false],
  ];
  for (const [name, at, covered] of cases) {
    it(`${name}: ${String(covered)}`, () => {
      assert.equal(isCovered([EARLY, LATE], `2026-11-20T${at}Z`), covered);
      assert.equal(isCovered([LATE, EARLY], `2026-11-20T${at}Z`), covered, 'whatever the order of the windows');
    });
  }

  it('by no window where nothing was ever planned', () => {
    assert.equal(isCovered(undefined, EARLY.from), false);
    assert.equal(isCovered([], EARLY.from), false);
  });
});

it('a drift is forgotten after thirty days, and not at thirty days', () => {
  assert.equal(isForgotten(daysAgo(30), NOW), false);
  assert.equal(isForgotten(new Date(NOW.getTime() - 30 * DAY_MS - 1).toISOString(), NOW), true);
  assert.equal(isForgotten(NOW.toISOString(), NOW), false);
});

describe('one more window', () => {
  const cases: [string, CoveredWindow[] | undefined, CoveredWindow, CoveredWindow[]][] = [
    ['is the first', undefined, EARLY, [EARLY]],
    ['stands after an older one', [EARLY], LATE, [EARLY, LATE]],
    ['stands before a newer one', [LATE], EARLY, [EARLY, LATE]],
    ['that is there already changes nothing', [EARLY, LATE], EARLY, [EARLY, LATE]],
    ['inside another changes nothing', [EARLY], window('10:01:00', '10:02:00'), [EARLY]],
    ['around another takes its place', [EARLY], window('09:00:00', '11:00:00'), [window('09:00:00', '11:00:00')]],
    ['that overlaps makes one', [EARLY], window('10:05:00', '10:20:00'), [window('10:00:00', '10:20:00')]],
    ['that touches makes one', [EARLY], window('10:10:00.500', '10:20:00'), [window('10:00:00', '10:20:00')]],
    ['over a gap makes one of all', [EARLY, LATE], window('10:05:00', '12:05:00'), [window('10:00:00', '12:10:00')]],
    ['of one moment is kept', [EARLY], window('11:00:00', '11:00:00'), [EARLY, window('11:00:00', '11:00:00')]],
  ];
  for (const [name, known, more, expected] of cases) {
    it(name, () => assert.deepEqual(withCovered(known, more, NOW), expected));
  }

  it('changes none of those that were given', () => {
    const known = [structuredClone(EARLY)];
    withCovered(known, window('10:05:00', '10:20:00'), NOW);
    assert.deepEqual(known, [EARLY]);
  });

  it('drops those that ended more than thirty days ago, and keeps one that only began then', () => {
    const over = { from: daysAgo(40), to: daysAgo(30.1) };
    const long = { from: daysAgo(30.05), to: daysAgo(29) };
    assert.deepEqual(withCovered([over, long], LATE, NOW), [long, LATE]);
  });

  it('drops the oldest where there are more than five hundred', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      from: new Date(NOW.getTime() - (1_000 - 2 * index) * 60_000).toISOString(),
      to: new Date(NOW.getTime() - (1_000 - 2 * index) * 60_000 + 1_000).toISOString(),
    }));
    const newest = { from: NOW.toISOString(), to: NOW.toISOString() };
    assert.deepEqual(withCovered(many, newest, NOW), [...many.slice(1), newest]);
  });
});
