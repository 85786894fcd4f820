import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPolicy } from '../../../src/policy/document/document.ts';

const policy = (change: object) => ({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...change });
const withWhen = (when: object) => policy({ rules: [{ name: 'a', when }] });
const withRequests = (change: object) =>
  policy({ exceptionRequests: { tag: 'ask', setBy: ['arn:aws:iam::*:role/admin'], ...change } });
const text = (length: number) => 'x'.repeat(length);
const exempt = { reason: 'r', owner: 'o', until: '2027-12-31' };

/** Of every form of the language: texts that have it up to its limits, and texts that have a little too much or too little. */
const FORMS: [form: string, where: (value: unknown) => object, good: unknown[], bad: unknown[]][] = [
  [
    'a rule name',
    (name) => policy({ rules: [{ name, when: {} }] }),
    ['a', '9', 'A b.c-d_9', text(64)],
    ['', ' a', '-a', 'a!', '!a', 'ä', 'a\nb', text(65)],
  ],
  [
    'an account',
    (each) => withWhen({ accounts: [each] }),
    ['111122223333'],
    ['11112222333', '1111222233334', 'a111122223333', '11112222333a', 'x'],
  ],
  [
    'a Region',
    (each) => withWhen({ regions: [each] }),
    ['eu-west-1', 'us-gov-west-1', 'eusc-de-east-1', 'ap-south-12'],
    [
      'e-west-1',
      'eusca-west-1',
      'eu-west',
      'eu-1',
      'eu-west-123',
      'eu-west-1a',
      'EU-west-1',
      '1eu-west-1',
      'eu-WEST-1',
    ],
  ],
  [
    'a key by place',
    (place) => policy({ standard: { algorithm: 'aws:kms', key: { [String(place)]: 'alias/a' } } }),
    ['default', '111122223333', 'eu-west-1', 'us-gov-west-12', 'eusc-de-east-1', '111122223333/us-gov-west-1'],
    ['defaults', 'xdefault', '1111222233334', '111122223333/', '/eu-west-1', 'eu-west-123', 'eu-west-1/'],
  ],
  [
    'an OU',
    (ou) => withWhen({ ou }),
    ['o-a1', 'o-a1/', 'o-a1/r-b2', 'o-a1/r-b2/ou-c3-d4', ['o-a1/r-b2/ou-c3-d4/ou-c3-e5/', 'o-a1']],
    ['o-', 'xo-a1', 'o-a1/ou-c3-d4', 'o-a1/r-', 'o-a1/r-b2/ou-c3', 'o-A1', 'o-a1//', ['o-a1', 'r-b2'], []],
  ],
  [
    'a bucket pattern',
    (each) => withWhen({ buckets: [each] }),
    ['a', '*', '?', 'A_b.c-9*?', text(255)],
    ['', text(256), 'a b', '/a', 'a/', 'ä'],
  ],
  ['the key of a tag', (key) => withWhen({ tags: [{ key }] }), ['a', text(128), 'a\nb', ' '], ['', text(129)]],
  ['the value of a tag', (value) => withWhen({ tags: [{ key: 'a', value }] }), ['', 'a\nb', text(256)], [text(257)]],
  [
    'the name of one bucket',
    (bucket) => policy({ exceptions: [{ bucket, ...exempt }] }),
    ['abc', 'A_b.c-9', text(255)],
    ['ab', text(256), 'abc*', '*abc', 'a/c'],
  ],
  [
    'who may set the tag',
    (each) => withRequests({ setBy: [each] }),
    [
      'arn:aws:iam::111122223333:root',
      'arn:aws-us-gov:sts::111122223333:assumed-role/a/b',
      'arn:aws:sts::111122223333:federated-user/eva',
      'arn:aws:iam::*:user/a+=,.@-_/x?',
      'arn:aws:iam::*:role/*a',
      'arn:aws:iam::111122223333:role/*',
    ],
    [
      'x arn:aws:iam::111122223333:root',
      'arn:aws:iam::111122223333:root2',
      'arn:aws:s3::111122223333:root',
      'arn:aws:iam::111122223333:group/a',
      'arn:aws:iam::111122223333:role/',
      'arn:aws:iam::111122223333:role/a b',
      'arn:aws:iam::1111222233334:role/a',
      'arn:aws:iam:::role/a',
      'arn:aws:iam::*:assumed-role/*/*',
      'arn:aws:iam::?*:root',
    ],
  ],
  ['the days of a tag', (maxDays) => withRequests({ maxDays }), [1, 366], [0, 367, 1.5, '1']],
  ['the key of the tag', (tag) => withRequests({ tag }), ['a', text(128)], ['', text(129)]],
  ['the days of exceptions', (exceptionDays) => policy({ limits: { exceptionDays } }), [1, 3_650], [0, 3_651]],
  ['repairs', (repairs) => policy({ limits: { flapping: { repairs } } }), [2, 50], [1, 51]],
  ['hours', (hours) => policy({ limits: { flapping: { hours } } }), [1, 168], [0, 169]],
  ['log targets', (logTargets) => policy({ logTargets }), ['proven'], ['', 'all', true]],
  [
    'the mode of a rule',
    (mode) => policy({ rules: [{ name: 'a', when: {}, mode }] }),
    ['observe', 'enforce'],
    ['off', ''],
  ],
];

for (const [form, where, good, bad] of FORMS) {
  test(`${form} has its form to the letter`, () => {
    const isTaken = (value: unknown) => 'document' in checkPolicy(where(value));
    const wrongly = [...good.filter((each) => !isTaken(each)), ...bad.filter((each) => isTaken(each))];
    assert.deepEqual(wrongly, []);
  });
}
