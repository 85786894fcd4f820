import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyFor } from '../../../src/policy/document/named-keys.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1' };
/** From the most specific entry to the least. */
const ENTRIES = ['111122223333/eu-west-1', '111122223333', 'eu-west-1', 'default'];

test('the most specific entry counts, whatever the order in which they are written', () => {
  for (const [at, name] of ENTRIES.entries()) {
    const map = Object.fromEntries(ENTRIES.slice(at).map((entry) => [entry, `alias/${entry}`]));
    const reversed = Object.fromEntries(Object.entries(map).toReversed());
    assert.deepEqual([keyFor(map, PLACE), keyFor(reversed, PLACE)], [`alias/${name}`, `alias/${name}`]);
  }
});

test('one key is for every place, and of another place there is none', () => {
  assert.equal(keyFor('alias/reseal', PLACE), 'alias/reseal');
  assert.equal(keyFor(undefined, PLACE), undefined);
  assert.equal(keyFor({ '444455556666': 'alias/a', '111122223333/us-east-1': 'alias/b' }, PLACE), undefined);
});

test('a name that every object inherits is no entry', () => {
  assert.equal(keyFor({}, { account: 'constructor', region: 'toString' }), undefined);
});
