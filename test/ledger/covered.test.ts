import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CoveredWindow } from '../../src/ledger/bucket-item.ts';
import type { Encryption } from '../../src/policy/model.ts';
import { isCovered, isForgotten, withCovered } from '../../src/ledger/covered.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = new Date('2026-11-30T10:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS).toISOString();
const window = (from: string, to: string): CoveredWindow => ({
  from: `2026-11-20T${from}Z`,
  to: `2026-11-20T${to}Z`,
});
const S3 = { algorithm: 'AES256' };
const KMS = {
  algorithm: 'aws:kms',
  keyId: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};
const EARLY = window('10:00:00', '10:10:00.500');
const LATE = window('12:00:00.250', '12:10:00');

describe('a drift is covered', () => {
  const cases: [string, string, boolean][] = [
    ['before every window', '09:45:59', false],
    ['before one, and in the margin of its jobs, but for a minute', '09:46:00', true],
    ['a second before one', '09:59:59', true],
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

  const rules: [string, Encryption | undefined, Encryption | undefined, boolean][] = [
    ['by a window of its rule', S3, S3, true],
    ['whatever its rule blocks', { ...S3, bucketKey: false }, { ...S3, blocked: ['SSE-C'] }, true],
    ['not by a window of another rule', S3, KMS, false],
    ['not by a window of the same key with a Bucket Key', { ...KMS, bucketKey: true }, KMS, false],
    ['by a window of any key', { algorithm: 'aws:kms' }, KMS, true],
    ['by a window of a key that no filter can name', { algorithm: 'aws:kms', keyId: 'alias/x' }, KMS, true],
    ['not by a window of any key, under SSE-S3', { algorithm: 'aws:kms' }, S3, false],
    ['not by a window of one key, under any', KMS, { algorithm: 'aws:kms' }, false],
    ['by a window of all rules', undefined, KMS, true],
    ['by any window, where nobody says its rule', KMS, undefined, true],
  ];
  for (const [name, rule, put, covered] of rules) {
    it(name, () => {
      const one = { ...EARLY, ...(rule === undefined ? {} : { rule }) };
      assert.equal(isCovered([one], EARLY.from, put), covered);
      assert.equal(isCovered([one], LATE.to, put), false);
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
    [
      'that begins in the margin of one makes one',
      [EARLY],
      window('10:20:00', '10:30:00'),
      [window('10:00:00', '10:30:00')],
    ],
    [
      'that begins after that margin is another',
      [EARLY],
      window('10:24:01', '10:30:00'),
      [EARLY, window('10:24:01', '10:30:00')],
    ],
    [
      'of another rule is another',
      [{ ...EARLY, rule: S3 }],
      { ...EARLY, rule: KMS },
      [
        { ...EARLY, rule: S3 },
        { ...EARLY, rule: KMS },
      ],
    ],
    [
      'of one of several rules makes one with its own',
      [
        { ...EARLY, rule: S3 },
        { ...EARLY, rule: KMS },
      ],
      { ...window('10:05:00', '10:20:00'), rule: S3 },
      [
        { ...window('10:00:00', '10:20:00'), rule: S3 },
        { ...EARLY, rule: KMS },
      ],
    ],
    ['of all rules is another', [{ ...EARLY, rule: S3 }], EARLY, [{ ...EARLY, rule: S3 }, EARLY]],
    ['of one moment is kept', [EARLY], window('11:00:00', '11:00:00'), [EARLY, window('11:00:00', '11:00:00')]],
  ];
  for (const [name, known, more, expected] of cases) {
    it(name, () => assert.deepEqual(withCovered(known, [more], NOW), expected));
  }

  it('changes none of those that were given', () => {
    const known = [structuredClone(EARLY)];
    withCovered(known, [window('10:05:00', '10:20:00')], NOW);
    assert.deepEqual(known, [EARLY]);
  });

  it('drops those that ended more than thirty days ago, and keeps one that only began then', () => {
    const over = { from: daysAgo(40), to: daysAgo(30.1) };
    const long = { from: daysAgo(30.05), to: daysAgo(29) };
    assert.deepEqual(withCovered([over, long], [LATE], NOW), [long, LATE]);
  });

  it('drops the oldest where there are more than five hundred', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      from: new Date(NOW.getTime() - ((1_000 - 2 * index) * 3_600_000) / 2).toISOString(),
      to: new Date(NOW.getTime() - ((1_000 - 2 * index) * 3_600_000) / 2 + 1_000).toISOString(),
    }));
    const newest = { from: NOW.toISOString(), to: NOW.toISOString() };
    assert.deepEqual(withCovered(many, [newest], NOW), [...many.slice(1), newest]);
  });
});
