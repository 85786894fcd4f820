import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judging } from '../../src/policy/decision.ts';
import { currentKeyReasons, lacksCurrentKey } from '../../src/policy/current-key-reasons.ts';
import type { Encryption, KeyReading } from '../../src/policy/model.ts';
import { judging } from './judging.ts';
import { FOUND, KEY, NO_KEY, OTHER_KEY, USABLE } from './literals.ts';

const DISABLED: KeyReading = { kind: 'found', key: { ...USABLE, state: 'Disabled' } };
const UNREAD = { kind: 'unread', why: 'It was denied.', denied: true } as const;

const under = (keyId?: string): Encryption => ({ algorithm: 'aws:kms', ...(keyId === undefined ? {} : { keyId }) });

const rows: [name: string, given: Judging, lacks: boolean, codes: string[]][] = [
  ['SSE-S3 has no key', judging({ algorithm: 'AES256', keyId: OTHER_KEY }), false, []],
  ['the AWS managed key is no concern', judging(under()), false, []],
  ['nor is its alias', judging(under('alias/aws/s3')), false, []],
  ['the standard key is known, and good', judging(under(KEY)), false, []],
  ['by its alias too', judging(under('alias/reseal')), false, []],
  ['by its id too', judging(under(KEY.split('/')[1])), false, []],
  ['the standard key is known, and disabled', judging(under(KEY), {}, DISABLED), false, ['key-not-usable']],
  ['another key is to be looked up', judging(under(OTHER_KEY)), true, []],
  ['another key is good', judging(under(OTHER_KEY), { currentKey: FOUND }), false, []],
  ['another key is disabled', judging(under(OTHER_KEY), { currentKey: DISABLED }), false, ['key-not-usable']],
  [
    'another key that nobody shows says nothing against it',
    judging(under(OTHER_KEY), { currentKey: UNREAD }),
    false,
    [],
  ],
  [
    'another key whose material expires is told before it does',
    judging(under(OTHER_KEY), { currentKey: { kind: 'found', key: { ...USABLE, expiresAt: '2026-11-10T00:00:00Z' } } }),
    false,
    ['key-expiring'],
  ],
  ['where the standard key is not found, its name tells', judging(under('alias/reseal'), {}, NO_KEY), false, []],
  ['and an ARN does not', judging(under(KEY), {}, NO_KEY), true, []],
];
for (const [name, given, lacks, codes] of rows) {
  test(name, () => {
    assert.equal(lacksCurrentKey(given), lacks);
    assert.deepEqual(
      currentKeyReasons(given).map(({ code }) => code),
      codes,
    );
  });
}
