import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standard } from '../../src/policy/model.ts';
import { standardId } from '../../src/policy/standard-id.ts';
import { AES, KEY, KMS, OTHER_KEY } from './literals.ts';

test('the id is 16 hex digits that never change for the same standard', () => {
  assert.equal(standardId(KMS, KEY), '1fa8b5c8c0735deb');
  assert.equal(standardId(AES), 'c0842f6b22df339c');
});

test('whatever changes the wanted encryption changes the id', () => {
  const wanted: [Standard, string?][] = [
    [KMS, KEY],
    [KMS, OTHER_KEY],
    [KMS],
    [{ ...KMS, algorithm: 'aws:kms:dsse' }, KEY],
    [{ ...KMS, bucketKey: false }, KEY],
    [{ ...KMS, blockSseC: 'on' }, KEY],
  ];
  const ids = wanted.map(([standard, keyArn]) => standardId(standard, keyArn));
  assert.equal(new Set(ids).size, wanted.length);
});

test('how the policy names the key, and what it does with objects, change nothing', () => {
  assert.equal(standardId({ ...KMS, key: KEY, reencrypt: 'none' }, KEY), standardId(KMS, KEY));
});
