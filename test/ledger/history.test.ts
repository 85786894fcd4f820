import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketItem, Repair } from '../../src/ledger/bucket-item.ts';
import { historyOf } from '../../src/ledger/history.ts';

function repairAt(at: string, over: Partial<Repair> = {}): Repair {
  const rules = { replaced: {}, wrote: { algorithm: 'aws:kms' } };
  return { at, causeId: 'event-1', cause: 'encryption-put', ...rules, policySha256: 'abc', reasons: [], ...over };
}

test('of a bucket that nobody knows nothing is remembered', () => {
  assert.deepEqual(historyOf({}, undefined), { repairs: [], logSources: [] });
});

test('everything that a verdict may rest on is handed on', () => {
  const tag = { value: 'until 2027', actor: 'arn:eve', at: '2026-11-02T09:00:00Z', causeId: 'event-0' };
  const lastDrift = { at: '2026-11-02T10:00:00Z', causeId: 'event-2', cause: 'created', actor: 'eve' };
  const item: BucketItem = {
    acknowledgedAt: '2026-11-01T00:00:00.000Z',
    lastDrift,
    flappingSince: '2026-11-01T01:00:00.000Z',
    exceptionTag: tag,
    aclWriters: true,
    logSources: [{ bucket: 'web', prefix: 'logs/' }],
    rolledBack: { at: '2026-11-01T02:00:00.000Z', by: 'eve', replaced: {}, restored: {} },
  };
  assert.deepEqual(historyOf(item, undefined), {
    repairs: [],
    logSources: [{ bucket: 'web', prefix: 'logs/' }],
    rolledBack: { at: '2026-11-01T02:00:00.000Z', by: 'eve' },
    acknowledgedAt: '2026-11-01T00:00:00.000Z',
    lastDrift,
    flappingSince: '2026-11-01T01:00:00.000Z',
    aclWriters: true,
    exceptionTag: tag,
  });
});

test('a repair counts at its drift where an event told of it, with who caused it', () => {
  const at = '2026-11-02T10:01:00.000Z';
  const driftAt = '2026-11-02T10:00:00Z';
  const whence = { actor: 'eve', sourceAddress: '10.0.0.1', userAgent: 'console' };
  const { repairs } = historyOf({ repairs: [repairAt(at, { driftAt, ...whence }), repairAt(at)] }, undefined);
  const event = { repairedAt: at, cause: 'encryption-put', causeId: 'event-1' };
  assert.deepEqual(repairs, [
    { at: driftAt, ...event, ...whence },
    { at, ...event },
  ]);
});

test('a write of which nobody knows whether it was made counts for nothing', () => {
  const { reasons: _, ...unsure } = repairAt('2026-11-02T10:01:00.000Z');
  assert.deepEqual(historyOf({ repairs: [unsure] }, undefined).repairs, []);
});

test('repairs of a bucket that was deleted count for nothing, those of the same second by their milliseconds', () => {
  const times = ['09:59:59.999', '10:00:00.000', '10:00:00.001', '10:00:01.000'].map((time) => `2026-11-02T${time}Z`);
  const repairs = times.map((at) => repairAt(at));
  for (const deletedAt of ['2026-11-02T10:00:00Z', '2026-11-02T10:00:00.000Z']) {
    const counted = historyOf({ repairs, deletedAt }, undefined).repairs.map(({ repairedAt }) => repairedAt);
    assert.deepEqual(counted, times.slice(2), deletedAt);
  }
});

test('what a complete sweep has just seen of access logs counts more than what is remembered', () => {
  const logSources = [{ bucket: 'web', prefix: '' }];
  assert.deepEqual(historyOf({ logSources }, []).logSources, []);
  assert.deepEqual(historyOf({}, logSources).logSources, logSources);
});

test('a rollback that may have been half done holds as well', () => {
  const rollingBack = { at: '2026-11-01T02:00:00.000Z', by: 'eve' };
  assert.deepEqual(historyOf({ rollingBack }, undefined).rolledBack, rollingBack);
});

test('a tag that was taken away asks for nothing', () => {
  const exceptionTag = { value: '', actor: 'eve', at: '2026-11-02T09:00:00Z', causeId: 'event-0' };
  assert.equal('exceptionTag' in historyOf({ exceptionTag }, undefined), false);
});
