import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { OF_A_LIVING, ofLivingBucket } from '../../src/ledger/of-living-bucket.ts';

const DELETED_AT = '2026-11-20T10:00:00Z';
const BEFORE = '2026-11-20T09:59:59.999Z';
const AFTER = '2026-11-20T10:00:00.001Z';

/** Everything that is remembered of a bucket, as of one moment. */
function itemAsOf(at: string) {
  return {
    verdict: 'compliant',
    acknowledgedAt: at,
    repairs: [{ at, causeId: 'event-1', cause: 'created', replaced: {}, wrote: {}, policySha256: 'abc' }],
    backfilled: 'standard-1',
    belowSince: at,
    claimOwner: 'a',
    claimUntil: 1,
    compliantAt: at,
    covered: [{ from: at, to: at }],
    exceptionTag: { value: 'x', actor: 'eve', at, causeId: 'event-1' },
    flappingSince: at,
    jobs: [{ token: 't' }],
    lastDrift: { at, causeId: 'event-1', cause: 'created' },
    leftovers: [],
    aclWriters: true,
    logSources: [{ bucket: 'web', prefix: '' }],
    openUploads: { since: at, until: at, rules: [], givesUpAt: at, count: 1 },
    pending: { id: 'p', cause: 'created', causeId: 'event-1', at },
    rolledBack: { at, by: 'eve' },
    rollingBack: { at, by: 'eve' },
  } satisfies BucketItem;
}

test('what was remembered of the bucket that was deleted is not true of the new one, but for what people may read', () => {
  const { verdict, acknowledgedAt, repairs } = itemAsOf(BEFORE);
  assert.deepEqual(ofLivingBucket(itemAsOf(BEFORE), DELETED_AT), {
    verdict,
    acknowledgedAt,
    repairs,
    deletedAt: DELETED_AT,
  });
});

test('what is newer than the deletion is of the new bucket', () => {
  assert.deepEqual(ofLivingBucket(itemAsOf(AFTER), DELETED_AT), { ...itemAsOf(AFTER), deletedAt: DELETED_AT });
});

test('of the same moment is of the old one', () => {
  const living = ofLivingBucket(itemAsOf(DELETED_AT.replace('Z', '.000Z')), DELETED_AT);
  assert.deepEqual(
    OF_A_LIVING.filter((name) => name in living),
    [],
  );
});

for (const name of ['belowSince', 'flappingSince', 'rolledBack', 'rollingBack', 'exceptionTag', 'lastDrift'] as const) {
  test(`${name} has a time of its own`, () => {
    const [old, fresh] = [itemAsOf(BEFORE), itemAsOf(AFTER)];
    assert.equal(name in ofLivingBucket({ ...fresh, [name]: old[name] }, DELETED_AT), false);
    assert.equal(name in ofLivingBucket({ ...old, [name]: fresh[name] }, DELETED_AT), true);
  });
}

test('a claim is as old as its work', () => {
  const left = ofLivingBucket({ ...itemAsOf(AFTER), pending: itemAsOf(BEFORE).pending }, DELETED_AT);
  assert.deepEqual([left.pending, left.claimOwner, left.claimUntil], [undefined, undefined, undefined]);
  const taken = ofLivingBucket({ ...itemAsOf(BEFORE), pending: itemAsOf(AFTER).pending }, DELETED_AT);
  assert.deepEqual([taken.pending?.at, taken.claimOwner, taken.claimUntil], [AFTER, 'a', 1]);
});

test('an older deletion that is told late brings nothing back that a newer one took away', () => {
  const closed: BucketItem = { ...itemAsOf(BEFORE), deletedAt: DELETED_AT };
  const { deletedAt, rolledBack } = ofLivingBucket(closed, '2026-11-20T08:00:00Z');
  assert.deepEqual([deletedAt, rolledBack], [DELETED_AT, undefined]);
});

test('a bucket of which nothing is known is only new', () => {
  assert.deepEqual(ofLivingBucket({}, DELETED_AT), { deletedAt: DELETED_AT });
});
