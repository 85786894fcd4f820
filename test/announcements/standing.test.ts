import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNotice, isStanding, kindOfStanding, noticesOf, standingOf } from '../../src/announcements/standing.ts';
import type { JudgedBucketItem } from '../../src/ledger/bucket-item.ts';
import { imageOf, reason } from './ledger-images.ts';

const reasons = (...codes: string[]) => ({ reasons: codes.map((code) => reason(code)) });

const rows: [item: Partial<JudgedBucketItem>, standing: string | undefined, kind: string | undefined][] = [
  [{ verdict: 'compliant', ...reasons('stronger-than-standard') }, 'good', 'good'],
  [{ verdict: 'repair', ...reasons('weaker-algorithm') }, 'good', 'good'],
  [{ verdict: 'repair', observed: true, ...reasons('weaker-algorithm') }, 'observed weaker-algorithm', 'observed'],
  [{ verdict: 'hold', ...reasons('b', 'a', 'b', 'exception-ending') }, 'hold a b', 'hold'],
  [
    { verdict: 'hold', ...reasons('log-target-unproven', 'sse-c-not-blocked') },
    'hold log-target-unproven sse-c-not-blocked',
    'hold',
  ],
  [{ verdict: 'hold', ...reasons('flapping', 'rolled-back') }, 'hold rolled-back', 'hold'],
  [{ verdict: 'hold' }, 'hold', 'hold'],
  [{ verdict: 'exempt', ...reasons('exception') }, 'exempt', 'exempt'],
  [{ verdict: 'unreadable', ...reasons('read-denied') }, undefined, undefined],
  [{ verdict: 'unreadable', parked: true, ...reasons('read-denied') }, 'parked read-denied', 'parked'],
  [{ verdict: 'gone' }, 'gone', 'gone'],
  [{ verdict: 'of-a-later-version' }, undefined, undefined],
];
for (const [item, standing, kind] of rows) {
  test(`${JSON.stringify(item)} stands as ${standing ?? 'nothing that can be said yet'}`, () => {
    const found = standingOf(imageOf(item));
    assert.deepEqual([found, kindOfStanding(found)], [standing, kind]);
    assert.equal(isStanding(found), standing !== undefined, 'what was kept is read again');
  });
}

test('a standing that no version of ours has kept is none', () => {
  for (const text of [undefined, '', 'bad', 'goodness', ' good', 'constructor']) assert.equal(isStanding(text), false);
});

test('notices are those reasons that change no verdict, in order and each once', () => {
  const item = imageOf(reasons('exception-expired', 'flapping', 'exception-ending', 'exception-expired'));
  assert.deepEqual(noticesOf(item), ['exception-ending', 'exception-expired']);
  assert.deepEqual(['exception-ending', 'exception', 'toString', '__proto__'].map(isNotice), [
    true,
    false,
    false,
    false,
  ]);
});
