import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from '../../../local/lambda/turns.ts';

test('so many at once, then first come first served, and a turn that is given back twice counts once', async () => {
  const turns = new Turns(2);
  const order: string[] = [];
  const take = async (name: string) => {
    const giveBack = await turns.take();
    order.push(name);
    return giveBack;
  };
  const [first, second] = await Promise.all([take('a'), take('b')]);
  const [third, fourth] = [take('c'), take('d')];
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(order, ['a', 'b']);
  second?.();
  second?.();
  await third;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(order, ['a', 'b', 'c']);
  first?.();
  await fourth;
  assert.deepEqual(order, ['a', 'b', 'c', 'd']);
});
