import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../src/nearest.ts';

const WORDS = ['rules', 'mode', 'ou', 'tags', 'createdBefore', 'createdAfter'];

test('a word that was misspelt is told from another one', () => {
  const rows: [word: string, meant: string | undefined][] = [
    ['rules', 'rules'],
    ['rulse', 'rules'],
    ['Mode', 'mode'],
    ['tag', 'tags'],
    ['createdbefor', 'createdBefore'],
    ['on', undefined],
    ['node', 'mode'],
    ['name', undefined],
    ['abc', undefined],
    ['constructor', undefined],
    ['k'.repeat(100_000), undefined],
  ];
  assert.deepEqual(
    rows.map(([word]) => [word, nearest(word, WORDS)]),
    rows,
  );
  assert.equal(nearest('a', []), undefined);
});
