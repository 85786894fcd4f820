import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needTime, startDeadline, timeLeftMs, waitInTime } from '../../src/runtime/deadline.ts';
import { CONTEXT } from './lambda-input.ts';

const OVER = { code: 'out-of-time', retryable: true };

/** The time of one invocation, of which the test takes what it wants. */
function open(leftMs: number) {
  const clock = { leftMs };
  const deadline = startDeadline({ ...CONTEXT, getRemainingTimeInMillis: () => clock.leftMs });
  return { clock, deadline };
}

test('a story waits while there is time for it, and no longer', async () => {
  const { clock, deadline } = open(60_000);
  using _ = deadline;
  await deadline.orOver(async () => {
    assert.equal(timeLeftMs(), 57_000);
    clock.leftMs = 3_100;
    await waitInTime(1);
    await assert.rejects(waitInTime(100), OVER);
    needTime();
  });
});

test('each story has the time of its own invocation, also where it goes on after the answer', async () => {
  const [before, now] = [open(60_000), open(60_000)];
  using _before = before.deadline;
  using _now = now.deadline;
  const thawed = Promise.withResolvers<void>();
  const left = before.deadline.orOver(async () => {
    await thawed.promise;
    assert.throws(() => needTime(), OVER);
  });
  before.clock.leftMs = -10_000;
  await now.deadline.orOver(async () => {
    thawed.resolve();
    await left;
    needTime();
  });
});

test('a story that was refused something has no end, whatever it comes to', async () => {
  const { clock, deadline } = open(60_000);
  using _ = deadline;
  assert.equal(await deadline.orOver(async () => 'done'), 'done');
  const late = deadline.orOver(async () => {
    clock.leftMs = 3_000;
    assert.throws(needTime, OVER);
    return 'done';
  });
  assert.equal(await late, 'over');
  assert.equal(
    await deadline.orOver(async () => {
      assert.throws(needTime, OVER);
      throw new Error('said by whoever did not know why');
    }),
    'over',
  );
});

test('a command has all the time', () => {
  needTime(1e9);
  assert.equal(timeLeftMs(), Infinity);
});
