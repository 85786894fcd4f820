import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce, inGroups } from '../src/at-once.ts';

test('all items are worked on, never more at once than said, and each as soon as there is room', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await atOnce(numbers(100), 7, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done.push(item);
  });
  assert.equal(most, 7);
  assert.deepEqual(
    done.toSorted((a, b) => a - b),
    [...numbers(100)],
  );
});

test('items are made as they are needed, also by a generator that waits', async () => {
  let made = 0;
  let done = 0;
  async function* items() {
    for (; made < 50; made += 1) {
      assert.ok(made - done <= 3, `${made} made, ${done} done`);
      yield made;
    }
  }
  await atOnce(items(), 3, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    done += 1;
  });
  assert.equal(done, 50);
});

test('one that hangs does not hold up the others, and an error ends the work', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = 0;
  const all = atOnce(numbers(50), 2, async (item) => {
    if (item === 0) await promise;
    if ((done += 1) === 49) resolve();
  });
  await all;
  const seen: number[] = [];
  const failing = atOnce(numbers(1_000_000), 4, async (item) => {
    seen.push(item);
    if (item === 5) throw new Error('five');
  });
  await assert.rejects(failing, { message: 'five' });
  const soFar = seen.length;
  await new Promise((settle) => setImmediate(settle));
  assert.ok(soFar < 20 && seen.length - soFar < 4, `${seen.length} begun`);
});

test('groups have the size that was asked for, and nothing makes no group', async () => {
  const groups = async (items: number[]) => {
    const all: number[][] = [];
    for await (const group of inGroups(items, 2)) all.push(group);
    return all;
  };
  assert.deepEqual(await groups([1, 2, 3, 4, 5]), [[1, 2], [3, 4], [5]]);
  assert.deepEqual([await groups([1, 2]), await groups([])], [[[1, 2]], []]);
});

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number += 1) yield number;
}
