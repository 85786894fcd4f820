import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutlet, createSlots } from '../../../cli/plan/outlet.ts';

test('what is put in comes out in order, before and after somebody waits for it, and what is there at the end is not lost', async () => {
  const outlet = createOutlet<number>();
  outlet.put(1);
  const all = Array.fromAsync(outlet.all());
  await Promise.resolve();
  outlet.put(2);
  await Promise.resolve();
  outlet.put(3);
  outlet.end();
  assert.deepEqual(await all, [1, 2, 3]);
});

test('so many works run at a time, and one that fails makes room for the next', async () => {
  const inSlot = createSlots(3);
  let running = 0;
  let most = 0;
  const work = async (fails: boolean) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    if (fails) throw new Error('failed');
  };
  const ended = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => inSlot(() => work(n % 2 === 0))));
  assert.deepEqual([most, running, ended.filter(({ status }) => status === 'fulfilled').length], [3, 0, 10]);
});
