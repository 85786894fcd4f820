import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUploadToken, uploadToken } from '../../../src/policy/copy/upload-token.ts';

test('an upload goes on for what it was begun with alone, in whatever order its members come', () => {
  const token = uploadToken('ID_x.y-', { a: 1, b: { c: [1, 2], d: undefined } });
  assert.deepEqual(readUploadToken(token, { b: { c: [1, 2] }, a: 1 }), { uploadId: 'ID_x.y-', isSame: true });
  for (const other of [{ a: 1, b: { c: [2, 1] } }, { a: 1 }, undefined])
    assert.deepEqual(readUploadToken(token, other), { uploadId: 'ID_x.y-', isSame: false });
});

test('the id of an upload alone was begun with nothing that is known', () => {
  assert.deepEqual(readUploadToken('ID', undefined), { uploadId: 'ID', isSame: false });
});
