import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KnownObjects, mostMet, objectsMet } from '../../../src/policy/plan/objects-met.ts';
import { OLD_MS, listed } from '../literals.ts';

const JOB = { class: 'SSE-S3' } as const;
const page = (count: number, truncated = false): KnownObjects['listing'] => ({
  objects: Array.from({ length: count }, () => listed()),
  truncated,
});
const met = (known: Partial<KnownObjects>, job: { versions?: true } = {}) =>
  objectsMet({ reencrypt: 'all', listing: page(3), ...known }, [job]);

test('a whole bucket has the objects of its listing, or more where that goes on', () => {
  assert.deepEqual(met({}), { known: 'at most', count: 3 });
  assert.deepEqual(met({ listing: page(1_000, true) }), { known: 'at least', count: 1_000 });
  assert.deepEqual(met({ listing: page(0, true) }), { known: 'unknown' });
  assert.deepEqual(met({ listing: page(1_000, true), counted: 18_400 }), { known: 'at most', count: 18_400 });
});

test('a drift window has at most those, and an unknown number where the listing goes on', () => {
  assert.deepEqual(met({ reencrypt: 'drifted' }), { known: 'at most', count: 3 });
  assert.deepEqual(met({ reencrypt: 'drifted', listing: page(1_000, true) }), { known: 'unknown' });
});

test('the daily metrics count what a listing does not show, unless it shows more than they know of', () => {
  const metrics = { objects: 18_400, bytes: new Map() };
  const estimated = { known: 'at most', count: 18_400, estimated: true };
  assert.deepEqual(met({ metrics, listing: page(1_000, true) }), estimated);
  assert.deepEqual(met({ metrics, listing: page(1_000, true), reencrypt: 'drifted' }), estimated);
  assert.deepEqual(met({ metrics }), { known: 'at most', count: 3 });
  for (const objects of [0, 2, 9]) {
    const stale = { objects, bytes: new Map() };
    assert.deepEqual(met({ metrics: stale, listing: page(9, true) }), { known: 'at least', count: 9 });
    assert.deepEqual(mostMet(JOB, { reencrypt: 'all', metrics: stale, listing: page(9, true) }), {});
  }
  assert.deepEqual(met({ metrics: { bytes: new Map() }, listing: page(9, true) }), { known: 'at least', count: 9 });
});

test('no listing of current objects shows noncurrent versions', () => {
  assert.deepEqual(met({}, { versions: true }), { known: 'at least', count: 3 });
  assert.deepEqual(met({ metrics: { objects: 40, bytes: new Map() } }, { versions: true }), {
    known: 'at most',
    count: 40,
    estimated: true,
  });
  assert.deepEqual(mostMet({ class: 'any', versions: true }, { reencrypt: 'all', listing: page(3) }), {});
});

test('one job meets what its filter may let through', () => {
  const objects = [listed(), listed('STANDARD_IA', OLD_MS, 200_007), listed('STANDARD_IA', OLD_MS, 200_009)];
  const known: KnownObjects = { reencrypt: 'all', listing: { objects, truncated: false } };
  assert.deepEqual(mostMet(JOB, known), { objects: 3, bytes: 401_040 });
  assert.deepEqual(mostMet({ class: 'NOT-SSE' }, known), { objects: 2, bytes: 400_016 });
  assert.deepEqual(mostMet({ ...JOB, storageClass: 'STANDARD_IA', sizeBelowBytes: 200_009 }, known), {
    objects: 1,
    bytes: 200_007,
  });
  assert.deepEqual(mostMet({ ...JOB, createdAfter: '2026-11-02T10:15:40.000Z' }, known), { objects: 1, bytes: 1_024 });
});

test('where the listing goes on, what was counted in its storage class', () => {
  const metrics = { objects: 50, bytes: new Map([['STANDARD', 5_000]]) };
  const known: KnownObjects = { reencrypt: 'all', listing: page(3, true), metrics };
  assert.deepEqual(mostMet({ ...JOB, storageClass: 'STANDARD' }, known), { objects: 50, bytes: 5_000 });
  assert.deepEqual(mostMet({ ...JOB, storageClass: 'STANDARD_IA' }, known), { objects: 50 });
  const few = { ...metrics, bytes: new Map([['STANDARD', 3_071]]) };
  assert.deepEqual(mostMet({ ...JOB, storageClass: 'STANDARD' }, { ...known, metrics: few }), { objects: 50 });
  const both = { objects: 3, bytes: 3_071 };
  assert.deepEqual(mostMet({ ...JOB, storageClass: 'STANDARD' }, { ...known, metrics: few, counted: 3 }), both);
  assert.deepEqual(mostMet(JOB, { reencrypt: 'all', listing: page(3, true) }), {});
});
