import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acknowledgementOf,
  leftoversOf,
  noticeOf,
  repairOf,
  rollbackOf,
  standingOfKind,
} from '../../src/announcements/announcements-of.ts';
import { imageOf, reason, repairOf as made } from './ledger-images.ts';

const PLACE = { bucket: 'orders', account: '111111111111', region: 'eu-west-1' };
const AT = '2026-11-03T08:00:00.000Z';

test('a repair is told as the ledger keeps it, with what it led to; two of the same moment are two', () => {
  const item = imageOf({ verdict: 'compliant', jobs: [{ token: 't' }], leftovers: [reason('archived')] });
  const { id, ...told } = repairOf(item, made(), 0);
  const expected = { kind: 'bucket-repaired', version: 1, ...PLACE, verdict: 'repair', rule: item.rule, ...made() };
  assert.deepEqual(told, { ...expected, jobs: [{ token: 't' }], leftovers: [reason('archived')] });
  assert.notEqual(repairOf(item, made(), 1).id, id);
  assert.equal(repairOf(imageOf(), made(), 0).id, id, 'whatever is known of the bucket later');
});

test('a repair of which nobody knows why has no reasons', () => {
  const { reasons: _, ...unsure } = made();
  const told = repairOf(imageOf(), unsure, 0);
  assert.ok(told.kind === 'bucket-repaired');
  assert.deepEqual([told.reasons, told.jobs, told.leftovers], [[], [], []]);
});

test('a rollback and an acknowledgement say who and when', () => {
  const rules = { replaced: { algorithm: 'aws:kms' }, restored: { algorithm: 'AES256' } };
  const { id: _, ...rollback } = rollbackOf(imageOf({ rolledBack: { at: AT, by: 'eve', ...rules } }));
  assert.deepEqual(rollback, { kind: 'bucket-rolled-back', version: 1, at: AT, ...PLACE, by: 'eve', ...rules });
  const { id: __, ...acknowledged } = acknowledgementOf(imageOf({ acknowledgedAt: AT }));
  assert.deepEqual(acknowledged, { kind: 'bucket-acknowledged', version: 1, at: AT, ...PLACE, by: 'somebody' });
});

test('leftovers are told again only where they are others', () => {
  const id = (...codes: string[]) => leftoversOf(imageOf({ leftovers: codes.map((code) => reason(code)) })).id;
  assert.equal(id('archived'), id('archived'));
  assert.notEqual(id('archived'), id('archived', 'website'));
});

test('a notice is told again after something else was told, or where its words change', () => {
  const id = (message: string, follows: string) =>
    noticeOf(
      imageOf({ reasons: [reason('exception-ending', message), reason('flapping')] }),
      'exception-ending',
      follows,
    ).id;
  assert.equal(id('Soon.', 'a'), id('Soon.', 'a'));
  assert.equal(new Set([id('Soon.', 'a'), id('Soon.', 'b'), id('Now.', 'a')]).size, 3);
});

test('a standing is as of its look, and of a bucket that is gone as of when that was seen', () => {
  const at = (over: object) => standingOfKind(imageOf(over), 'bucket-gone', 'a'.repeat(32)).at;
  assert.deepEqual(
    [at({ verdict: 'gone', goneAt: AT }), at({ verdict: 'gone' }), at({ goneAt: AT })],
    [AT, imageOf().assessedAt, imageOf().assessedAt],
  );
});
