import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../src/policy/judge.ts';
import type { Encryption, KeyFacts, KeyReading, Reason } from '../../src/policy/model.ts';
import type { ReasonCode } from '../../src/policy/reasons.ts';
import { AES, DSSE, FOUND, KEY, KMS, NOW, NO_KEY, OTHER_KEY, USABLE, bucketWith } from './literals.ts';

const WEAK = bucketWith({ algorithm: 'AES256' });
const BELOW: Reason = { code: 'weaker-algorithm', message: 'Bucket logs has AES256 and the standard is aws:kms.' };

describe('a repair whose key S3 could not use is held, and the reason says what to do', () => {
  const rows: { name: string; key: KeyReading; reason: Reason }[] = [
    {
      name: 'an alias that does not resolve',
      key: { kind: 'missing', asked: 'alias/reseal', why: 'NotFoundException' },
      reason: {
        code: 'key-not-found',
        message:
          "The standard's key alias/reseal was not found in account 111122223333, eu-west-1 (NotFoundException): create it there, or name another key in the policy.",
      },
    },
    {
      name: 'a key that nobody looked up',
      key: NO_KEY,
      reason: {
        code: 'key-not-found',
        message:
          "The standard's key alias/reseal was not found in account 111122223333, eu-west-1 (it was not looked up): create it there, or name another key in the policy.",
      },
    },
    ...[
      ['Disabled', 'enable it'],
      ['PendingDeletion', 'cancel the deletion and enable it (kms cancel-key-deletion, then enable-key)'],
      ['PendingImport', 'import its key material again (kms import-key-material)'],
      ['Unavailable', 'connect its custom key store again'],
      ['Creating', 'wait until KMS has created it'],
      ['Updating', 'enable it'],
    ].map(([state = '', remedy]) =>
      found(
        state,
        { state },
        'key-not-enabled',
        `The key ${KEY} is in state ${state} and S3 needs it Enabled: ${remedy}, or name another key in the policy.`,
      ),
    ),
    found(
      'a signing key',
      { usage: 'SIGN_VERIFY' },
      'key-wrong-usage',
      `The key ${KEY} is made for SIGN_VERIFY and S3 needs ENCRYPT_DECRYPT: name another key in the policy.`,
    ),
    found(
      'an asymmetric key',
      { spec: 'RSA_4096' },
      'key-wrong-spec',
      `The key ${KEY} is of spec RSA_4096 and S3 needs SYMMETRIC_DEFAULT: name another key in the policy.`,
    ),
    found(
      'a key of another Region',
      { region: 'us-east-1' },
      'key-wrong-region',
      `The key ${KEY} is in us-east-1 and bucket logs is in eu-west-1: name an alias that exists in both Regions, or name another key in the policy.`,
    ),
    found(
      'a key that AWS manages',
      { manager: 'AWS' },
      'key-aws-managed',
      `The key ${KEY} is managed by AWS and can be neither shared nor granted: name a key of your own in the policy.`,
    ),
  ];
  for (const { name, key, reason } of rows) {
    test(name, () => {
      assert.deepEqual(judge({ standard: KMS, state: WEAK, key, now: NOW }), {
        kind: 'hold',
        reasons: [reason, BELOW],
      });
    });
  }

  test('every problem of one key is named', () => {
    const key: KeyReading = {
      kind: 'found',
      key: { ...USABLE, state: 'Disabled', usage: 'SIGN_VERIFY', spec: 'ECC_NIST_P256' },
    };
    const { kind, reasons } = judge({ standard: KMS, state: WEAK, key, now: NOW });
    assert.deepEqual(
      [kind, reasons.map(({ code }) => code)],
      ['hold', ['key-not-enabled', 'key-wrong-usage', 'key-wrong-spec', 'weaker-algorithm']],
    );
  });
});

describe("the key's health is only asked where the key would be written", () => {
  const broken: KeyReading = { kind: 'found', key: { ...USABLE, state: 'Disabled' } };
  const rows: [string, Encryption, 'on' | 'leave', string][] = [
    ['a compliant bucket stays compliant', { algorithm: 'aws:kms', keyId: KEY, bucketKey: true }, 'leave', 'compliant'],
    ['a stronger bucket stays compliant', { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, 'leave', 'compliant'],
    ['a stronger bucket gets its block all the same', { algorithm: 'aws:kms:dsse', keyId: OTHER_KEY }, 'on', 'repair'],
    ['a Bucket Key of the broken key is held', { algorithm: 'aws:kms', keyId: KEY }, 'leave', 'hold'],
  ];
  for (const [name, rule, blockSseC, kind] of rows) {
    test(name, () => {
      const verdict = judge({ standard: { ...KMS, blockSseC }, state: bucketWith(rule), key: broken, now: NOW });
      assert.equal(verdict.kind, kind);
    });
  }
});

test('an algorithm that we do not know is held, whatever the standard', () => {
  const message =
    'Bucket logs has the algorithm aws:fsx, which is none of AES256, aws:kms, aws:kms:dsse: it is left alone, check it by hand.';
  for (const [standard, key] of [
    [KMS, FOUND],
    [DSSE, FOUND],
    [AES, NO_KEY],
  ] as const) {
    assert.deepEqual(
      judge({ standard, state: bucketWith({ algorithm: 'aws:fsx', bucketKey: false }), key, now: NOW }),
      {
        kind: 'hold',
        reasons: [{ code: 'algorithm-unknown', message }],
      },
    );
  }
});

function found(name: string, change: Partial<KeyFacts>, code: ReasonCode, message: string) {
  const key: KeyReading = { kind: 'found', key: { ...USABLE, ...change } };
  return { name, key, reason: { code, message } };
}
