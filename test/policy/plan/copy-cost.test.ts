import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CostInput, costOf, costOfJob } from '../../../src/policy/plan/cost.ts';
import type { KnownObjects } from '../../../src/policy/plan/objects-met.ts';
import { pricesIn } from '../../../src/policy/plan/price-list.ts';
import { OLD_MS, listed } from '../literals.ts';

const UPDATE = { class: 'SSE-S3', method: 'update-encryption', algorithm: 'aws:kms', bucketKey: true } as const;
const COPY = { ...UPDATE, class: 'NOT-SSE', method: 'copy', storageClass: 'STANDARD' } as const;

type OfJob = CostInput['jobs'][number];

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

describe('what copies of our own function cost', () => {
  const GB = 1024 ** 3;
  const OWN = { ...UPDATE, class: 'any', method: 'own-copy', own: { does: ['own-copy'] } } satisfies OfJob;
  const whole = (...objects: KnownObjects['listing']['objects']): KnownObjects => ({
    reencrypt: 'all',
    listing: { objects, truncated: false },
    versioned: false,
  });
  const old = (storageClass: string, gb: number, parts?: number) => ({
    ...listed(storageClass, OLD_MS, gb * GB),
    ...(parts === undefined ? {} : { parts }),
  });

  test('no job fee, and no fee for objects that go through a job of S3', () => {
    const { usd, sentence } = cost({ jobs: [{ ...OWN, bucketKey: true }], known: whole(listed(), listed()) });
    assert.equal(usd, 0);
    assert.match(
      sentence,
      /^At most \$0\.00 once\. No job of S3, 2 objects, a request for each at \$0\.005 a thousand, 2 KMS requests at most\. Reseal's own function looks at 2 objects at most: less than a cent, and its time costs next to nothing\. US/,
    );
  });

  test('requests of each part, of the class that keeps them, and a read of each', () => {
    // 10,002 PUTs of which one is counted with every object, 0.01 a thousand; 50 GB x 0.01 read; 30 days end early; 10,001 reads at 0.001; KMS 10,002
    const { usd, sentence } = cost({ jobs: [OWN], known: whole(old('STANDARD_IA', 50, 10_000)) });
    assert.equal(usd, 1.27);
    assert.match(sentence, / Of it at most \$0\.10 for objects that are copied part by part\. /);
    assert.match(sentence, / looks at 1 object at most: \$0\.01, and/);
  });

  test('restores by tier and days, which the archives of a policy without them do not cost', () => {
    const known = whole(old('DEEP_ARCHIVE', 100), old('GLACIER', 100));
    const by = (tier: 'Bulk' | 'Standard', days: number) =>
      cost({ jobs: [{ ...OWN, own: { ...OWN.own, restore: { tier, days } } }], known: { ...known, versioned: true } });
    // 100 GB x 0.0025, and 200 GB x 0.023 for 30 days; by Standard 100 x 0.02 + 100 x 0.01 for a day
    assert.deepEqual([by('Bulk', 30).usd, by('Standard', 1).usd], [4.85, 3.15]);
    assert.match(
      by('Bulk', 30).sentence,
      / Of it \$4\.85 to restore archived objects, and for their copies until they end\./,
    );
    assert.deepEqual([by('Bulk', 30).monthlyUsd, cost({ jobs: [OWN], known }).usd], [0.46, 0]);
  });

  test('a second layer for each gigabyte', () => {
    const { usd, sentence } = cost({
      jobs: [{ ...OWN, algorithm: 'aws:kms:dsse' }],
      known: whole(old('STANDARD', 1_000)),
    });
    assert.equal(usd, 3);
    assert.match(sentence, / Of it \$3\.00 for the second layer of DSSE-KMS\./);
  });

  test('nothing of what is updated, in a bucket that is done without a job', () => {
    const own = { does: ['update-encryption', 'copy', 'own-copy'], lane: 'inline' } satisfies OfJob['own'];
    const known = whole(listed('GLACIER_IR', undefined, 100 * GB), old('GLACIER_IR', 1));
    assert.equal(cost({ jobs: [{ ...OWN, own }], known }).usd, 0.04);
  });

  test('unencrypted objects have no old key, and those of a bucket without a Bucket Key a new one', () => {
    const jobs = [{ ...OWN, writtenBefore: '2023-01-06T00:00:00.000Z' }];
    const kms = (bucketKey: boolean) =>
      cost({ jobs: jobs.map((job) => ({ ...job, bucketKey })), known: whole(old('STANDARD', 1)) });
    assert.match(kms(true).sentence, /few KMS requests thanks to the Bucket Key/);
    assert.match(kms(false).sentence, /1 KMS request at most/);
  });

  test('beside copies of S3 no object is copied twice', () => {
    const metrics = { objects: 1_000, bytes: new Map([['STANDARD', 10 * GB]]) };
    const known = { ...goesOn(1), metrics, versioned: true };
    const own = { ...OWN, own: { does: ['own-copy'], others: ['copy'] } } satisfies OfJob;
    const { monthlyUsd, usd, atLeast } = cost({ jobs: [COPY, own], known });
    assert.deepEqual([monthlyUsd, usd, atLeast], [0.23, 0.28, false]);
    assert.equal(cost({ jobs: [own], known: goesOn(1) }).atLeast, true);
  });

  test('the price of one of its jobs is that of the plan with it alone', () => {
    const known = whole(old('STANDARD_IA', 50, 10_000));
    assert.equal(costOfJob(OWN, { known, prices: pricesIn('eu-west-1') }), cost({ jobs: [OWN], known }).usd);
    assert.equal(costOfJob(OWN, { known: goesOn(3), prices: pricesIn('eu-west-1') }), undefined);
  });
});
