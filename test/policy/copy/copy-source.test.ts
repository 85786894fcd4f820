import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { copySourceOf } from '../../../src/policy/copy/copy-source.ts';

test('every key comes back from the header, which is plain ASCII and has no query', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (key) => {
      if (!key.isWellFormed()) return;
      const header = copySourceOf({ bucket: 'b', key });
      assert.match(header, /^b\/[!'()*\w.~%/-]+$/);
      assert.equal(decodeURIComponent(header), `b/${key}`);
    }),
    { seed: 14 },
  );
});

test('slashes stay, and what would begin a version does not', () => {
  assert.equal(copySourceOf({ bucket: 'b', key: '/a//b?versionId=x+y' }), 'b//a//b%3FversionId%3Dx%2By');
});
