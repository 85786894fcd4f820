import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jobToken } from '../../../src/policy/plan/job-token.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import type { PlanInput, PlannedJob } from '../../../src/policy/plan/plan-model.ts';
import { needsCopyConditions, planObjects, planScopes } from '../../../src/policy/plan/plan.ts';
import {
  AES,
  DSSE,
  FOREIGN_KEY,
  KEY,
  KMS,
  OLD_MS,
  OTHER_KEY,
  STANDARD_ID,
  listed,
  planInput,
  withoutTokens,
  PLAN_ID,
} from '../literals.ts';

const FROM = '2026-11-02T10:15:30Z';
const NOTHING = { jobs: [], leftovers: [] };
const UPDATE = { token: '', method: 'update-encryption' } as const;
const IN_WINDOW = { createdAfter: '2026-11-02T10:00:30.000Z', priority: 20 };

function windowAfter(replaced: Encryption, change: Partial<PlanInput> = {}): PlanInput {
  return planInput({ scope: { kind: 'window', from: FROM, replaced }, ...change });
}

describe('a window asks for the one class that the replaced default wrote', () => {
  const rows: [string, Encryption, Partial<PlannedJob>][] = [
    ['SSE-S3', { algorithm: 'AES256' }, { class: 'SSE-S3' }],
    ['no default, which S3 takes for SSE-S3', {}, { class: 'SSE-S3' }],
    [
      'another key',
      { algorithm: 'aws:kms', keyId: OTHER_KEY, bucketKey: true },
      { class: 'SSE-KMS', sourceKeyArn: OTHER_KEY },
    ],
    [
      'a key of another account',
      { algorithm: 'aws:kms', keyId: FOREIGN_KEY },
      { class: 'SSE-KMS', sourceKeyArn: FOREIGN_KEY },
    ],
    ['the AWS managed key', { algorithm: 'aws:kms' }, { class: 'SSE-KMS' }],
    ['an alias', { algorithm: 'aws:kms', keyId: 'alias/reseal' }, { class: 'SSE-KMS' }],
    ['a bare key id', { algorithm: 'aws:kms', keyId: '1234abcd-12ab-34cd-56ef-1234567890ab' }, { class: 'SSE-KMS' }],
    [
      'our key without its Bucket Key',
      { algorithm: 'aws:kms', keyId: KEY },
      { class: 'SSE-KMS', sourceKeyArn: KEY, sourceBucketKey: false },
    ],
  ];
  for (const [name, replaced, source] of rows) {
    test(name, () => {
      assert.deepEqual(withoutTokens(planObjects(windowAfter(replaced))), {
        jobs: [{ ...UPDATE, ...source, ...IN_WINDOW }],
        leftovers: [],
      });
    });
  }
});

describe('a window in which no object can be below the standard costs no job', () => {
  const weak = { algorithm: 'AES256' };
  const rows: [string, PlanInput][] = [
    ['an empty bucket', windowAfter(weak, { listing: { objects: [], truncated: false } })],
    [
      'only older objects',
      windowAfter(weak, {
        listing: {
          objects: [listed('STANDARD', OLD_MS), listed('STANDARD', Date.parse(FROM) - 15 * 60_000 - 1)],
          truncated: false,
        },
      }),
    ],
    ['only the block was missing', windowAfter({ algorithm: 'aws:kms', keyId: KEY, bucketKey: true })],
    [
      'the Bucket Key was off and nobody wants it',
      windowAfter({ algorithm: 'aws:kms', keyId: KEY }, { standard: { ...KMS, bucketKey: false } }),
    ],
    ['DSSE-KMS lacked the block', windowAfter({ algorithm: 'aws:kms:dsse', keyId: OTHER_KEY })],
    ['SSE-S3 is the standard', windowAfter({}, { standard: AES })],
    ['the policy re-encrypts nothing', windowAfter(weak, { standard: { ...KMS, reencrypt: 'none' } })],
  ];
  for (const [name, input] of rows) {
    test(name, () => assert.deepEqual([planObjects(input), needsCopyConditions(input)], [NOTHING, false]));
  }
});

test('an object of the second before the window counts, because S3 gives whole seconds', () => {
  const listing = { objects: [listed('STANDARD', Date.parse(FROM) - 1000)], truncated: false };
  assert.equal(planObjects(windowAfter({ algorithm: 'AES256' }, { listing })).jobs.length, 1);
});

test('a listing that goes on may hide anything, so the job is made', () => {
  const listing = { objects: [listed('STANDARD', OLD_MS)], truncated: true };
  assert.deepEqual(withoutTokens(planObjects(windowAfter({ algorithm: 'AES256' }, { listing }))), {
    jobs: [{ ...UPDATE, class: 'SSE-S3', ...IN_WINDOW }],
    leftovers: [],
  });
});

describe('everything in a bucket', () => {
  const updates = [
    { ...UPDATE, class: 'SSE-KMS', priority: 10 },
    { ...UPDATE, class: 'SSE-S3', priority: 10 },
  ];
  const safe = { aclsDisabled: true, website: false, objectLock: false };

  test('new objects are SSE-S3 or SSE-KMS and are updated in place', () => {
    const input = planInput({});
    assert.deepEqual(withoutTokens(planObjects(input)), { jobs: updates, leftovers: [] });
    assert.equal(needsCopyConditions(input), false);
  });

  test('archived and large objects are updated like every other', () => {
    const objects = [
      listed('DEEP_ARCHIVE'),
      listed('STANDARD', undefined, 6 * 1024 ** 3),
      listed('REDUCED_REDUNDANCY'),
    ];
    const plan = planObjects(planInput({ listing: { objects, truncated: false } }));
    assert.deepEqual(withoutTokens(plan), { jobs: updates, leftovers: [] });
  });

  test('an object older than S3 encrypting everything may be unencrypted and is copied', () => {
    const day = (time: string) => listed('STANDARD_IA', Date.parse(time));
    const listing = { objects: [listed(), day('2023-01-05T23:59:59Z')], truncated: false };
    const input = planInput({ listing, copy: safe });
    assert.equal(needsCopyConditions(input), true);
    assert.deepEqual(withoutTokens(planObjects(input)), {
      jobs: [
        ...updates,
        {
          token: '',
          class: 'NOT-SSE',
          method: 'copy',
          storageClass: 'STANDARD_IA',
          sizeBelowBytes: 5_368_709_121,
          writtenBefore: '2023-01-06T00:00:00.000Z',
          priority: 10,
        },
      ],
      leftovers: [],
    });
    const later = planInput({ listing: { objects: [day('2023-01-06T00:00:00Z')], truncated: false } });
    assert.deepEqual(withoutTokens(planObjects(later)), { jobs: updates, leftovers: [] });
  });

  test('under SSE-S3 only unencrypted objects fall short', () => {
    const objects = [listed(), listed('STANDARD', OLD_MS)];
    const aes = { standard: AES, listing: { objects, truncated: false }, copy: safe };
    assert.deepEqual(withoutTokens(planObjects(planInput(aes))), {
      jobs: [
        {
          token: '',
          class: 'NOT-SSE',
          method: 'copy',
          storageClass: 'STANDARD',
          sizeBelowBytes: 5_368_709_121,
          writtenBefore: '2023-01-06T00:00:00.000Z',
          priority: 10,
        },
      ],
      leftovers: [],
    });
    assert.deepEqual(planObjects(planInput({ standard: AES })), NOTHING);
  });

  test('an empty bucket costs no job', () => {
    assert.deepEqual(planObjects(planInput({ listing: { objects: [], truncated: false } })), NOTHING);
  });
});

describe('where no job can help, the objects are named as left over', () => {
  const { keyArn: _, ...keyless } = planInput({});
  const rows: [string, PlanInput, string, string][] = [
    [
      'DSSE-KMS',
      planInput({ standard: DSSE }),
      'dsse-needs-copy-function',
      'The objects of bucket logs stay as they are: no S3 Batch operation can write DSSE-KMS. With own-copy in objects.methods, and OwnCopies=true, Reseal copies them itself.',
    ],
    [
      'an unknown key',
      keyless,
      'key-not-known',
      "The objects of bucket logs stay as they are: the standard's key alias/reseal was not found.",
    ],
  ];
  for (const [name, input, code, message] of rows) {
    test(name, () => {
      assert.deepEqual(planObjects(input), { jobs: [], leftovers: [{ code, message }] });
      assert.equal(needsCopyConditions(input), false);
      assert.deepEqual(planObjects({ ...input, listing: { objects: [], truncated: false } }), NOTHING);
    });
  }
});

test('each job has the token of its cause, so that planning again pays nothing', () => {
  const scope = { kind: 'window', from: FROM, replaced: { algorithm: 'AES256' } } as const;
  const identity = {
    planId: PLAN_ID,
    standardId: STANDARD_ID,
    class: 'SSE-S3',
    method: 'update-encryption',
    scope,
  } as const;
  const input = planInput({ scope });
  assert.deepEqual(
    planObjects(input).jobs.map(({ token }) => token),
    [jobToken(identity)],
  );
  assert.deepEqual(planObjects(input), planObjects(structuredClone(input)));
});

test('several scopes are one plan, in which no job and no leftover stands twice', () => {
  const window = windowAfter({ algorithm: 'AES256' });
  const other = windowAfter({ algorithm: 'aws:kms', keyId: OTHER_KEY });
  const classes = planScopes([window, window, other]).jobs.map((job) => [job.class, job.sourceKeyArn]);
  assert.deepEqual(classes, [
    ['SSE-S3', undefined],
    ['SSE-KMS', OTHER_KEY],
  ]);
  const dsse = planInput({ standard: DSSE });
  assert.deepEqual(
    planScopes([dsse, dsse]).leftovers.map(({ code }) => code),
    ['dsse-needs-copy-function'],
  );
  assert.deepEqual(planScopes([]), NOTHING);
});
