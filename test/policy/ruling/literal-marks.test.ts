import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { When } from '../../../src/policy/document/document-when.ts';
import { demandsOf, marksOfName, marksOfOu, marksOfTag, posted } from '../../../src/policy/ruling/literal-marks.ts';

const DEMANDS: [when: When, demands: string[][]][] = [
  [{}, []],
  [
    { buckets: ['data', 'a*', 'a?b', '*-z', '?*z', '*', 'b*c'] },
    [['named data', 'begins a', 'begins a', 'ends -z', 'ends z', '', 'begins b']],
  ],
  [
    { accounts: ['111122223333'], regions: ['eu-west-1', 'eu-west-2'] },
    [['account 111122223333'], ['region eu-west-1', 'region eu-west-2']],
  ],
  [{ ou: 'o-a/r-b' }, [['ou o-a/r-b/']]],
  [{ ou: ['o-a/', 'o-b'] }, [['ou o-a/', 'ou o-b/']]],
  [{ tags: [{ key: 'a' }, { key: 'a', value: '' }] }, [['tag a'], ['tag a=']]],
  [{ kind: 'directory', logTarget: true, createdBefore: '2026-01-01', createdAfter: '2025-01-01' }, []],
];

for (const [when, demands] of DEMANDS) {
  test(`the literal text of ${JSON.stringify(when)}`, () => assert.deepEqual(demandsOf(when), demands));
}

test('a name or a glob bears its whole text, every beginning and every end, up to its wildcards', () => {
  assert.deepEqual(marksOfName('ab'), ['named ab', 'begins a', 'begins ab', 'ends ab', 'ends b']);
  assert.deepEqual(marksOfName('a*b?cd'), ['named a*b?cd', 'begins a', 'ends cd', 'ends d']);
  assert.deepEqual(marksOfName('?b*'), ['named ?b*']);
});

test('an OU bears all that is above it, and a tag its key and its value', () => {
  for (const path of ['o-a/r-b', 'o-a/r-b/']) assert.deepEqual(marksOfOu(path), ['ou o-a/', 'ou o-a/r-b/']);
  assert.deepEqual(marksOfTag({ key: 'a', value: 'x' }), ['tag a', 'tag a=x']);
});

test('an entry stands once under every mark of the demand that the fewest others make', () => {
  const postings = posted([
    [['many'], ['a', 'a', 'b']],
    [['many'], ['c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']],
    [],
    [['many']],
    [['a', 'rare'], ['many']],
    ...Array.from({ length: 4 }, () => [['many']]),
  ]);
  assert.deepEqual(Object.fromEntries(postings), { a: [0, 4], b: [0], many: [1, 3, 5, 6, 7, 8], rare: [4], '': [2] });
});
