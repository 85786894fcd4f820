import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLedgerChange } from '../../src/intake/parse-ledger-change.ts';
import { announcedKey } from '../../src/ledger/announced-item.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { imageOf, jobOf, repairOf } from '../announcements/ledger-images.ts';

const position = { stream: 'arn:aws:dynamodb:eu-west-1:111111111111:table/ledger/stream/1', sequence: '100' };
const keys = bucketKey(imageOf());
const NAME = 'BUCKET#111111111111/eu-west-1/orders';
const JOB = { pk: `JOB#${'b'.repeat(40)}`, sk: 'JOB' };

describe('a record of the ledger', () => {
  it('is a change of a bucket, without the attributes that nobody asks for', () => {
    const item = imageOf({ repairs: [repairOf()], found: { algorithm: 'AES256' } });
    const attributes = { ...keys, ...item, v: 2, later: [1], pending: { cause: 'of a later version' } };
    assert.deepEqual(parseLedgerChange({ keys, before: attributes, after: attributes, position, later: true }), {
      kind: 'bucket',
      position,
      before: item,
      after: item,
    });
  });

  it('names the writers of a bucket where people are to be told of them, and nothing else of them', () => {
    const { bucket, account, region } = imageOf();
    const item = { bucket, account, region, writers: [], newsAt: '2026-11-02T10:16:30.000Z', v: 2 };
    const written = { ...keys, sk: 'WRITERS' };
    const { v: _, ...after } = item;
    assert.deepEqual(parseLedgerChange({ keys: written, after: item, position }), { kind: 'writers', position, after });
    const { newsAt: __, ...quiet } = item;
    assert.deepEqual(parseLedgerChange({ keys: written, after: quiet, position }), {
      ignored: `${NAME} has no writer of whom people are to be told`,
    });
  });

  it('of an item that an older version wrote lacks what that did not know', () => {
    const { reasons: _, policyOrder: __, ...rest } = imageOf({ verdict: 'gone' });
    assert.deepEqual(parseLedgerChange({ keys, after: rest, position }), {
      kind: 'bucket',
      position,
      after: imageOf({ verdict: 'gone', policyOrder: 0 }),
    });
    const { failures: ___, ...job } = jobOf();
    assert.deepEqual(parseLedgerChange({ keys: JOB, after: { ...job, failuresByCode: { a: 1 } }, position }), {
      kind: 'job',
      position,
      after: jobOf({ failures: [] }),
    });
  });

  it('of a bucket that was claimed before it was judged has no image before', () => {
    const claimed = { ...keys, bucket: 'orders', claimOwner: 'a', claimUntil: 1 };
    assert.deepEqual(parseLedgerChange({ keys, after: claimed, position }), {
      ignored: `${NAME} was claimed and not judged yet`,
    });
    const change = parseLedgerChange({ keys, before: claimed, after: imageOf(), position });
    assert.equal('before' in change, false);
  });

  it('is the end of a job, once', () => {
    const open = { ...jobOf({ status: 'open' }), closedAt: undefined };
    const closed = { ...JOB, ...jobOf() };
    assert.deepEqual(parseLedgerChange({ keys: JOB, before: open, after: closed, position }), {
      kind: 'job',
      position,
      after: jobOf(),
    });
    const pk = JOB.pk;
    assert.deepEqual(parseLedgerChange({ keys: JOB, after: open, position }), { ignored: `${pk} is open` });
    assert.deepEqual(parseLedgerChange({ keys: JOB, before: closed, after: closed, position }), {
      ignored: `${pk} was closed before`,
    });
  });

  it('of anything else is ignored by name', () => {
    const ignored = [
      { keys, position },
      { keys: { pk: 'POLICY', sk: 'PIN' }, after: {}, position },
      { keys: announcedKey(keys), after: {}, position },
    ].map(parseLedgerChange);
    assert.deepEqual(ignored, [
      { ignored: `${NAME} STATE was removed` },
      { ignored: 'POLICY PIN is no bucket, no job and no writers' },
      { ignored: `${NAME} TOLD is no bucket, no job and no writers` },
    ]);
  });

  it('that lacks what an announcement needs is refused with every problem', () => {
    const broken = { ...imageOf(), account: 5, reasons: [{ code: 'x' }] };
    assert.throws(() => parseLedgerChange({ keys, after: broken, position }), {
      code: 'malformed-message',
      message:
        'Not a bucket of the ledger: account: expected text, found 5; reasons[0].message: expected text, found nothing',
    });
    assert.throws(() => parseLedgerChange({ keys, after: imageOf(), position: { stream: 's', sequence: 'last' } }), {
      message: 'Not a change of the ledger: position.sequence: expected a sequence number, found "last"',
    });
    assert.throws(() => parseLedgerChange({ position }), {
      message: 'Not a change of the ledger: keys: expected pk and sk, found nothing',
    });
  });
});
