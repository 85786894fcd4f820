import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../src/present.ts';

test('what is undefined is not there, and everything else is, under any name', () => {
  const actor: string | undefined = undefined;
  const given: { bucket: string; actor?: string; count: number; open: boolean } = {
    bucket: 'orders',
    ...present({ actor, count: 0, open: false }),
  };
  assert.deepEqual(Object.entries(given), [
    ['bucket', 'orders'],
    ['count', 0],
    ['open', false],
  ]);
  assert.deepEqual(Object.entries(present({ constructor: null, ['__proto__']: 1 })), [
    ['constructor', null],
    ['__proto__', 1],
  ]);
});
