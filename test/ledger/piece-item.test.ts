import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedKey, newObject, newRange, pieceKey, readPiece } from '../../src/ledger/piece-item.ts';

test('pieces of a job, and what failed of it, are kept beside its item', () => {
  const name = { token: 't', id: 'i' };
  assert.deepEqual(pieceKey(name), { pk: 'JOB#t', sk: 'PIECE#i' });
  assert.deepEqual(failedKey(name), { pk: 'JOB#t', sk: 'FAILED#i' });
});

test('the same range and the same version of an object have the same id, and nothing else has', () => {
  const ids = [
    newRange('t', { after: '' }),
    newRange('t', { after: 'a' }),
    newObject('t', { key: 'a', etag: '"e"' }),
    newObject('t', { key: '', etag: '"e"' }),
    newObject('t', { key: 'a', etag: '"e"', versionId: 'v' }),
  ].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every((id) => /^[0-9a-f]{32}$/.test(id)));
  assert.equal(newRange('t', { after: 'a', until: 'b' }).id, newRange('u', { after: 'a' }).id);
  assert.equal(newObject('t', { key: 'a', etag: '"f"' }).id, ids[2]);
});

test('a piece is read as it was written, and what is none is refused', () => {
  const range = newRange('t', { after: 'ä 🦀', until: '\u{10ffff}' });
  const object = newObject('t', { key: 'k'.repeat(1_024), etag: '"e"', waitsUntil: '2026-11-04T10:00:00.000Z' });
  for (const piece of [range, object]) assert.deepEqual(readPiece({ ...piece, v: 1 }), piece);
  const bad = [{}, { ...range, kind: 'part' }, { ...object, key: 7 }, { ...range, left: [{ code: 'x' }] }];
  for (const item of bad) assert.throws(() => readPiece(item), { code: 'ledger-failed' });
});
