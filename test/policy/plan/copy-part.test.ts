import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CopyConditions, PlanInput } from '../../../src/policy/plan/plan-model.ts';
import { needsCopyConditions, planObjects } from '../../../src/policy/plan/plan.ts';
import { FOREIGN_KEY, OLD_MS, listed, planInput } from '../literals.ts';

const SAFE: CopyConditions = { aclsDisabled: true, website: false, objectLock: false };
const OWN_WOULD = 'With own-copy in objects.methods, and OwnCopies=true, Reseal copies them itself.';
const RESTORE_WOULD =
  'With own-copy in objects.methods, objects.restore, and OwnCopies=true, Reseal restores and copies them.';
const TOO_LARGE = 5 * 1024 ** 3 + 1;

/** A standard whose key is in another account: nothing can be updated in place, everything is copied. */
function foreign(change: Partial<PlanInput>): PlanInput {
  return planInput({ keyArn: FOREIGN_KEY, copy: SAFE, ...change });
}

function summary(input: PlanInput) {
  const { jobs, leftovers } = planObjects(input);
  return {
    jobs: jobs.map((job) => `${job.method} ${job.class} ${job.storageClass}`),
    leftovers: leftovers.map(({ code }) => code),
  };
}

test('under a key of another account each class is copied, one job for each storage class that is there', () => {
  const objects = [listed('GLACIER_IR'), listed('STANDARD'), listed('STANDARD'), listed('ONEZONE_IA', OLD_MS)];
  assert.deepEqual(summary(foreign({ listing: { objects, truncated: false } })), {
    jobs: [
      'copy SSE-KMS STANDARD',
      'copy SSE-KMS ONEZONE_IA',
      'copy SSE-KMS GLACIER_IR',
      'copy SSE-S3 STANDARD',
      'copy SSE-S3 ONEZONE_IA',
      'copy SSE-S3 GLACIER_IR',
      'copy NOT-SSE ONEZONE_IA',
    ],
    leftovers: [],
  });
});

test('jobs of one class in different storage classes have different tokens', () => {
  const objects = [listed('STANDARD'), listed('STANDARD_IA')];
  const { jobs } = planObjects(foreign({ listing: { objects, truncated: false } }));
  assert.equal(new Set(jobs.map(({ token }) => token)).size, 4);
});

test('in a window only the storage classes of what was written in it are copied', () => {
  const scope = { kind: 'window', from: '2026-11-02T10:15:30Z', replaced: { algorithm: 'AES256' } } as const;
  const objects = [listed('STANDARD'), listed('STANDARD_IA', OLD_MS), listed('GLACIER', OLD_MS)];
  assert.deepEqual(summary(foreign({ scope, listing: { objects, truncated: false } })), {
    jobs: ['copy SSE-S3 STANDARD'],
    leftovers: [],
  });
});

test('a listing that goes on asks for every storage class that can be copied, and says what it cannot see', () => {
  const plan = summary(planInput({ copy: SAFE, listing: { objects: [listed()], truncated: true } }));
  assert.deepEqual(plan, {
    jobs: [
      'update-encryption SSE-KMS undefined',
      'update-encryption SSE-S3 undefined',
      'copy NOT-SSE STANDARD',
      'copy NOT-SSE STANDARD_IA',
      'copy NOT-SSE ONEZONE_IA',
      'copy NOT-SSE INTELLIGENT_TIERING',
      'copy NOT-SSE GLACIER_IR',
    ],
    leftovers: ['beyond-first-page'],
  });
});

describe('what a copy job cannot take is left over by name and number', () => {
  const rows: [string, string[], number, string][] = [
    [
      'archived',
      ['GLACIER', 'DEEP_ARCHIVE'],
      1,
      `2 object(s) of bucket logs are archived, and no job restores them. ${RESTORE_WOULD}`,
    ],
    [
      'reduced-redundancy',
      ['REDUCED_REDUNDANCY'],
      1,
      `1 object(s) of bucket logs are in REDUCED_REDUNDANCY, to which S3 Batch does not copy. ${OWN_WOULD}`,
    ],
    [
      'storage-class-unknown',
      ['SNOW'],
      1,
      '1 object(s) of bucket logs are in a storage class that this version does not know.',
    ],
    [
      'over-5-gib',
      ['STANDARD', 'STANDARD_IA'],
      TOO_LARGE,
      `2 object(s) of bucket logs are over 5 GiB, more than S3 Batch copies. ${OWN_WOULD}`,
    ],
  ];
  for (const [code, classes, sizeBytes, message] of rows) {
    test(code, () => {
      const objects = classes.map((storageClass) => listed(storageClass, OLD_MS, sizeBytes));
      const input = foreign({ listing: { objects, truncated: false } });
      assert.deepEqual(planObjects(input), { jobs: [], leftovers: [{ code, message }] });
      assert.equal(needsCopyConditions(input), false);
    });
  }

  test('where nothing can be copied, nobody asks whether copying is safe', () => {
    const objects = [listed('GLACIER')];
    const { copy: _, ...unread } = foreign({ listing: { objects, truncated: false } });
    assert.deepEqual(summary(unread), { jobs: [], leftovers: ['archived'] });
  });

  test('an object of exactly 5 GiB is copied', () => {
    const objects = [listed('STANDARD', undefined, TOO_LARGE - 1)];
    assert.deepEqual(summary(foreign({ listing: { objects, truncated: false } })), {
      jobs: ['copy SSE-KMS STANDARD', 'copy SSE-S3 STANDARD'],
      leftovers: [],
    });
  });

  test('numbers of a listing that goes on are lower bounds', () => {
    const { leftovers } = planObjects(foreign({ listing: { objects: [listed('GLACIER')], truncated: true } }));
    assert.deepEqual(leftovers, [
      {
        code: 'archived',
        message: `at least 1 object(s) of bucket logs are archived, and no job restores them. ${RESTORE_WOULD}`,
      },
      {
        code: 'beyond-first-page',
        message:
          'Bucket logs has more than one page of objects: archived ones and ones over 5 GiB beyond it are not copied and not counted.',
      },
    ]);
  });
});

describe('a bucket whose objects a copy would harm is not copied', () => {
  const rows: [string, CopyConditions | undefined, [string, string][]][] = [
    [
      'ACLs in use',
      { ...SAFE, aclsDisabled: false },
      [['acls-enabled', 'ACLs are enabled, and a copy by S3 Batch loses them']],
    ],
    ['a website', { ...SAFE, website: true }, [['website', 'it is a website, and a copy by S3 Batch loses redirects']]],
    [
      'Object Lock',
      { ...SAFE, objectLock: true },
      [['object-lock', 'it has Object Lock, and a copy by S3 Batch loses the locks']],
    ],
    [
      'all three',
      { aclsDisabled: false, website: true, objectLock: true },
      [
        ['acls-enabled', 'ACLs are enabled, and a copy by S3 Batch loses them'],
        ['website', 'it is a website, and a copy by S3 Batch loses redirects'],
        ['object-lock', 'it has Object Lock, and a copy by S3 Batch loses the locks'],
      ],
    ],
    ['nobody knows', undefined, [['copy-conditions-unread', 'its ACLs, website and Object Lock were not read']]],
  ];
  for (const [name, copy, obstacles] of rows) {
    test(name, () => {
      const { copy: _, ...input } = foreign({ listing: { objects: [listed()], truncated: false } });
      const leftovers = obstacles.map(([code, why]) => ({
        code,
        message: `Nothing is copied in bucket logs: ${why}. ${OWN_WOULD}`,
      }));
      assert.deepEqual(planObjects(copy === undefined ? input : { ...input, copy }), { jobs: [], leftovers });
    });
  }

  test('what can be updated in place is updated all the same', () => {
    const objects = [listed('STANDARD', OLD_MS)];
    const input = planInput({ copy: { ...SAFE, website: true }, listing: { objects, truncated: false } });
    assert.deepEqual(summary(input), {
      jobs: ['update-encryption SSE-KMS undefined', 'update-encryption SSE-S3 undefined'],
      leftovers: ['website'],
    });
  });
});
