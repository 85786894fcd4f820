import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyStanding } from '../../../local/identity/condition-keys.ts';

const VOCABULARY = { evaluated: ['s3:prefix', 'kms:EncryptionContext:'], gaps: ['s3:ExistingObjectTag/'] };

test('a condition key is evaluated, a gap or no key at all, in any case', () => {
  const rows = [
    ['aws:SourceArn', 'evaluated'],
    ['AWS:sourcearn', 'evaluated'],
    ['aws:PrincipalTag/team', 'evaluated'],
    ['aws:PrincipalTag/', 'none'],
    ['S3:Prefix', 'evaluated'],
    ['s3:prefix2', 'none'],
    ['kms:EncryptionContext:a', 'evaluated'],
    ['s3:ExistingObjectTag/a', 'gap'],
    ['s3:ExistingObjectTag', 'none'],
    ['aws:userid', 'gap'],
    ['accounts.google.com:sub', 'gap'],
    ['constructor', 'none'],
  ] as const;
  assert.deepEqual(
    rows.map(([key]) => [key, keyStanding(key, VOCABULARY)]),
    rows,
  );
});

test('where the list of a service is not known whole, every other key is a gap', () => {
  assert.equal(keyStanding('kms:Anything', { evaluated: [] }), 'gap');
});
