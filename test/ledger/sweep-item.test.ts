import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkedItem } from '../../src/ledger/shapes.ts';
import {
  isOfAll,
  organizationSweep,
  partKeys,
  sumOf,
  sweepCounts,
  sweepKeys,
  takesAllBuckets,
} from '../../src/ledger/sweep-item.ts';

const BEGUN = { sweep: 'sweep-1', at: '2026-11-02T10:00:00Z', observe: false, scope: {} };

test('sweeps, their accounts and their Regions are under one key each', () => {
  assert.deepEqual(sweepKeys.sweep('s'), { pk: 'SWEEP#all', sk: 'SWEEP#s' });
  assert.deepEqual(sweepKeys.account('s', '111111111111'), { pk: 'SWEEP#all', sk: 'ACCOUNT#s#111111111111' });
  assert.ok(sweepKeys.place('s', '111111111111', 'eu-west-1').sk.startsWith(sweepKeys.place('s', '111111111111').sk));
  const { plan } = partKeys({ account: '111111111111', region: 'eu-west-1' }, 's');
  assert.deepEqual(plan, { pk: 'SWEEP#111111111111/eu-west-1', sk: 'PLAN#s' });
});

test('an item tells whether its sweep has ended, and passes over what it does not know', () => {
  const { sweep, endedAt, accountsDone } = checkedItem(organizationSweep, { ...BEGUN, later: 1 });
  assert.deepEqual([sweep, endedAt, accountsDone], ['sweep-1', undefined, 0]);
  const ended = { ...BEGUN, endedAt: '2026-11-02T10:05:00Z', buckets: 3, missing: ['x'] };
  const found = checkedItem(organizationSweep, ended);
  assert.deepEqual([found.endedAt, found.buckets, found.missing], [ended.endedAt, 3, ['x']]);
  const message =
    'ledger item SWEEP#x: buckets: expected a number, found "3". Was the table written by another version?';
  assert.throws(() => checkedItem(organizationSweep, { pk: 'SWEEP#x', ...ended, buckets: '3' }), { message });
});

test('a sweep is of everything, of all buckets of some places, or of some buckets', () => {
  for (const [scope, all, buckets] of [
    [{}, true, true],
    [{ accounts: ['111111111111'] }, false, true],
    [{ regions: ['eu-west-1'], ous: ['ou-ab12-11111111'] }, false, true],
    [{ rule: 'secrets' }, false, true],
    [{ prefix: 'a' }, false, false],
    [{ buckets: ['a'] }, false, false],
  ] as const) {
    const asked = JSON.parse(JSON.stringify(scope));
    assert.deepEqual([isOfAll(asked), takesAllBuckets(asked)], [all, buckets]);
  }
});

test('the counts of several places are added up, and the first names of what could not be read are kept', () => {
  const one = sweepCounts.parse({ buckets: 2, logTargets: 1, loggingUnread: { buckets: 30, first: ['b'] } });
  const other = sweepCounts.parse({
    buckets: 3,
    unlisted: 1,
    loggingUnread: { buckets: 1, first: ['a'] },
    found: ['a'],
  });
  assert.deepEqual(sumOf([one, other]), {
    buckets: 5,
    unlisted: 1,
    logTargets: 1,
    loggingUnread: { buckets: 31, first: ['a', 'b'] },
    found: ['a'],
  });
  assert.deepEqual(sumOf([]), sweepCounts.parse({}));
});
