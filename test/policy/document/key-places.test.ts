import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import { misplacedKeys } from '../../../src/policy/document/key-places.ts';

const A = '111122223333';
const B = '444455556666';
const arn = (region: string, account = A) =>
  `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const REGION = (region: string) =>
  `a key of ${region}, because S3 takes no key of another Region and the buckets are held`;
const ACCOUNT = `a key of account ${B}, or one of another account whose key policy lets it in`;
const PLACE = (member: string) => `a place that the rule is for (when.${member})`;

describe('a key of another place than the policy names', () => {
  const rows: [name: string, key: unknown, when: object | undefined, told: [path: string, expected: string][]][] = [
    ['one key for all', arn('eu-west-1'), undefined, []],
    [
      'keys where they belong',
      { 'eu-west-1': arn('eu-west-1'), [B]: arn('eu-west-1', B), default: arn('us-east-1') },
      undefined,
      [],
    ],
    ['aliases', { 'eu-west-1': 'alias/a', [B]: 'alias/b' }, undefined, []],
    ['another Region', { 'eu-west-1': arn('us-east-1') }, undefined, [['eu-west-1', REGION('eu-west-1')]]],
    ['another account', { [B]: arn('eu-west-1') }, undefined, [[B, ACCOUNT]]],
    [
      'another Region of an account',
      { [`${B}/eu-west-1`]: arn('us-east-1', B) },
      undefined,
      [[`${B}/eu-west-1`, REGION('eu-west-1')]],
    ],
    [
      'a rule for other Regions',
      arn('us-east-1'),
      { regions: ['eu-west-1', 'eu-west-2'] },
      [['key', REGION('eu-west-1 or eu-west-2')]],
    ],
    ['a rule for its Region too', arn('us-east-1'), { regions: ['eu-west-1', 'us-east-1'] }, []],
    [
      'an entry for a Region that the rule is not for',
      { 'us-east-1': 'alias/a', default: 'alias/b' },
      { regions: ['eu-west-1'] },
      [['us-east-1', PLACE('regions')]],
    ],
    [
      'an entry for an account that the rule is not for',
      { [B]: 'alias/a', default: 'alias/b' },
      { accounts: [A] },
      [[B, PLACE('accounts')]],
    ],
  ];
  for (const [name, key, when, told] of rows) {
    test(name, () => {
      const standard = { algorithm: 'aws:kms', key: when === undefined ? key : 'alias/reseal' };
      const rules = when === undefined ? [] : [{ name: 'a', when, standard: { key } }];
      const problems = misplacedKeys(parsePolicy({ version: 1, standard, rules }));
      assert.deepEqual(
        problems.map(({ path, expected }) => [path.at(-1), expected]),
        told,
      );
    });
  }
});
