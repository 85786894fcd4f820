import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeResult } from '../../../scripts/scenario/judge-result.ts';
import type { LedgerView, Told } from '../../../scripts/scenario/ledger-view.ts';
import type { Seen } from '../../../scripts/scenario/wanted.ts';

const WANTED = { algorithm: 'aws:kms', keyArn: 'arn:key', bucketKey: true } as const;
const NONE: Seen = { algorithm: undefined, keyId: undefined, bucketKey: undefined };
const SSE_S3: Seen = { ...NONE, algorithm: 'AES256' };

const LEDGER: LedgerView = {
  verdict: 'repair',
  reasons: [],
  rule: 'default',
  observed: false,
  repaired: true,
  repairs: 1,
  leftovers: [],
};
const PLAY = { bucket: 'b', place: { account: '111111111111', region: 'eu-west-1' } };

/** What becomes of objects that were `was` before and are still below, or damaged, after. */
function judged(
  objects: Record<string, { was: Seen; meets?: boolean; intact?: boolean }>,
  over: { ledger?: Partial<LedgerView>; reencrypt?: string } = {},
) {
  const rows = Object.entries(objects);
  return judgeResult({
    play: PLAY,
    ledger: { ...LEDGER, ...over.ledger },
    before: { encryption: 'SSE-S3', objects: new Map(rows.map(([key, { was }]) => [key, was])) },
    after: {
      encryption: 'SSE-KMS',
      objects: new Map(rows.map(([key, { meets = false, intact = true }]) => [key, { meets, intact }])),
    },
    wanted: WANTED,
    reencrypt: over.reencrypt ?? 'all',
  }).objects;
}

const leftover = (code: string): Told => ({ code, message: `${code}.` });

test('an object that a job missed is below, although another one is named as left over', () => {
  const ledger = { leftovers: [leftover('archived')] };
  const objects = judged({ archived: { was: NONE }, missed: { was: SSE_S3 } }, { ledger });
  assert.deepEqual(objects, { total: 2, identical: 2, reencrypted: 0, below: 1, excused: 1 });
});

test('a leftover of the whole bucket excuses every object of it', () => {
  const ledger = { leftovers: [leftover('dsse-needs-copy-function')] };
  assert.deepEqual(judged({ a: { was: SSE_S3 } }, { ledger }), {
    total: 1,
    identical: 1,
    reencrypted: 0,
    below: 0,
    excused: 1,
  });
});

test('a damaged object is below, whatever encrypts it and whoever is excused', () => {
  const objects = { damaged: { was: SSE_S3, meets: true, intact: false } };
  assert.equal(judged(objects).below, 1);
  assert.equal(judged(objects, { ledger: { verdict: 'exempt' } }).below, 1);
});

test('an object that was below and is right is re-encrypted, one that was right already is not', () => {
  const right: Seen = { algorithm: 'aws:kms', keyId: 'arn:key', bucketKey: true };
  const objects = judged({ raised: { was: SSE_S3, meets: true }, right: { was: right, meets: true } });
  assert.deepEqual(objects, { total: 2, identical: 2, reencrypted: 1, below: 0, excused: 0 });
});

test('under reencrypt drifted only what drifted must be right', () => {
  const objects = judged({ 'drifted/a': { was: SSE_S3 }, 'older/b': { was: SSE_S3 } }, { reencrypt: 'drifted' });
  assert.deepEqual(objects, { total: 2, identical: 2, reencrypted: 0, below: 1, excused: 1 });
});

test('objects of a bucket that keeps SSE-S3 for its logs are excused, and those of any other compliant bucket are not', () => {
  const objects = { log: { was: SSE_S3 } };
  const ledger = { verdict: 'compliant', repaired: false };
  const kept = judged(objects, { ledger: { ...ledger, reasons: [leftover('log-target-sse-s3')] } });
  assert.deepEqual(kept, { total: 1, identical: 1, reencrypted: 0, below: 0, excused: 1 });
  assert.deepEqual(judged(objects, { ledger }), { total: 1, identical: 1, reencrypted: 0, below: 1, excused: 0 });
});

test('a repair took as long as from the drift to its record, and no bucket that was not repaired took any', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 30, 12, 0, second));
  const secondsOf = (repairedAt: Date | undefined, since: Date | undefined) =>
    judgeResult({
      play: PLAY,
      ledger: { ...LEDGER, ...(repairedAt && { repairedAt }) },
      before: { encryption: 'SSE-S3', objects: new Map() },
      after: { encryption: 'SSE-KMS', objects: new Map() },
      wanted: WANTED,
      reencrypt: 'all',
      since,
    }).secondsToRepair;
  assert.deepEqual([secondsOf(at(5), at(2)), secondsOf(at(1), at(2)), secondsOf(undefined, at(2))], [3, 0, undefined]);
});

test('an object that a service wrote is read, and no bytes of it are known', () => {
  const view = { ...LEDGER, verdict: 'hold', repaired: false, repairs: 0 };
  const { objects } = judgeResult({
    play: PLAY,
    ledger: view,
    before: { encryption: 'SSE-S3', objects: new Map() },
    after: { encryption: 'SSE-S3', objects: new Map([['log', { meets: false, intact: true }]]) },
    wanted: WANTED,
    reencrypt: 'all',
  });
  assert.deepEqual(objects, { total: 1, identical: 0, reencrypted: 0, below: 0, excused: 1 });
});
