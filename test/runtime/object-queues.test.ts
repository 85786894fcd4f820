import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pieceMessage } from '../../src/intake/parse-piece-message.ts';
import { newRange } from '../../src/ledger/piece-item.ts';
import { createPieceSender, queueOfLane } from '../../src/runtime/object-queues.ts';
import { aJob } from '../ledger/a-job.ts';

const URLS = { INLINE_QUEUE_URL: 'https://inline', OBJECT_QUEUE_URL: 'https://objects' };

test('a small bucket has a queue of its own, everything else the other one', () => {
  assert.deepEqual([queueOfLane('inline', URLS), queueOfLane(undefined, URLS)], ['https://inline', 'https://objects']);
});

test('pieces are sent as they come, in the group of their account', async () => {
  const sent: unknown[] = [];
  const send = createPieceSender(
    { sendAll: async (url, messages) => void sent.push(url, await Array.fromAsync(messages)) },
    URLS,
  );
  const pieces = ['', 'm'].map((first) => newRange('t', { after: first }));
  async function* coming() {
    yield* pieces;
  }
  const job = aJob({ method: 'own-copy', account: '222222222222', own: { does: ['copy'], lane: 'inline' } });
  await send(job, coming());
  assert.deepEqual(sent, [
    'https://inline',
    pieces.map((piece) => ({ body: pieceMessage(piece), group: '222222222222' })),
  ]);
});
