import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CostInput, costOf } from '../../../src/policy/plan/cost.ts';
import type { KnownObjects } from '../../../src/policy/plan/objects-met.ts';
import { pricesIn } from '../../../src/policy/plan/price-list.ts';
import { OLD_MS, listed } from '../literals.ts';

const UPDATE = { class: 'SSE-S3', method: 'update-encryption', algorithm: 'aws:kms', bucketKey: true } as const;
const COPY = { ...UPDATE, class: 'NOT-SSE', method: 'copy', storageClass: 'STANDARD' } as const;

const PAGE = { objects: [], truncated: false };
const counted = (count: number): KnownObjects => ({ reencrypt: 'all', listing: PAGE, counted: count });
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

describe('what copies cost beside what any job does', () => {
  const GB = 1024 ** 3;
  const old = (storageClass: string, gb: number) => listed(storageClass, OLD_MS, gb * GB);
  const listing = { objects: [old('GLACIER_IR', 4), old('STANDARD', 2), listed('GLACIER_IR')], truncated: false };
  const inClass = (storageClass: string, versioned?: boolean) =>
    cost({
      jobs: [{ ...COPY, storageClass }],
      known: { reencrypt: 'all', listing, ...(versioned === undefined ? {} : { versioned }) },
    });

  test('in a bucket without versions: reads of the class, and storage that ends early', () => {
    // 4 GB x 0.03 read, 4 GB x 0.004 x 3 months
    const { usd, monthlyUsd, sentence } = inClass('GLACIER_IR', false);
    assert.deepEqual([usd, monthlyUsd], [0.42, undefined]);
    assert.match(
      sentence,
      / Of it \$0\.12 for requests and reads of storage classes other than STANDARD\. Of it at most \$0\.05 for storage that ends before its minimum duration\. US/,
    );
  });

  test('in one with versions: the old versions, each month, and nothing ends', () => {
    const { usd, monthlyUsd, sentence } = inClass('STANDARD', true);
    assert.deepEqual([usd, monthlyUsd], [0.25, 0.05]);
    assert.match(sentence, / Each month \$0\.05 more for old versions that stay beside their copies\. US/);
    assert.doesNotMatch(inClass('GLACIER_IR', true).sentence, /minimum duration/);
    assert.doesNotMatch(inClass('STANDARD', false).sentence, /Of it|Each month/);
  });

  test('of a class with a least size small objects count as that, listed or by the daily metrics', () => {
    const KB = 1024;
    const small = Array.from({ length: 1_000 }, () => listed('GLACIER_IR', OLD_MS, KB));
    const known = { reencrypt: 'all', versioned: true } as const;
    const jobs = [{ ...COPY, storageClass: 'GLACIER_IR' }];
    const expensive = { ...pricesIn('eu-west-1') };
    expensive.gbMonth = { ...expensive.gbMonth, GLACIER_IR: 1024 };
    // 1,000 x 128 KiB are 0.122 GB
    const { monthlyUsd } = cost({
      jobs,
      prices: expensive,
      known: { ...known, listing: { objects: small, truncated: false } },
    });
    assert.equal(monthlyUsd, 125);
  });

  test('where nobody knows whether it keeps versions: both', () => {
    const { usd, monthlyUsd } = inClass('GLACIER_IR');
    assert.deepEqual([usd, monthlyUsd], [0.42, 0.02]);
  });

  test('where nobody knows how much is copied, it is said, and the price is a lower bound', () => {
    const { atLeast, sentence } = cost({ jobs: [COPY], known: goesOn(3) });
    assert.equal(atLeast, true);
    assert.match(
      sentence,
      /^At least .* Copies cost more in some storage classes, and a versioned bucket also keeps and pays for the old versions\./,
    );
  });

  test('by the daily metrics, and none is copied twice whatever it is encrypted with', () => {
    const metrics = { objects: 1_000_000, bytes: new Map([['STANDARD_IA', 1_000 * GB]]) };
    const known = { ...goesOn(1), metrics, versioned: true };
    const jobs = [COPY, { ...COPY, class: 'SSE-KMS' as const }].map((job) => ({ ...job, storageClass: 'STANDARD_IA' }));
    // 2 jobs, 1.03 + 5.00 + 3.00 (KMS, old keys) for a million, 5.00 more for requests of the class, 10.00 to read
    const { usd, monthlyUsd, estimated, atLeast, sentence } = cost({ jobs, known });
    assert.deepEqual(
      { usd, monthlyUsd, estimated, atLeast },
      { usd: 24.53, monthlyUsd: 12.5, estimated: true, atLeast: false },
    );
    assert.match(
      sentence,
      /^At most about \$24\.53 once\. .*1,000,000 objects by the daily metrics, all versions counted, at/,
    );
  });
});
