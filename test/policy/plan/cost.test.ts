import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CostInput, costOf, costOfJob, monthlyCost } from '../../../src/policy/plan/cost.ts';
import type { KnownObjects } from '../../../src/policy/plan/objects-met.ts';
import { pricesIn } from '../../../src/policy/plan/price-list.ts';
import type { RuleToWrite } from '../../../src/policy/model.ts';
import { OLD_MS, listed } from '../literals.ts';

const UPDATE = { class: 'SSE-S3', method: 'update-encryption', algorithm: 'aws:kms', bucketKey: true } as const;
const FROM_KMS = { ...UPDATE, class: 'SSE-KMS' } as const;
const COPY = { ...UPDATE, class: 'NOT-SSE', method: 'copy', storageClass: 'STANDARD' } as const;
const LIST_PRICES = 'US dollars at the list prices of us-east-1, November 2026; prices differ by Region.';
const withoutKey = <T extends object>(job: T) => ({ ...job, bucketKey: false });

const PAGE = { objects: [], truncated: false };
const counted = (count: number): KnownObjects => ({ reencrypt: 'all', listing: PAGE, counted: count });
const MILLION = counted(1_000_000);
const goesOn = (count: number, reencrypt: 'all' | 'drifted' = 'all'): KnownObjects => ({
  reencrypt,
  listing: { objects: Array.from({ length: count }, () => listed()), truncated: true },
});

function cost(given: Partial<CostInput>) {
  return costOf({
    jobs: [UPDATE],
    known: counted(0),
    region: 'eu-west-1',
    prices: pricesIn('eu-west-1'),
    found: { algorithm: 'AES256' },
    write: { algorithm: 'aws:kms', bucketKey: true },
    ...given,
  });
}

describe('the cost of a repair', () => {
  test('without jobs is that of one request', () => {
    assert.deepEqual(cost({ jobs: [] }), {
      usd: 0,
      atLeast: false,
      sentence: 'The rule itself costs one request, less than a cent; no job is started.',
    });
  });

  test('of a million objects is a job, the objects, their list and a request for each', () => {
    // 0.25 + 1.00 + 0.015 + 1,000 x 0.005
    assert.deepEqual(cost({ known: counted(1_000_000) }), {
      usd: 6.27,
      atLeast: false,
      pricesOf: 'us-east-1',
      sentence:
        'At most $6.27 once. 1 job at $0.25, 1,000,000 objects at $1.00 a million, listing them for each job at $0.015 a million, ' +
        `a request for each at $0.005 a thousand, few KMS requests thanks to the Bucket Key. ${LIST_PRICES}`,
    });
  });

  test('without a Bucket Key has a KMS request for each object, and two where a key stands on both sides', () => {
    const one = cost({ known: MILLION, jobs: [withoutKey(UPDATE)] });
    const two = cost({ known: MILLION, jobs: [withoutKey(FROM_KMS)] });
    assert.deepEqual([one.usd, two.usd], [9.27, 12.27]);
    assert.match(two.sentence, /2,000,000 KMS requests at most\. US dollars/);
  });

  test('with a Bucket Key has one for each object that may be under a key without one: the old key is asked', () => {
    const { usd, sentence } = cost({ known: MILLION, jobs: [FROM_KMS] });
    assert.equal(usd, 9.27);
    assert.match(sentence, /1,000,000 KMS requests at most\. US dollars/);
    assert.equal(cost({ known: MILLION, jobs: [{ ...FROM_KMS, sourceBucketKey: true }] }).usd, 6.27);
  });

  test('of each further job has its fee and its list, and no object twice', () => {
    assert.equal(cost({ known: MILLION, jobs: [UPDATE, FROM_KMS, COPY] }).usd, 9.8);
  });

  test('of objects that are only counted in part is a lower bound', () => {
    const { usd, atLeast, sentence } = cost({ known: goesOn(1_000) });
    assert.deepEqual(
      { usd, atLeast, start: sentence.slice(0, 21) },
      { usd: 0.26, atLeast: true, start: 'At least $0.26 once. ' },
    );
  });

  test('of objects that may be fewer is an upper bound', () => {
    const { usd, atLeast, sentence } = cost({ known: counted(2_500) });
    assert.deepEqual(
      { usd, atLeast, start: sentence.slice(0, 20) },
      { usd: 0.27, atLeast: false, start: 'At most $0.27 once. ' },
    );
  });

  test('of objects that nobody counted is that of the jobs, with the price of each million', () => {
    assert.deepEqual(cost({ known: goesOn(0) }), {
      usd: 0.25,
      atLeast: true,
      pricesOf: 'us-east-1',
      sentence:
        'At least $0.25 once for the jobs alone, because the objects were not counted. ' +
        `1 job at $0.25, then for each million objects $6.02. ${LIST_PRICES}`,
    });
  });

  test('where only the block on SSE-C changes is that of one request, whatever the policy plans for all objects', () => {
    const found = { algorithm: 'aws:kms', keyId: 'k', bucketKey: true };
    const write: RuleToWrite = { algorithm: 'aws:kms', keyId: 'k', bucketKey: true, blocked: ['SSE-C'] };
    const { sentence, ...price } = cost({ found, write, jobs: [FROM_KMS] });
    assert.deepEqual(price, { usd: 0, atLeast: false });
    assert.match(
      sentence,
      /^The rule itself .* it brings no job\. Repaired or not, `objects: all` .* once: At most \$0\.25 once\./,
    );
    for (const other of [{ ...found, keyId: 'other' }, { ...found, bucketKey: false }, { algorithm: 'AES256' }]) {
      assert.equal(cost({ found: other, write, jobs: [FROM_KMS] }).usd, 0.25);
    }
  });

  test('above a hundred dollars is rounded up to the dollar', () => {
    const { usd, sentence } = cost({ known: counted(49_000_000_000) });
    assert.equal(usd, 294736);
    assert.match(sentence, /^At most \$294,736 once\. /);
  });

  test('has cents below a hundred dollars, and none from there on', () => {
    const told = [16_580_000, 16_582_800, 16_620_000].map((count) => {
      const { usd, sentence } = cost({ known: counted(count) });
      return [usd, sentence.split(' once')[0]];
    });
    assert.deepEqual(told, [
      [99.98, 'At most $99.98'],
      [100, 'At most $100'],
      [101, 'At most $101'],
    ]);
  });

  test('is that of what the whole plan holds: one SSE-KMS job of several, one copy of several', () => {
    const priced = (jobs: CostInput['jobs']) => cost({ known: MILLION, jobs: jobs.map(withoutKey) }).sentence;
    assert.match(priced([UPDATE, FROM_KMS]), / 2,000,000 KMS requests/);
    assert.match(priced([UPDATE, COPY]), / 1,000,000 KMS requests at most/);
    assert.match(priced([UPDATE, COPY]), /Copies cost more/);
    assert.doesNotMatch(priced([UPDATE]), /Copies/);
    const sses3 = cost({ known: MILLION, jobs: [{ ...UPDATE, algorithm: 'AES256' }] });
    assert.equal(sses3.usd, 6.27);
    assert.doesNotMatch(sses3.sentence, /KMS/);
  });
});

test('the most that one job costs is counted with what its own filter may let through', () => {
  const objects = [listed('STANDARD', OLD_MS), ...Array.from({ length: 999 }, () => listed())];
  const known: KnownObjects = { reencrypt: 'all', listing: { objects, truncated: false } };
  const prices = { ...pricesIn(''), thousandRequests: { ...pricesIn('').thousandRequests, STANDARD: 5 } };
  const each = [UPDATE, COPY].map((job) => costOfJob(job, { known, prices }));
  assert.deepEqual(each, [5.25, 0.26]);
  // Who confirms a job is told no price that it may be far above.
  for (const given of [goesOn(0), goesOn(9), goesOn(9, 'drifted')])
    assert.equal(costOfJob({ ...UPDATE, class: 'any', versions: true }, { known: given, prices }), undefined);
  const metrics = { objects: 1_000_000, bytes: new Map() };
  assert.equal(costOfJob(COPY, { known: { ...goesOn(9), metrics }, prices }), undefined);
});

test('the cost of each month speaks of KMS requests and gives no sum', () => {
  assert.deepEqual(
    [
      monthlyCost({ algorithm: 'AES256', bucketKey: false }),
      monthlyCost({ algorithm: 'aws:kms', bucketKey: true }),
      monthlyCost({ algorithm: 'aws:kms', bucketKey: false }),
      monthlyCost({ algorithm: 'aws:kms:dsse', bucketKey: false }),
    ],
    [
      'SSE-S3 itself costs nothing more each month.',
      'Each month: KMS charges $0.03 for 10,000 requests, and the Bucket Key saves up to 99 % of them.',
      'Each month: KMS charges $0.03 for 10,000 requests, one for every object that is written and every one that is read, because there is no Bucket Key.',
      'Each month: KMS charges $0.03 for 10,000 requests, one for every object that is written and every one that is read; DSSE-KMS has no Bucket Key and costs more than SSE-KMS.',
    ],
  );
});
