import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlaces } from '../../src/runtime/places.ts';

test('what is made for a place is made once, and of many places the one goes that was not asked for the longest', () => {
  const made: string[] = [];
  const { at, forget } = createPlaces(({ account, region }) => {
    made.push(`${account} ${region}`);
    return made.length;
  }, 2);
  const [one, two, three] = ['1', '2', '3'].map((account) => ({ account, region: 'eu-west-1' })) as [
    { account: string; region: string },
    { account: string; region: string },
    { account: string; region: string },
  ];
  assert.deepEqual([at(one), at(two), at(one), at({ ...one })], [1, 2, 1, 1]);
  assert.deepEqual([at(three), at(one), at(two)], [3, 1, 4]);
  assert.equal(at({ ...two, region: 'us-east-1' }), 5);
  forget(two);
  assert.deepEqual([at(two), at({ ...two, region: 'us-east-1' })], [6, 5]);
});
