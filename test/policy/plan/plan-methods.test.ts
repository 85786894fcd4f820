import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlanInput } from '../../../src/policy/plan/plan-model.ts';
import { needsCopyConditions, needsMetrics, needsVersioning, planObjects } from '../../../src/policy/plan/plan.ts';
import { AES, DSSE, FOREIGN_KEY, KEY, KMS, OLD_MS, listed, planInput } from '../literals.ts';

const SAFE = { aclsDisabled: true, website: false, objectLock: false };
const WINDOW = { kind: 'window', from: '2026-11-02T10:15:30Z', replaced: { algorithm: 'AES256' } } as const;
const OLD = { objects: [listed(), listed('STANDARD', OLD_MS)], truncated: false };

function summary(change: Partial<PlanInput>) {
  const { jobs, leftovers } = planObjects(planInput({ copy: SAFE, ...change }));
  return {
    jobs: jobs.map((job) => `${job.method} ${job.class}${job.versions === true ? ' versions' : ''}`),
    leftovers: leftovers.map(({ code }) => code),
  };
}

test('each job says what its objects shall have, and how many of them are read after it', () => {
  const wantedOf = (change: Partial<PlanInput>) =>
    planObjects(planInput({ copy: SAFE, listing: OLD, ...change })).jobs.map((job) => [
      job.algorithm,
      job.keyArn,
      job.bucketKey,
      job.sample,
    ]);
  assert.deepEqual(wantedOf({ standard: { ...KMS, proof: 7 } }), Array(3).fill(['aws:kms', KEY, true, 7]));
  const { keyArn: _, ...keyless } = planInput({ standard: AES, copy: SAFE, listing: OLD });
  const [job] = planObjects(keyless).jobs;
  assert.deepEqual([job?.algorithm, job?.keyArn, job?.bucketKey], ['AES256', undefined, false]);
});

describe('the methods that the policy allows', () => {
  const only = (method: 'copy' | 'update-encryption') => ({ standard: { ...KMS, methods: [method] }, listing: OLD });

  test('copies where updates are not allowed', () => {
    assert.deepEqual(summary(only('copy')), {
      jobs: ['copy SSE-KMS', 'copy SSE-S3', 'copy NOT-SSE'],
      leftovers: [],
    });
  });

  test('no copies: what only a copy could change is named with its number', () => {
    const input = planInput(only('update-encryption'));
    assert.deepEqual(planObjects(input).leftovers, [
      {
        code: 'method-not-allowed',
        message:
          'Objects of bucket logs (NOT-SSE; at most 1 of those that were listed) would need the method copy or own-copy, which objects.methods of the policy does not allow: they stay as they are.',
      },
    ]);
    assert.equal(needsCopyConditions(input), false);
    assert.deepEqual(summary(only('update-encryption')).jobs, [
      'update-encryption SSE-KMS',
      'update-encryption SSE-S3',
    ]);
    const foreign = { ...only('update-encryption'), keyArn: FOREIGN_KEY };
    assert.deepEqual(summary(foreign), { jobs: [], leftovers: ['method-not-allowed'] });
  });
});

describe('noncurrent versions', () => {
  const all = { standard: { ...KMS, versions: 'all' as const } };
  const VERSIONS = 'update-encryption any versions';

  test('are a job of their own, without a filter', () => {
    assert.deepEqual(summary(all), {
      jobs: ['update-encryption SSE-KMS', 'update-encryption SSE-S3', VERSIONS],
      leftovers: [],
    });
    const [, , job] = planObjects(planInput(all)).jobs;
    assert.deepEqual([job?.storageClass, job?.createdAfter, job?.priority], [undefined, undefined, 10]);
  });

  test('are wanted where no current object is listed, and not where the bucket never kept versions', () => {
    const listing = { objects: [], truncated: false };
    assert.deepEqual(summary({ ...all, listing }).jobs, [VERSIONS]);
    assert.deepEqual(summary({ ...all, listing, versioned: false }).jobs, []);
    assert.deepEqual(summary({ standard: { ...all.standard, reencrypt: 'none' } }).jobs, []);
  });

  test('of a window are those that came in it, where what was written then is below the standard', () => {
    const { jobs } = planObjects(planInput({ ...all, scope: WINDOW }));
    assert.deepEqual(
      jobs.map(({ class: from, createdAfter, priority }) => [from, createdAfter, priority]),
      [
        ['SSE-S3', '2026-11-02T10:00:30.000Z', 20],
        ['any', '2026-11-02T10:00:30.000Z', 20],
      ],
    );
    const replaced = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
    assert.deepEqual(summary({ ...all, scope: { ...WINDOW, replaced } }), { jobs: [], leftovers: [] });
  });

  const rows: [string, Partial<PlanInput>, string, RegExp][] = [
    [
      'under a key of another account',
      { ...all, keyArn: FOREIGN_KEY },
      'versions-need-copy',
      /only a copy could change them, and it would make an old version the current one\.$/,
    ],
    [
      'under SSE-S3',
      { standard: { ...AES, versions: 'all' } },
      'versions-need-copy',
      /those that were never encrypted/,
    ],
    ['under key: keep', { standard: { ...all.standard, keepKey: true } }, 'versions-unsorted', /key: keep/],
    [
      'without updates',
      { standard: { ...all.standard, methods: ['copy'] } },
      'method-not-allowed',
      /update-encryption/,
    ],
    ['under DSSE-KMS', { standard: { ...DSSE, versions: 'all' } }, 'dsse-needs-copy-function', /DSSE-KMS/],
  ];
  for (const [name, change, code, message] of rows) {
    test(`are named ${name}`, () => {
      const listing = { objects: [], truncated: false };
      const [reason, ...more] = planObjects(planInput({ copy: SAFE, listing, ...change })).leftovers;
      assert.deepEqual([reason?.code, more], [code, []]);
      assert.match(reason?.message ?? '', message);
    });
  }
});

describe('storage classes beyond the first page', () => {
  const truncated = { objects: [listed('STANDARD_IA', OLD_MS)], truncated: true };
  const GB = 1024 ** 3;
  const metrics = {
    objects: 9_000,
    bytes: new Map([
      ['STANDARD', 5 * GB],
      ['GLACIER', 3 * GB],
    ]),
  };
  const classes = (change: Partial<PlanInput>) =>
    planObjects(planInput({ copy: SAFE, listing: truncated, ...change }))
      .jobs.filter(({ method }) => method === 'copy')
      .map((job) => `${job.class} ${job.storageClass}`);

  test('are those that the page shows and those of the daily metrics', () => {
    assert.deepEqual(classes({ metrics }), ['NOT-SSE STANDARD', 'NOT-SSE STANDARD_IA']);
    assert.equal(classes({}).length, 5);
  });

  test('are all, for objects that may have come after the metrics', () => {
    const foreign = { keyArn: FOREIGN_KEY, metrics };
    assert.equal(classes({ ...foreign, scope: WINDOW }).length, 5);
    assert.equal(classes(foreign).length, 12);
  });

  test('that no job copies are named with what CloudWatch counted', () => {
    const { leftovers } = planObjects(planInput({ copy: SAFE, listing: truncated, metrics }));
    assert.deepEqual(
      leftovers.map(({ message }) => message),
      [
        'Objects of bucket logs beyond the first page (3.0 GiB in GLACIER by CloudWatch) are archived, and no job restores them. With own-copy in objects.methods, objects.restore, and OwnCopies=true, Reseal restores and copies them.',
        'Bucket logs has more than one page of objects: ones over 5 GiB beyond it are not copied and not counted.',
      ],
    );
  });
});

test('metrics and versioning are read only where something rests on them', () => {
  const needs = (change: Partial<PlanInput>) => {
    const input = planInput(change);
    return [needsMetrics(input), needsVersioning(input)];
  };
  const truncated = { objects: [listed()], truncated: true };
  const versions = { ...KMS, versions: 'all' as const };
  assert.deepEqual(needs({}), [false, false]);
  assert.deepEqual(needs({ listing: OLD }), [false, true]);
  assert.deepEqual(needs({ listing: truncated }), [true, true]);
  assert.deepEqual(needs({ listing: truncated, standard: { ...KMS, methods: ['update-encryption'] } }), [true, false]);
  assert.deepEqual(needs({ standard: versions }), [true, true]);
  assert.deepEqual(needs({ standard: DSSE, listing: truncated }), [false, false]);
});
