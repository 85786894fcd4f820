import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createAdaptiveSlots } from '../../../cli/verify/adaptive-slots.ts';

const isThrottled = (answer: string) => answer === 'throttled';

/** Works that end when they are told, and how many of them run. */
function works(most: number) {
  const slots = createAdaptiveSlots(most);
  const open: ((answer: string) => void)[] = [];
  const begin = () => slots.run(() => new Promise<string>((resolve) => open.push(resolve)), isThrottled);
  return { slots, open, begin };
}

test('so many run at once, and the next begins when one has ended', async () => {
  const { open, begin } = works(2);
  const all = [begin(), begin(), begin()];
  await turn();
  assert.equal(open.length, 2);
  open[0]?.('good');
  await all[0];
  await turn();
  assert.equal(open.length, 3);
  open[1]?.('good');
  open[2]?.('good');
  assert.deepEqual(await Promise.all(all), ['good', 'good', 'good']);
});

test('one that was throttled halves them once, whatever else was on its way then', async () => {
  const { slots, open, begin } = works(8);
  const all = Array.from({ length: 8 }, begin);
  await turn();
  for (const end of open) end('throttled');
  await Promise.all(all);
  assert.equal(slots.limit(), 4);
  const run = (answer: string) => slots.run(async () => answer, isThrottled);
  for (let each = 0; each < 3; each += 1) await run('throttled');
  assert.equal(slots.limit(), 1, 'and never to none');
});

test('a row of good answers opens one more, up to the most', async () => {
  const slots = createAdaptiveSlots(3);
  const run = (answer: string) => slots.run(async () => answer, isThrottled);
  await run('throttled');
  assert.equal(slots.limit(), 1);
  for (let each = 0; each < 50; each += 1) await run('good');
  assert.equal(slots.limit(), 2);
  for (let each = 0; each < 500; each += 1) await run('good');
  assert.equal(slots.limit(), 3);
});

test('a work that fails gives its slot back', async () => {
  const slots = createAdaptiveSlots(1);
  await assert.rejects(
    slots.run(
      async () => Promise.reject(new Error('no')),
      () => false,
    ),
    { message: 'no' },
  );
  assert.equal(await slots.run(async () => 'next', isThrottled), 'next');
});
