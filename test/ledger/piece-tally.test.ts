import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newObject, newRange, type ObjectPiece, type Piece, type RangePiece } from '../../src/ledger/piece-item.ts';
import { startPieceTally } from '../../src/ledger/piece-tally.ts';

const AT = '2026-11-04T10:00:00.000Z';
const object = (key: string, over: Partial<ObjectPiece> = {}) => ({ ...newObject('t', { key, etag: '"e"' }), ...over });
const range = (over: Partial<RangePiece>) => ({ ...newRange('t', { after: '' }), ...over });

function tallyOf(...pieces: readonly Piece[]) {
  const tally = startPieceTally();
  for (const piece of pieces) tally.add(piece);
  return tally;
}

test('what failed is counted by code and cause, and the first ten are named', () => {
  const keys = Array.from({ length: 9 }, (_, index) => `many/${index}`);
  const tally = tallyOf(
    range({ left: [{ code: 'AccessDenied', count: 1_200, cause: 'denied', keys }] }),
    object('large', { endedAt: AT, code: 'AccessDenied', cause: 'denied', versionId: 'v' }),
    object('locked', { endedAt: AT, code: 'retention' }),
  );
  assert.equal(tally.failed(), 1_202);
  assert.deepEqual(tally.failures(), [
    { code: 'AccessDenied', count: 1_201, cause: 'denied' },
    { code: 'retention', count: 1 },
  ]);
  assert.equal(tally.failedKeys.length, 10);
  assert.deepEqual(tally.failedKeys.at(-1), { key: 'large', code: 'AccessDenied', versionId: 'v', cause: 'denied' });
});

test('what waits, goes on, was deleted or is done is no failure', () => {
  const tally = tallyOf(
    object('waits', { code: 'restoring', waitsUntil: AT }),
    object('tried again', { code: 'SlowDown', cause: 'busy', tries: 1 }),
    object('gone', { endedAt: AT, why: 'it was deleted before its turn came' }),
    object('done', { endedAt: AT }),
    range({ succeeded: 9, endedAt: AT }),
  );
  assert.deepEqual([tally.failed(), tally.mayTryAgain(), tally.unlisted], [0, false, []]);
});

test('another try is of use where somebody can mend the cause, or keys could not be listed', () => {
  const locked = object('locked', { endedAt: AT, code: 'retention' });
  assert.equal(tallyOf(locked).mayTryAgain(), false);
  assert.equal(tallyOf(object('denied', { endedAt: AT, code: 'AccessDenied', cause: 'denied' })).mayTryAgain(), true);
  const unlisted = tallyOf(locked, range({ endedAt: AT, code: 'AccessDenied', why: 'its keys could not be listed' }));
  assert.deepEqual([unlisted.unlisted, unlisted.mayTryAgain()], [['AccessDenied: its keys could not be listed'], true]);
});
