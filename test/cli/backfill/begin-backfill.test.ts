import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  aboveCeiling,
  invokeSweep,
  besideLines,
  ceilingOf,
  payloadOf,
  scopeWords,
  unsureOfCeiling,
} from '../../../cli/backfill/begin-backfill.ts';
import { emptySurvey } from '../../../cli/plan/planned-bucket.ts';
import { noTotals } from '../../../cli/plan/totals.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { ResealError } from '../../../src/errors.ts';
import { goingOn } from '../watch/some-progress.ts';

describe('the payload of the sweep', () => {
  test('has the filter of the plan; whatever is not said is not in it', () => {
    assert.deepEqual(payloadOf({ accounts: 'all' }, false), {});
    assert.deepEqual(
      payloadOf({ accounts: ['1'], ous: ['ou-a'], regions: ['eu-west-1'], buckets: ['b'], rule: 'logs' }, true),
      { accounts: ['1'], ous: ['ou-a'], regions: ['eu-west-1'], buckets: ['b'], rule: 'logs', observe: true },
    );
  });

  test('has at most 1,000 names', () => {
    const buckets = Array.from({ length: 1_001 }, (_, at) => `bucket-${at}`);
    assert.throws(() => payloadOf({ buckets }, false), {
      name: UsageError.name,
      message: 'expected at most 1000 names after --bucket, found 1001',
    });
  });
});

describe('a ceiling', () => {
  test('is US dollars', () => {
    assert.deepEqual([ceilingOf('25'), ceilingOf('$0.50'), ceilingOf(undefined)], [25, 0.5, undefined]);
    for (const odd of ['', 'much', '-1', '1e9', '1.234'])
      assert.throws(() => ceilingOf(odd), {
        message: `expected US dollars after --ceiling (25 or 25.50), found ${odd}`,
      });
  });

  test('is held against the price of the plan, or what it costs at the least', () => {
    const priced = (usd: number, atLeast = false) => ({ ...noTotals(), price: { usd, atLeast } });
    assert.equal(aboveCeiling(priced(25), 25), undefined);
    assert.equal(aboveCeiling(priced(1_000), undefined), undefined);
    const withMonths = { ...noTotals(), price: { usd: 20, monthlyUsd: 900, atLeast: false } };
    assert.match(aboveCeiling(withMonths, 25) ?? '', /^The price of \$20\.00 and \$900\.00 each month is above /);
    assert.equal(
      aboveCeiling(priced(1_000.5, true), 25),
      'The price of at least $1,000.50 is above --ceiling $25.00: nothing is begun. Name fewer buckets, or a higher ceiling.',
    );
  });
});

describe('a ceiling that nobody can answer for', () => {
  const totals = { ...noTotals(), price: { usd: 3, atLeast: true } };
  const whole = { ...noTotals(), price: { usd: 25, atLeast: false } };

  test('is told where the price may be higher, be it of a bucket or of what was not looked at', () => {
    const why =
      'At least $3.00, and how much more is not known: whether that stays below --ceiling $25.00 nobody can say.';
    assert.equal(unsureOfCeiling(totals, emptySurvey(), 25), why);
    const unentered = { ...emptySurvey(), unentered: [{ account: '1', why: 'no' }] };
    assert.equal(unsureOfCeiling({ ...totals, price: { usd: 3, atLeast: false } }, unentered, 25), why);
    assert.equal(
      unsureOfCeiling(
        { ...totals, price: { usd: 3, atLeast: false }, verdicts: { ...totals.verdicts, unreadable: 1 } },
        emptySurvey(),
        25,
      ),
      why,
    );
  });

  test('is not where all of it is known, or no ceiling was said', () => {
    assert.equal(unsureOfCeiling(whole, emptySurvey(), 25), undefined);
    assert.equal(unsureOfCeiling(totals, emptySurvey(), undefined), undefined);
  });
});

test('a sweep that has not ended is named with its scope, and nothing is lost', () => {
  const { sweep } = goingOn();
  assert.deepEqual(besideLines([]), []);
  assert.deepEqual(besideLines([{ ...sweep, observe: true, scope: { regions: ['eu-west-1'], prefix: 'a' } }]), [
    'Sweep sweep-1 of 2026-11-30T16:00:00.000Z (Regions eu-west-1, buckets whose names begin with a, only observed) has not ended.',
    'Sweeps go on side by side, and nothing is lost: a bucket of two is looked at twice, and no job is started twice.',
  ]);
  assert.equal(scopeWords({}), 'everything');
  assert.equal(scopeWords({ buckets: ['a', 'b', 'c', 'd'], rule: 'logs' }), 'buckets a, b, c and 1 more, rule logs');
});

test('a function that was not run says nothing of its version', async () => {
  const cause = new Error('AccessDeniedException');
  const denied = () => Promise.reject(new ResealError('function-failed', 'sweep was not run: AccessDenied', { cause }));
  await assert.rejects(invokeSweep(denied, {}, '0.2.0'), {
    code: 'function-failed',
    message:
      'the sweep was not begun as asked: sweep was not run: AccessDenied. Whether a sweep has begun, reseal status shows.',
  });
});

test('a function that does not answer as this version does is told to be of an older one', async () => {
  const older =
    /^the sweep was not begun as asked: .+\. Is the hub of an older version \(its stack says 0\.1\.0\)\? Then deploy this version first: docs\/upgrade\.md\. Whether a sweep has begun, reseal status shows\.$/;
  await assert.rejects(
    invokeSweep(async () => ({ buckets: 3 }), {}, '0.1.0'),
    { code: 'function-failed', message: older },
  );
  const refused = () => Promise.reject(new ResealError('function-failed', 'sweep failed: expected one of buckets'));
  await assert.rejects(invokeSweep(refused, { accounts: ['1'] }, '0.1.0'), { code: 'function-failed', message: older });
  const answer = { sweep: 'sweep-1', observe: false, accounts: 12 };
  assert.deepEqual(await invokeSweep(async () => ({ ...answer, later: 1 }), {}, '0.2.0'), answer);
});
