import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aboveRun, askedUsd, ceilingPassed, runOf, underCeiling } from '../../../src/policy/plan/ceiling.ts';

const COST = { usd: 10, monthlyUsd: 2.5, atLeast: false, sentence: 'At most $10.00 once.' };

test('a ceiling is about what jobs cost once and in the first month after it', () => {
  assert.equal(askedUsd(COST), 12.5);
  assert.equal(ceilingPassed(COST, {}), undefined);
  assert.equal(ceilingPassed(COST, { bucket: 12.5, run: 12.5 }), undefined);
  assert.deepEqual(ceilingPassed(COST, { bucket: 12.49, run: 1 }), {
    of: 'bucket',
    why: 'These jobs cost more than objects.ceilingUsd.bucket of the policy ($12.49).',
  });
  assert.equal(ceilingPassed(COST, { bucket: 100, run: 1 })?.of, 'run');
});

test('0 asks before every job', () => {
  assert.match(
    ceilingPassed({ ...COST, usd: 0.25 }, { bucket: 0 })?.why ?? '',
    /^These jobs cost more than .*\(\$0\.00\)/,
  );
});

test('a price that may be higher is above every ceiling', () => {
  const why = /^It is not known whether these jobs stay below objects\.ceilingUsd\.run of the policy \(\$1,000\)\.$/;
  assert.match(ceilingPassed({ ...COST, atLeast: true }, { run: 1_000 })?.why ?? '', why);
  const { usd: _, ...unknown } = COST;
  assert.match(ceilingPassed(unknown, { run: 1_000 })?.why ?? '', why);
});

test('a run is a sweep, or the day of events', () => {
  assert.equal(
    aboveRun(20),
    'With these jobs the run would cost more than objects.ceilingUsd.run of the policy ($20.00).',
  );
  assert.equal(runOf({ cause: 'sweep', causeId: 's-1' }, '2026-11-30T23:59:59.000Z'), 's-1');
  assert.equal(runOf({ cause: 'created', causeId: 'e-1' }, '2026-11-30T23:59:59.000Z'), '2026-11-30');
});

test('a price that is only told says what its ceiling would do', () => {
  assert.deepEqual(underCeiling(COST, { bucket: 100 }), COST);
  const asks = 'These jobs cost more than objects.ceilingUsd.bucket of the policy ($1.00).';
  assert.deepEqual(underCeiling(COST, { bucket: 1 }), {
    ...COST,
    asks,
    sentence: `At most $10.00 once. ${asks} They wait until somebody confirms them.`,
  });
  const nothing = { usd: 0, atLeast: false, sentence: 'No job.' };
  assert.deepEqual(underCeiling(nothing, { bucket: 0 }), nothing);
});
