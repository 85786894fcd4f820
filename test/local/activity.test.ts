import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createActivity } from '../../local/activity.ts';

test('nothing under way is idle', async () => {
  assert.equal(await createActivity().idle(1000), true);
});

test('what is under way is counted by kind, and idle waits for its end', async () => {
  const activity = createActivity();
  const ends = [activity.begin('message'), activity.begin('message'), activity.begin('job')];
  assert.deepEqual(activity.counts, { message: 2, invocation: 0, job: 1, event: 0 });
  const idle = activity.idle(5000);
  for (const end of ends) setImmediate(end);
  assert.equal(await idle, true);
  assert.deepEqual(activity.counts, { message: 0, invocation: 0, job: 0, event: 0 });
});

test('work that starts the next within a few turns is one chain', async () => {
  const activity = createActivity();
  const order: string[] = [];
  const chain = (links: number): void => {
    const end = activity.begin('event');
    setImmediate(() => {
      end();
      order.push(`link ${links}`);
      if (links > 1) setImmediate(() => chain(links - 1));
    });
  };
  chain(3);
  assert.equal(await activity.idle(5000), true);
  order.push('idle');
  assert.deepEqual(order, ['link 3', 'link 2', 'link 1', 'idle']);
});

test('idle gives up after its time', async () => {
  const activity = createActivity();
  const end = activity.begin('invocation');
  assert.equal(await activity.idle(5), false);
  end();
  assert.equal(await activity.idle(1000), true);
});

test('an end that is told twice is a mistake', () => {
  const end = createActivity().begin('job');
  end();
  assert.throws(end, { message: 'the end of one job was told twice' });
});
