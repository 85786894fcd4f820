import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResealError } from '../../../src/errors.ts';
import { createForAWhile, createRemembered } from '../../../src/aws/sdk/remembered.ts';

/** A memory, the clock that it looks at, and an answer that counts how often it was asked for. */
function open(isKept?: (answer: number) => boolean) {
  const clock = { ms: 0 };
  let asked = 0;
  const remembered = createRemembered<number>(() => new Date(clock.ms), isKept);
  const ask = async () => {
    asked += 1;
    return asked;
  };
  return { clock, remembered, ask };
}

test('an answer is used again by its name, until it is as old as it may be', async () => {
  const { clock, remembered, ask } = open();
  assert.equal(await remembered('a', 1000, ask), 1);
  clock.ms = 999;
  assert.equal(await remembered('a', 1000, ask), 1);
  assert.equal(await remembered('b', 1000, ask), 2);
  clock.ms = 1000;
  assert.equal(await remembered('a', 1000, ask), 3);
  assert.equal(await remembered('a', 0, ask), 4);
});

test('who asks while an answer is under way waits for the same one', async () => {
  const { remembered, ask } = open();
  assert.deepEqual(await Promise.all([remembered('a', 1000, ask), remembered('a', 1000, ask)]), [1, 1]);
});

test('a failure is told to those who waited for it, and not remembered', async () => {
  const { remembered, ask } = open();
  const fail = () => Promise.reject(new Error('no'));
  const both = await Promise.allSettled([remembered('a', 1000, fail), remembered('a', 1000, ask)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await remembered('a', 1000, ask), 1);
});

test('an answer that is not worth it is given and forgotten', async () => {
  const { remembered, ask } = open((answer) => answer > 1);
  const twice = async () => [await remembered('a', 1000, ask), await remembered('a', 1000, ask)];
  assert.deepEqual([...(await twice()), ...(await twice())], [1, 2, 2, 2]);
});

test('a late failure forgets no newer answer', async () => {
  const { clock, remembered, ask } = open();
  const first = Promise.withResolvers<number>();
  const old = remembered('a', 1000, () => first.promise);
  clock.ms = 1000;
  assert.equal(await remembered('a', 1000, ask), 1);
  first.reject(new Error('late'));
  await assert.rejects(old, { message: 'late' });
  assert.equal(await remembered('a', 1000, ask), 1);
});

test('where the time of whoever asked is over, those who wait ask for themselves, and it ends for them as for anybody', async () => {
  const { remembered, ask } = open();
  const over = () => Promise.reject(new ResealError('out-of-time', 'over', { retryable: true }));
  const all = [over, ask, ask, over].map((each) => remembered('a', 1000, each));
  const [first, ...others] = await Promise.allSettled(all);
  assert.equal(first?.status, 'rejected');
  assert.deepEqual(others, Array(3).fill({ status: 'fulfilled', value: 1 }));
  await assert.rejects(Promise.all([remembered('b', 1000, over), remembered('b', 1000, over)]), {
    code: 'out-of-time',
  });
});

test('what holds for a while is known until its time is over, and of many names the last thousand', () => {
  const clock = { ms: 0 };
  const known = createForAWhile<string>(() => new Date(clock.ms), 1000);
  known.put('a', 'first');
  clock.ms = 999;
  assert.equal(known.get('a'), 'first');
  known.put('b', 'second');
  clock.ms = 1000;
  assert.deepEqual([known.get('a'), known.get('b'), known.get('c')], [undefined, 'second', undefined]);
  for (let each = 0; each < 1_000; each += 1) known.put(String(each), 'more');
  assert.deepEqual([known.get('b'), known.get('0'), known.get('999')], [undefined, 'more', 'more']);
});
