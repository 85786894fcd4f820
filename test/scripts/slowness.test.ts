import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureSlowness } from '../../scripts/slowness.ts';

function starts(...ms: number[]): () => Promise<number> {
  return async () => ms.shift() ?? assert.fail('started too often');
}

test('the median of three starts says how slow a machine is, from a quiet laptop to where something is stuck', async () => {
  assert.deepEqual(
    [
      await measureSlowness(starts(30, 20, 25)),
      await measureSlowness(starts(60, 900, 480)),
      await measureSlowness(starts(61, 1, 62)),
      await measureSlowness(starts(9_000, 9_000, 1)),
    ],
    [1, 8, 2, 20],
  );
});

test('a process is really started', async () => {
  assert.ok((await measureSlowness()) >= 1);
});
