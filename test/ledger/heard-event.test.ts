import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeardEvent, heardEventKey, readHeardEvent } from '../../src/ledger/heard-event.ts';

const EVENT: HeardEvent = {
  cause: 'tagged',
  at: '2026-11-02T10:00:00Z',
  causeId: 'event-1',
  actor: 'arn:aws:iam::111122223333:role/team',
  tags: [{ key: 'team', value: '' }],
  someTags: true,
};

test('an event is kept beside the item of its bucket, under its own id', () => {
  assert.deepEqual(heardEventKey({ account: '111122223333', region: 'eu-west-1', bucket: 'data' }, 'event-1'), {
    pk: 'BUCKET#111122223333/eu-west-1/data',
    sk: 'EVENT#event-1',
  });
});

test('what is read is what an event can tell, and nothing that a later version may add', () => {
  assert.deepEqual(readHeardEvent({ ...EVENT, v: 1, addedLater: true }), EVENT);
  assert.throws(() => readHeardEvent({ ...EVENT, pk: 'BUCKET#x', cause: 'sneezed' }), {
    code: 'ledger-failed',
    message: /^ledger item BUCKET#x: cause: expected one of created, .*, found "sneezed"/,
  });
});
