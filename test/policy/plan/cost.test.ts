import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CostInput, costOf, monthlyCost, objectsMet } from '../../../src/policy/plan/cost.ts';
import type { RuleToWrite } from '../../../src/policy/model.ts';

const UPDATE = { class: 'SSE-S3', method: 'update-encryption' } as const;
const FROM_KMS = { class: 'SSE-KMS', method: 'update-encryption' } as const;
const NO_BUCKET_KEY = { algorithm: 'aws:kms', bucketKey: false } as const;
const COPY = { class: 'NOT-SSE', method: 'copy' } as const;
const LIST_PRICES = 'US dollars at the list prices of us-east-1, November 2026; prices differ by Region.';

function cost(given: Partial<CostInput>) {
  return costOf({
    jobs: [UPDATE],
    objects: { known: 'at most', count: 0 },
    found: { algorithm: 'AES256' },
    write: { algorithm: 'aws:kms', bucketKey: true },
    ...given,
  });
}

describe('the cost of a repair', () => {
  test('without jobs is that of one request', () => {
    assert.deepEqual(cost({ jobs: [], objects: { known: 'unknown' } }), {
      usd: 0,
      atLeast: false,
      sentence: 'The rule itself costs one request, less than a cent; no job is started.',
    });
  });

  test('of a million objects is a job, the objects, their list and a request for each', () => {
    // 0.25 + 1.00 + 0.015 + 1,000 x 0.005
    assert.deepEqual(cost({ objects: { known: 'at most', count: 1_000_000 } }), {
      usd: 6.27,
      atLeast: false,
      sentence:
        'At most $6.27 once. 1 job at $0.25, 1,000,000 objects at $1.00 a million, listing them for each job at $0.015 a million, ' +
        `a request for each at $0.005 a thousand, few KMS requests thanks to the Bucket Key. ${LIST_PRICES}`,
    });
  });

  test('without a Bucket Key has a KMS request for each object, and two where a key stands on both sides', () => {
    const objects = { known: 'at most', count: 1_000_000 } as const;
    const one = cost({ objects, write: NO_BUCKET_KEY });
    const two = cost({ objects, write: NO_BUCKET_KEY, jobs: [FROM_KMS] });
    assert.deepEqual([one.usd, two.usd], [9.27, 12.27]);
    assert.match(two.sentence, /2,000,000 KMS requests at most\. US dollars/);
  });

  test('of each further job has its fee and its list, and no object twice', () => {
    const objects = { known: 'at most', count: 1_000_000 } as const;
    assert.equal(cost({ objects, jobs: [UPDATE, FROM_KMS, COPY] }).usd, 6.8);
  });

  test('of objects that are only counted in part is a lower bound', () => {
    const { usd, atLeast, sentence } = cost({ objects: { known: 'at least', count: 1_000 } });
    assert.deepEqual(
      { usd, atLeast, start: sentence.slice(0, 21) },
      { usd: 0.26, atLeast: true, start: 'At least $0.26 once. ' },
    );
  });

  test('of objects that may be fewer is an upper bound', () => {
    const { usd, atLeast, sentence } = cost({ objects: { known: 'at most', count: 2_500 } });
    assert.deepEqual(
      { usd, atLeast, start: sentence.slice(0, 20) },
      { usd: 0.27, atLeast: false, start: 'At most $0.27 once. ' },
    );
  });

  test('of objects that nobody counted is that of the jobs, with the price of each million', () => {
    assert.deepEqual(cost({ objects: { known: 'unknown' } }), {
      usd: 0.25,
      atLeast: true,
      sentence:
        'At least $0.25 once for the jobs alone, because the objects were not counted. ' +
        `1 job at $0.25, then for each million objects $6.02. ${LIST_PRICES}`,
    });
  });

  test('of copies names what else they cost', () => {
    assert.match(cost({ jobs: [COPY] }).sentence, /a versioned bucket also keeps and pays for the old versions/);
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

  test('above a hundred dollars is rounded to the dollar', () => {
    const { usd, sentence } = cost({ objects: { known: 'at most', count: 49_000_000_000 } });
    assert.equal(usd, 294735);
    assert.match(sentence, /^At most \$294,735 once\. /);
  });

  test('has cents below a hundred dollars, and none from there on', () => {
    const told = [16_580_000, 16_582_800, 16_620_000].map((count) => {
      const { usd, sentence } = cost({ objects: { known: 'at most', count } });
      return [usd, sentence.split(' once')[0]];
    });
    assert.deepEqual(told, [
      [99.98, 'At most $99.98'],
      [100, 'At most $100'],
      [100, 'At most $100'],
    ]);
  });

  test('is that of what the whole plan holds: one SSE-KMS job of several, one copy of several', () => {
    const objects = { known: 'at most', count: 1_000_000 } as const;
    const priced = (jobs: CostInput['jobs']) => cost({ objects, jobs, write: NO_BUCKET_KEY }).sentence;
    assert.match(priced([UPDATE, FROM_KMS]), / 2,000,000 KMS requests/);
    assert.match(priced([UPDATE, COPY]), / 1,000,000 KMS requests at most/);
    assert.match(priced([UPDATE, COPY]), /Copies cost more/);
    assert.doesNotMatch(priced([UPDATE]), /Copies/);
    const sses3 = cost({ objects, write: { algorithm: 'AES256', bucketKey: false } });
    assert.equal(sses3.usd, 6.27);
    assert.doesNotMatch(sses3.sentence, /KMS/);
  });
});

describe('the objects that a job meets', () => {
  const page = (count: number, truncated = false) => ({
    objects: Array.from({ length: count }, () => ({ sizeBytes: 1, lastModifiedMs: 0, storageClass: 'STANDARD' })),
    truncated,
  });

  test('of a whole bucket are those of its listing, or more where that goes on', () => {
    assert.deepEqual(objectsMet('all', page(3)), { known: 'at most', count: 3 });
    assert.deepEqual(objectsMet('all', page(1_000, true)), { known: 'at least', count: 1_000 });
    assert.deepEqual(objectsMet('all', page(0, true)), { known: 'unknown' });
    assert.deepEqual(objectsMet('all', page(1_000, true), 18_400), { known: 'at most', count: 18_400 });
  });

  test('of a drift window are at most those, and unknown where the listing goes on', () => {
    assert.deepEqual(objectsMet('drifted', page(3)), { known: 'at most', count: 3 });
    assert.deepEqual(objectsMet('drifted', page(1_000, true)), { known: 'unknown' });
    assert.deepEqual(objectsMet('drifted', page(1_000, true), 18_400), { known: 'at most', count: 18_400 });
  });
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
