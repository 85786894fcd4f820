import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradictions } from '../../../src/policy/document/contradictions.ts';

const kms = { algorithm: 'aws:kms', key: 'alias/reseal' };
const aes = { algorithm: 'AES256' };
const rule = (name: string, standard: object) => ({ name, standard });

const rows: [name: string, json: unknown, paths: string[]][] = [
  ['a good policy', { standard: kms, rules: [rule('a', aes)], exceptions: [{ bucket: 'b' }] }, []],
  ['a standard without its key', { standard: { algorithm: 'aws:kms:dsse' } }, ['standard.key']],
  ['a key that SSE-S3 has not', { standard: { ...aes, key: 'alias/a' } }, ['standard.key']],
  [
    'a rule of SSE-KMS under a default without key',
    { standard: aes, rules: [rule('a', { algorithm: 'aws:kms' })] },
    ['rules.0.standard.key'],
  ],
  ['a rule that takes over the key', { standard: kms, rules: [rule('a', { algorithm: 'aws:kms:dsse' })] }, []],
  [
    'a rule with a key under SSE-S3',
    { standard: aes, rules: [rule('a', { key: 'alias/a' })] },
    ['rules.0.standard.key'],
  ],
  ['two rules of one name', { standard: kms, rules: [rule('a', {}), rule('b', {}), rule('a', {})] }, ['rules.2.name']],
  [
    'names that are taken',
    { standard: kms, rules: ['default', 'unknown', 'built-in x', 'built'].map((name) => rule(name, {})) },
    ['rules.0.name', 'rules.1.name', 'rules.2.name'],
  ],
  ['names that every object inherits', { standard: kms, rules: [rule('constructor', {}), rule('__proto__', {})] }, []],
  [
    'two exceptions of one bucket',
    { standard: kms, exceptions: [{ bucket: 'b' }, { bucket: 'b' }] },
    ['exceptions.1.bucket'],
  ],
  [
    'an exception of nothing, and one of two kinds',
    { standard: kms, exceptions: [{}, { bucket: 'b', when: { kind: 'directory' } }] },
    ['exceptions.0', 'exceptions.1.when'],
  ],
  ['an exception of everything', { standard: kms, exceptions: [{ when: {} }] }, ['exceptions.0.when']],
  [
    'an exception of every name',
    {
      standard: kms,
      exceptions: [
        { when: { buckets: ['a', '*'] } },
        { when: { buckets: ['*'], accounts: ['111122223333'] } },
        { when: { buckets: ['?*', 7] } },
        { when: { accounts: ['111122223333'] } },
      ],
    },
    ['exceptions.0.when.buckets'],
  ],
  [
    'a time without a day',
    { standard: kms, rules: [{ name: 'a', when: { createdAfter: '2026-02-01', createdBefore: '2026-02-01' } }] },
    ['rules.0.when.createdAfter'],
  ],
  [
    'a time of one day',
    { standard: kms, rules: [{ name: 'a', when: { createdAfter: '2026-02-01', createdBefore: '2026-02-02' } }] },
    [],
  ],
  [
    'a time of an exception without a day, and a time with one end',
    {
      standard: kms,
      exceptions: [
        { when: { createdAfter: '2026-02-02', createdBefore: '2026-02-01' } },
        { when: { createdAfter: '2026-02-02' } },
        { when: { createdBefore: '2026-02-02' } },
        { when: { createdAfter: 3, createdBefore: '2026-02-01' } },
      ],
    },
    ['exceptions.0.when.createdAfter'],
  ],
  [
    'exceptions that are no mapping, or whose buckets are none',
    { standard: kms, exceptions: ['x', [], null, { when: [] }, { when: null }, { when: 'x' }] },
    ['exceptions.3.when'],
  ],
  [
    'a rule of DSSE-KMS under a default without key, and one with its own',
    {
      standard: aes,
      rules: [rule('a', { algorithm: 'aws:kms:dsse' }), rule('b', kms), rule('c', aes), rule('d', {})],
    },
    ['rules.0.standard.key'],
  ],
  ['a standard of no algorithm', { standard: { key: 'alias/a' }, rules: [rule('a', kms)] }, []],
  [
    'a standard of an algorithm that is none',
    { standard: { algorithm: 'x' }, rules: [rule('a', { algorithm: 'x' })] },
    [],
  ],
];
for (const [name, json, paths] of rows) {
  test(name, () => {
    const found = contradictions(json);
    assert.deepEqual(
      found.map(({ path }) => path.join('.')),
      paths,
    );
  });
}

test('whatever is there instead of a policy is left to the schema', () => {
  for (const json of [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { rules: {}, exceptions: 'x', standard: [] },
    { rules: [null, 7, []], exceptions: [null] },
  ]) {
    assert.deepEqual(contradictions(json), [], JSON.stringify(json));
  }
});
