import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directoryReasons } from '../../src/policy/directory-key.ts';
import type { Encryption, KeyReading } from '../../src/policy/model.ts';
import { AES, bucketWith, FOUND, KEY, KMS, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';

const BUCKET = 'fast--euw1-az1--x-s3';
const codesFor = (
  rule: Encryption,
  { standard = KMS, key = FOUND }: { standard?: typeof KMS; key?: KeyReading } = {},
) =>
  directoryReasons({ state: { ...bucketWith(rule), bucket: BUCKET }, kind: 'directory', standard, key }).map(
    ({ code }) => code,
  );

test('a directory bucket that has no customer key yet, or the same, takes the key', () => {
  const id = KEY.split('/')[1] ?? '';
  const rules = [{ algorithm: 'AES256' }, { algorithm: 'aws:kms', keyId: KEY }, { algorithm: 'aws:kms', keyId: id }];
  assert.deepEqual(
    rules.map((rule) => codesFor(rule)),
    [[], [], []],
  );
});

test('one under another customer key keeps it for life', () => {
  const state = { ...bucketWith({ algorithm: 'aws:kms', keyId: OTHER_KEY }), bucket: BUCKET };
  assert.deepEqual(directoryReasons({ state, kind: 'directory', standard: KMS, key: FOUND }), [
    {
      code: 'directory-key-for-life',
      message:
        `Directory bucket ${BUCKET} is under the key ${OTHER_KEY}, and S3 gives a directory bucket one customer key for its life, so ` +
        `${KEY} cannot take its place: write a rule with key: keep for this bucket, or copy its objects to a new bucket.`,
    },
  ]);
});

test('a key that AWS manages is refused', () => {
  const key: KeyReading = { kind: 'found', key: { ...USABLE, manager: 'AWS' } };
  assert.deepEqual(codesFor({ algorithm: 'AES256' }, { key }), ['directory-key-aws-managed']);
});

test('SSE-S3, a key that was not found and every other kind of bucket are no matter of this', () => {
  const other = { algorithm: 'aws:kms', keyId: OTHER_KEY };
  const general = directoryReasons({ state: bucketWith(other), kind: 'general-purpose', standard: KMS, key: FOUND });
  assert.deepEqual([codesFor(other, { standard: AES }), codesFor(other, { key: NO_KEY }), general], [[], [], []]);
});
