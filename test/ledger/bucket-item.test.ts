import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketKey, judgedBucketItem, PASSING, readBucketItem } from '../../src/ledger/bucket-item.ts';

const PENDING = { id: 'p', cause: 'created', causeId: 'event-1', at: '2026-11-02T10:00:00Z' };
const JUDGED = {
  bucket: 'orders',
  account: '111122223333',
  region: 'eu-west-1',
  verdict: 'compliant',
  rule: 'default',
  policySha256: 'abc',
  causeId: 'event-1',
  cause: 'created',
  assessedAt: '2026-11-02T10:01:00.000Z',
};

test('the key of a bucket says whose it is and where', () => {
  const id = { account: '111122223333', region: 'eu-west-1', bucket: 'orders' };
  assert.deepEqual(bucketKey(id), { pk: 'BUCKET#111122223333/eu-west-1/orders', sk: 'STATE' });
});

test('a bucket that was claimed and not judged yet has no look, and one that nobody knows has nothing', () => {
  const claimed = { claimOwner: 'a', claimUntil: 75_000, rev: 1, pending: PENDING };
  assert.deepEqual(readBucketItem({ pk: 'BUCKET#x', sk: 'STATE', bucket: 'orders', ...claimed }), claimed);
  assert.deepEqual(readBucketItem({}), {});
});

test('what a later version added is passed over, and its new causes are read', () => {
  const pending = { ...PENDING, cause: 'replicated', later: true };
  const item = { v: 2, later: [1], verdict: 'archived', pending };
  assert.deepEqual(readBucketItem(item), { verdict: 'archived', pending: { ...PENDING, cause: 'replicated' } });
});

for (const [name, item, message] of [
  [
    'another kind of value',
    { pk: 'BUCKET#a', repairs: 'many' },
    /^ledger item BUCKET#a: repairs: expected a list, found "many"/,
  ],
  [
    'half an entry',
    { pk: 'BUCKET#b', lastDrift: { at: 'x' } },
    /^ledger item BUCKET#b: lastDrift\.causeId: expected text, found nothing/,
  ],
  ['null', { pk: 'BUCKET#c', belowSince: null }, /^ledger item BUCKET#c: belowSince: expected text, found null/],
] as const) {
  test(`an item that no version writes is an error that names it: ${name}`, () => {
    assert.throws(() => readBucketItem(item), { code: 'ledger-failed', message });
  });
}

test('an item that an older version wrote, without reasons and order, can be announced', () => {
  assert.deepEqual(judgedBucketItem.parse(JUDGED), { ...JUDGED, reasons: [], policyOrder: 0 });
  const whole = { ...JUDGED, reasons: [{ code: 'flapping', message: 'Again.' }], policyOrder: 3 };
  assert.deepEqual(judgedBucketItem.parse(whole), whole);
  assert.equal(judgedBucketItem.safeParse({ claimOwner: 'a' }).success, false);
});

test('what a look says only of itself is no part of what is remembered', () => {
  const remembered = [
    'open',
    'createdAt',
    'belowSince',
    'covered',
    'lastDrift',
    'pending',
    'repairs',
    'rolledBack',
    'verdict',
    'rule',
  ];
  assert.deepEqual(
    remembered.filter((name) => (PASSING as string[]).includes(name)),
    [],
  );
  for (const name of ['found', 'actor', 'price', 'observed', 'parked', 'goneAt', 'flappingSince']) {
    assert.equal((PASSING as string[]).includes(name), true, name);
  }
});
