import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../../local/sqs/queue-attributes.ts';
import type { QueueSettings } from '../../../local/sqs/queue-attributes.ts';
import { receiptHandle } from '../../../local/sqs/message.ts';
import { Queue } from '../../../local/sqs/queue.ts';

/** Queues that know each other, and how many of their messages count as activity. */
function createQueues() {
  const queues = new Map<string, Queue>();
  let active = 0;
  const beginActivity = () => {
    active++;
    return () => {
      active--;
    };
  };
  return {
    active: () => active,
    add: (name: string, settings: Partial<QueueSettings> = {}): Queue => {
      const arn = `arn:aws:sqs:eu-west-1:111111111111:${name}`;
      const queue = new Queue(
        { arn, name },
        { ...DEFAULT_SETTINGS, ...settings },
        { nowMs: Date.now, beginActivity, find: (one) => queues.get(one) },
      );
      queues.set(arn, queue);
      return queue;
    },
  };
}

const content = (body: string) => ({ body, attributes: {}, senderId: '111111111111' });
const bodies = (queue: Queue): string[] => queue.receive(10).map(({ body }) => body);

describe('a queue', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  test('keeps a message back for its delay, and a message of its own delay for that', () => {
    const queue = createQueues().add('q', { delaySeconds: 60, visibilitySeconds: 1000 });
    queue.send(content('slow'));
    queue.send(content('at once'), 0);
    assert.deepEqual(bodies(queue), ['at once']);
    mock.timers.tick(59_999);
    assert.deepEqual(bodies(queue), []);
    mock.timers.tick(1);
    assert.deepEqual(bodies(queue), ['slow']);
  });

  test('shows a received message again after the visibility timeout, with one more receive', () => {
    const queue = createQueues().add('q', { visibilitySeconds: 30 });
    queue.send(content('x'));
    assert.deepEqual(
      queue.receive(1).map(({ receives, firstReceivedMs }) => ({ receives, firstReceivedMs })),
      [{ receives: 1, firstReceivedMs: 1_000_000 }],
    );
    mock.timers.tick(30_000);
    assert.deepEqual(
      queue.receive(1).map(({ receives, firstReceivedMs }) => ({ receives, firstReceivedMs })),
      [{ receives: 2, firstReceivedMs: 1_000_000 }],
    );
  });

  test('follows the last change of a visibility timeout, longer or shorter', () => {
    const queue = createQueues().add('q', { visibilitySeconds: 30 });
    queue.send(content('longer'));
    queue.send(content('shorter'));
    const [longer, shorter] = queue.receive(2).map(receiptHandle);
    queue.changeVisibility(longer ?? '', 60);
    queue.changeVisibility(shorter ?? '', 5);
    mock.timers.tick(5000);
    assert.deepEqual(
      queue.receive(10, 1000).map(({ body }) => body),
      ['shorter'],
    );
    mock.timers.tick(54_999);
    assert.deepEqual(bodies(queue), []);
    mock.timers.tick(1);
    assert.deepEqual(bodies(queue), ['longer']);
  });

  test('deletes by the handle of the latest receive only', () => {
    const queue = createQueues().add('q', { visibilitySeconds: 0 });
    queue.send(content('x'));
    const [first = ''] = queue.receive(1).map(receiptHandle);
    const [second = ''] = queue.receive(1).map(receiptHandle);
    queue.delete(first);
    assert.equal(queue.counts.visible, 1);
    queue.delete(second);
    assert.deepEqual([queue.counts.visible, bodies(queue)], [0, []]);
  });

  test('gives a message up to its dead-letter queue after maxReceiveCount receives', () => {
    const queues = createQueues();
    const dead = queues.add('dead');
    const queue = queues.add('q', {
      visibilitySeconds: 10,
      redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 2 },
    });
    const { id } = queue.send(content('bad'));
    const seen = [bodies(queue).length];
    for (const _again of [1, 2]) {
      mock.timers.tick(10_000);
      seen.push(bodies(queue).length);
    }
    assert.deepEqual(seen, [1, 1, 0]);
    const [letter] = dead.receive(1);
    assert.deepEqual([letter?.id, letter?.body, letter?.deadLetterSource], [id, 'bad', queue.arn]);
  });

  test('keeps what its dead-letter queue does not take', () => {
    const queues = createQueues();
    const dead = queues.add('dead', { redriveAllow: { redrivePermission: 'denyAll' } });
    const queue = queues.add('q', {
      visibilitySeconds: 0,
      redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 },
    });
    queue.send(content('x'));
    assert.deepEqual([bodies(queue), bodies(queue), dead.counts.visible], [['x'], ['x'], 0]);
  });

  test('drops what is older than the retention period', () => {
    const queue = createQueues().add('q', { retentionSeconds: 60 });
    queue.send(content('old'));
    mock.timers.tick(60_000);
    queue.send(content('new'));
    assert.deepEqual(bodies(queue), ['new']);
  });

  test('counts its messages as activity while a consumer is there, also those from before, until they are gone', () => {
    const queues = createQueues();
    const queue = queues.add('q', { visibilitySeconds: 30 });
    queue.send(content('before'));
    let woken = 0;
    const stop = queue.consume(() => {
      woken++;
    });
    queue.send(content('after'), 10);
    assert.deepEqual([queues.active(), woken], [2, 0]);
    mock.timers.tick(10_000);
    assert.equal(woken, 1);
    queue.delete(receiptHandle(queue.receive(1)[0] ?? assert.fail()));
    assert.equal(queues.active(), 1);
    stop();
    assert.equal(queues.active(), 0);
  });

  test('does not count what went to a dead-letter queue that nobody consumes', () => {
    const queues = createQueues();
    const dead = queues.add('dead');
    const queue = queues.add('q', {
      visibilitySeconds: 0,
      redrive: { deadLetterTargetArn: dead.arn, maxReceiveCount: 1 },
    });
    queue.consume(() => {});
    queue.send(content('x'));
    queue.receive(1);
    queue.receive(1);
    assert.deepEqual([queues.active(), dead.counts.visible], [0, 1]);
  });
});
