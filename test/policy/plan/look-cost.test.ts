import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookCost } from '../../../src/policy/plan/look-cost.ts';
import type { KnownObjects } from '../../../src/policy/plan/objects-met.ts';
import type { OwnPart } from '../../../src/policy/plan/plan-model.ts';
import { pricesIn } from '../../../src/policy/plan/price-list.ts';
import { OLD_MS, listed } from '../literals.ts';

const PRICES = pricesIn('us-east-1');
const LARGE = 5 * 1024 ** 3 + 1;
const job = (own: OwnPart) => ({ class: 'any', own }) as const;
const ALONE = job({ does: ['own-copy'] });
const BESIDE = job({ does: ['own-copy'], others: ['copy'] });

function cost(jobs: Parameters<typeof lookCost>[0], known: Partial<KnownObjects>) {
  const found = lookCost(jobs, { reencrypt: 'all', listing: { objects: [], truncated: false }, ...known }, PRICES);
  return found && { ...found, usd: Math.round(found.usd * 1e9) / 1e9 };
}

test('jobs of S3 look at nothing', () => assert.equal(cost([{ class: 'SSE-S3' }], {}), undefined));

test('a bucket that was seen whole is listed, and what may be its own is looked at, each part too', () => {
  const objects = [
    listed(),
    listed('GLACIER_IR', OLD_MS),
    { ...listed('STANDARD_IA', OLD_MS, LARGE), parts: 999 },
    listed('GLACIER'),
  ];
  const known = { listing: { objects, truncated: false } };
  // 0.0004 + 0.01 + 1,000 x 0.001, each of a thousand, and 4 objects of a list at 0.005 for a million
  assert.deepEqual(cost([ALONE], known), { usd: 0.00101042, objects: 3 });
  assert.deepEqual(cost([BESIDE], known), { usd: 0.00100002, objects: 1 });
});

test('one that was not is counted by its metrics, at the price of its dearest class', () => {
  const listing = { objects: [listed()], truncated: true };
  const metrics = { objects: 1_000_000, bytes: new Map([['GLACIER_IR', 1]]) };
  assert.deepEqual(cost([BESIDE], { listing, metrics }), { usd: 10.005, objects: 1_000_000 });
  assert.deepEqual(cost([BESIDE], { listing, metrics: { objects: 1_000_000, bytes: new Map() } })?.usd, 0.405);
  assert.deepEqual(cost([BESIDE], { listing }), { usd: 0 });
});
