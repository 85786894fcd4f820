import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResealError } from '../../src/errors.ts';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { acknowledge, type AcknowledgeDeps } from '../../src/remediation/acknowledge.ts';

const ID = { account: '111122223333', region: 'eu-west-1', bucket: 'data' };
const NOW = '2026-11-02T10:15:30.000Z';
const PUT_BACK = { at: NOW, by: 'eva' };

/** A ledger that has this item; of its writes the first `refused` come to nothing. */
async function told(item: object, refused = 0) {
  const writes: unknown[] = [];
  let left = refused;
  const ledger = {
    read: async () => item as BucketItem,
    settle: async (...given: unknown[]) => {
      writes.push(given);
      left -= 1;
      return { written: left < 0, item: item as BucketItem };
    },
  };
  const deps: AcknowledgeDeps = { ledger, now: () => new Date(NOW) };
  return { writes, held: await acknowledge({ ...ID, by: 'eva' }, deps).catch((error: unknown) => error) };
}

test('a hold by people or by flapping ends, on what was read, and what held is told', async () => {
  const rows: [item: object, held: object][] = [
    [{ rolledBack: PUT_BACK }, { rolledBack: true, flapping: false }],
    [{ rollingBack: PUT_BACK }, { rolledBack: true, flapping: false }],
    [{ flappingSince: NOW }, { rolledBack: false, flapping: true }],
    [
      { rolledBack: PUT_BACK, flappingSince: NOW },
      { rolledBack: true, flapping: true },
    ],
  ];
  for (const [item, held] of rows) {
    const answer = await told({ ...item, rev: 7 });
    const set = { acknowledgedAt: NOW, acknowledgedBy: 'eva' };
    const remove = ['rolledBack', 'rollingBack', 'flappingSince'];
    assert.deepEqual(answer.held, held);
    assert.deepEqual(answer.writes, [[{ ...ID }, { set, remove }, { kind: 'read', rev: 7 }]]);
  }
});

test('a bucket without such a hold is not acknowledged, and its verdict is told', async () => {
  for (const [verdict, words] of [
    ['hold', 'hold'],
    [undefined, 'no verdict yet'],
  ]) {
    const { held, writes } = await told({ verdict });
    assert(held instanceof ResealError);
    assert.deepEqual([held.code, held.retryable, held.bucket], ['not-held', false, 'data']);
    assert.match(held.message, new RegExp(`\\(the ledger says: ${words}\\), so there is nothing to acknowledge$`));
    assert.deepEqual(writes, []);
  }
});

test('a look in between is waited for, and not for ever', async () => {
  const late = await told({ flappingSince: NOW }, 4);
  assert.deepEqual([late.held, late.writes.length], [{ rolledBack: false, flapping: true }, 5]);
  const never = await told({ flappingSince: NOW }, 5);
  assert.equal(never.writes.length, 5);
  assert(never.held instanceof ResealError);
  assert.deepEqual([never.held.code, never.held.retryable, never.held.bucket], ['ledger-failed', true, 'data']);
});
