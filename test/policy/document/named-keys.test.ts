import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import { keysFor, namedKeys, namedRegions } from '../../../src/policy/document/named-keys.ts';

const policy = parsePolicy({
  version: 1,
  standard: {
    algorithm: 'aws:kms',
    key: { default: 'alias/a', 'us-east-1': 'alias/b', '111122223333': 'alias/c', '111122223333/eu-west-2': 'alias/d' },
  },
  rules: [
    { name: 'kept', when: { regions: ['ap-south-1'] }, standard: { key: 'keep' } },
    { name: 'one', when: { accounts: ['444455556666'], regions: ['us-east-1'] }, standard: { key: 'alias/e' } },
  ],
});
const key = (entry: string) => ['standard', 'key', entry];

test('every key that the policy names, and where', () => {
  assert.deepEqual(
    namedKeys(policy).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    [
      { key: 'alias/a', path: key('default') },
      { key: 'alias/b', path: key('us-east-1') },
      { key: 'alias/c', path: key('111122223333') },
      { key: 'alias/d', path: key('111122223333/eu-west-2') },
      { key: 'alias/e', path: ['rules', 1, 'standard', 'key'] },
    ],
  );
  assert.deepEqual(namedRegions(policy, '111122223333').toSorted(), ['ap-south-1', 'eu-west-2', 'us-east-1']);
});

test('the keys that one account can get in one Region are those that win there', () => {
  assert.deepEqual(keysFor(policy, undefined, 'eu-west-2'), [{ key: 'alias/a', path: key('default') }]);
  assert.deepEqual(keysFor(policy, undefined, 'us-east-1'), [{ key: 'alias/b', path: key('us-east-1') }]);
  assert.deepEqual(keysFor(policy, '111122223333', 'us-east-1'), [{ key: 'alias/c', path: key('111122223333') }]);
  assert.deepEqual(keysFor(policy, '444455556666', 'us-east-1'), [
    { key: 'alias/b', path: key('us-east-1') },
    { key: 'alias/e', path: ['rules', 1, 'standard', 'key'] },
  ]);
});

test('an account whom nobody knows gets what is for every account, and a place without an entry nothing', () => {
  const standard = { algorithm: 'aws:kms', key: { 'us-east-1': 'alias/a', '111122223333': 'alias/b' } };
  const forOne = { name: 'one', when: { accounts: ['111122223333'] }, standard: { key: 'alias/c' } };
  const here = parsePolicy({ version: 1, standard, rules: [forOne, { name: 'none', when: {} }] });
  assert.deepEqual(keysFor(here, undefined, 'eu-west-1'), []);
  assert.deepEqual(keysFor(here, undefined, 'us-east-1'), [{ key: 'alias/a', path: key('us-east-1') }]);
  assert.deepEqual(keysFor(here, '111122223333', 'eu-west-1'), [
    { key: 'alias/b', path: key('111122223333') },
    { key: 'alias/c', path: ['rules', 0, 'standard', 'key'] },
  ]);
  assert.deepEqual(namedRegions(here, undefined), ['us-east-1']);
  const bare = parsePolicy({ version: 1, standard: { algorithm: 'AES256' }, exceptions: [EXEMPT] });
  assert.deepEqual([namedKeys(bare), namedRegions(bare, undefined)], [[], ['eu-west-3', 'eu-west-2']]);
});

const EXEMPT = {
  when: { regions: ['eu-west-3', 'eu-west-2', 'eu-west-3'] },
  reason: 'r',
  owner: 'o',
  until: '2027-12-31',
};
