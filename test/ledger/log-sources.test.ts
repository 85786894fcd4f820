import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSources, MOST_SOURCES, withLogSource } from '../../src/ledger/log-sources.ts';

const source = (bucket: string, prefix = '') => ({ bucket, prefix });

test('a source that was just seen comes first, once, with the prefix that it has now', () => {
  assert.deepEqual(withLogSource(undefined, source('app')), [source('app')]);
  assert.deepEqual(withLogSource([source('web'), source('app', 'old/')], source('app', 'new/')), [
    source('app', 'new/'),
    source('web'),
  ]);
});

test('no more are remembered than a sweep would', () => {
  const known = Array.from({ length: MOST_SOURCES }, (_, at) => source(`app-${at}`));
  const all = withLogSource(known, source('newest'));
  assert.deepEqual([all.length, all[0]], [MOST_SOURCES, source('newest')]);
});

test('a source that two deliveries of a part have found is one', () => {
  assert.deepEqual(firstSources([source('web'), source('app'), source('web')]), [source('app'), source('web')]);
});
