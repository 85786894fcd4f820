import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyUnderBucketReasons, keyReasons } from '../../../src/policy/keys/key-reasons.ts';
import type { KeyFacts, KeyReading } from '../../../src/policy/model.ts';
import { AES, bucketWith, KEY, KMS, NOW, NO_KEY, USABLE } from '../literals.ts';

const STATE = bucketWith({ algorithm: 'AES256' });

function found(change: Partial<KeyFacts>): KeyReading {
  return { kind: 'found', key: { ...USABLE, ...change } };
}

test('a key that is being deleted is not put on a bucket, and the day is told', () => {
  assert.deepEqual(keyReasons(KMS, found({ state: 'PendingDeletion', deletionAt: '2026-11-20T08:00:00Z' }), STATE), [
    {
      code: 'key-not-enabled',
      message: `The key ${KEY} is in state PendingDeletion and S3 needs it Enabled; KMS deletes it on 2026-11-20: cancel the deletion and enable it (kms cancel-key-deletion, then enable-key), or name another key in the policy.`,
    },
  ]);
});

describe('imported key material', () => {
  const rows: [expiresAt: string, codes: string[]][] = [
    ['2026-10-01T00:00:00Z', ['key-expiring']],
    ['2026-11-02T10:15:30Z', ['key-expiring']],
    ['2026-12-02T10:15:30Z', ['key-expiring']],
    ['2026-12-02T10:15:31Z', []],
    ['2027-11-02T00:00:00Z', []],
  ];
  for (const [expiresAt, codes] of rows) {
    test(`that expires on ${expiresAt}: ${codes.join() || 'no problem'}`, () => {
      const reading = found({ expiresAt });
      assert.deepEqual(
        keyReasons(KMS, reading, STATE, { now: NOW }).map(({ code }) => code),
        codes,
      );
      assert.deepEqual(
        keyUnderBucketReasons(reading, STATE, { now: NOW }).map(({ code }) => code),
        codes,
      );
    });
  }

  test('is told with its day', () => {
    assert.deepEqual(keyReasons(KMS, found({ expiresAt: '2026-11-10T00:00:00Z' }), STATE, { now: NOW }), [
      {
        code: 'key-expiring',
        message: `The imported material of key ${KEY} expires on 2026-11-10, and without it bucket logs can be neither read nor written: import it again with a later date or without one, or name another key in the policy.`,
      },
    ]);
  });

  test('is not judged without a clock, nor under a standard that needs no key', () => {
    const reading = found({ expiresAt: '2026-10-01T00:00:00Z' });
    assert.deepEqual(keyReasons(KMS, reading, STATE), []);
    assert.deepEqual(keyReasons(AES, reading, STATE, { now: NOW }), []);
  });
});

describe('the key under a bucket that is right otherwise', () => {
  const rows: [state: string, codes: string[]][] = [
    ['Enabled', []],
    ['Updating', []],
    ['PendingDeletion', ['key-being-deleted']],
    ['PendingReplicaDeletion', ['key-being-deleted']],
    ['Disabled', ['key-not-usable']],
    ['Unavailable', ['key-not-usable']],
    ['PendingImport', ['key-not-usable']],
    ['Creating', ['key-not-usable']],
    ['SomethingNew', ['key-not-usable']],
  ];
  for (const [state, codes] of rows) {
    test(`${state}: ${codes.join() || 'no problem'}`, () => {
      assert.deepEqual(
        keyUnderBucketReasons(found({ state }), STATE, { now: NOW }).map(({ code }) => code),
        codes,
      );
    });
  }

  test('is an incident while it is being deleted, told with the day and the way out', () => {
    const reading = found({ state: 'PendingDeletion', deletionAt: '2026-11-20T08:00:00Z' });
    assert.deepEqual(keyUnderBucketReasons(reading, STATE, { now: NOW }), [
      {
        code: 'key-being-deleted',
        message: `The key ${KEY} of bucket logs is in state PendingDeletion and S3 needs it Enabled; KMS deletes it on 2026-11-20, so objects under it can be neither read nor written, and once it is deleted never again: cancel the deletion and enable it (kms cancel-key-deletion, then enable-key), and give the bucket another key.`,
      },
    ]);
  });

  test('is an incident when it is gone', () => {
    const reading: KeyReading = { kind: 'missing', asked: KEY, why: 'NotFoundException' };
    assert.deepEqual(keyUnderBucketReasons(reading, STATE, { now: NOW }), [
      {
        code: 'key-not-usable',
        message: `The key ${KEY} of bucket logs was not found in account 111122223333, eu-west-1 (NotFoundException), so what is encrypted under it cannot be read: if it was deleted its objects are lost, so restore them from another copy and give the bucket another key.`,
      },
    ]);
  });

  for (const change of [{ spec: 'RSA_2048' }, { usage: 'GENERATE_VERIFY_MAC' }, { region: 'us-east-1' }]) {
    test(`is an incident where S3 cannot use it: ${JSON.stringify(change)}`, () => {
      assert.deepEqual(
        keyUnderBucketReasons(found(change), STATE, { now: NOW }).map(({ code }) => code),
        ['key-not-usable'],
      );
    });
  }

  test('is no matter where there is none', () => {
    assert.deepEqual(keyUnderBucketReasons(NO_KEY, STATE, { now: NOW }), []);
  });
});
