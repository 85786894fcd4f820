import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyReading, METHODS, type Standard } from '../../../src/policy/model.ts';
import {
  type JobIdentity,
  backfillId,
  isBackfilledFor,
  jobToken,
  planId,
  standardId,
} from '../../../src/policy/plan/job-token.ts';
import { AES, FOUND, KMS, OTHER_KEY, USABLE } from '../literals.ts';

const OTHER: KeyReading = { kind: 'found', key: { ...USABLE, arn: OTHER_KEY } };
const NONE: KeyReading = { kind: 'none' };

const job: JobIdentity = {
  planId: 'b5bb9d8014a0f9b1d61e21e7',
  standardId: '0123456789abcdef',
  class: 'SSE-S3',
  method: 'update-encryption',
  scope: { kind: 'window' },
};

test('the token of a job is pinned, so that a new version of Reseal never pays again for what an older one started', () => {
  assert.equal(jobToken(job), 'b5bb9d8014a0f9b1d61e21e739fb8ea3d2aa1b98');
});

test('the token of a job begins with the identity of its plan', () => {
  assert.equal(planId('event-1'), 'ce36863f51b6baf9d16397ff');
  assert.notEqual(planId('event-2'), planId('event-1'));
});

test('whatever makes it another job makes it another token', () => {
  const jobs: JobIdentity[] = [
    job,
    { ...job, planId: 'aaaaaaaaaaaaaaaaaaaaaaaa' },
    { ...job, standardId: 'fedcba9876543210' },
    { ...job, class: 'SSE-KMS' },
    { ...job, method: 'copy' },
    { ...job, storageClass: 'STANDARD' },
    { ...job, sourceKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/a' },
    { ...job, sourceKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/b' },
    { ...job, sourceBucketKey: false },
    { ...job, scope: { kind: 'all' } },
  ];
  const tokens = jobs.map(jobToken);
  assert.equal(new Set(tokens).size, jobs.length);
  assert.deepEqual(
    tokens.filter((token) => !/^[0-9a-f]{40}$/.test(token)),
    [],
  );
});

test('the token begins with its plan, so that whoever has it knows the work that it belongs to', () => {
  assert.equal(jobToken(job).slice(0, 24), job.planId);
});

test('the id of a standard is 16 hex digits that never change for the same standard', () => {
  assert.equal(standardId({ standard: KMS, key: FOUND }), '1fa8b5c8c0735deb');
  assert.equal(standardId({ standard: AES, key: NONE }), 'c0842f6b22df339c');
});

test('whatever changes the wanted encryption changes the id of a standard', () => {
  const wanted: [Standard, KeyReading][] = [
    [KMS, FOUND],
    [KMS, OTHER],
    [KMS, NONE],
    [{ ...KMS, algorithm: 'aws:kms:dsse' }, FOUND],
    [{ ...KMS, bucketKey: false }, FOUND],
    [{ ...KMS, blockSseC: 'on' }, FOUND],
  ];
  const ids = wanted.map(([standard, key]) => standardId({ standard, key }));
  assert.equal(new Set(ids).size, wanted.length);
});

test('how the policy names the key, and what it does with objects, change nothing in its id', () => {
  const named: Standard = { ...KMS, key: USABLE.arn, reencrypt: 'none' };
  assert.equal(standardId({ standard: named, key: FOUND }), standardId({ standard: KMS, key: FOUND }));
});

test('all objects are planned once for each standard, and again where the policy takes in more of them', () => {
  const plain = backfillId({ standard: KMS, key: FOUND });
  const id = (over: Partial<Standard>) => backfillId({ standard: { ...KMS, ...over }, key: FOUND });
  assert.equal(plain, standardId({ standard: KMS, key: FOUND }));
  const more = { versions: 'all' } as const;
  const less: Partial<Standard>[] = [{ methods: ['copy'] }, { methods: ['update-encryption'] }, { keepKey: true }];
  for (const each of less) {
    assert.deepEqual([isBackfilledFor(id(each), plain), isBackfilledFor(plain, id(each))], [true, false]);
    assert.equal(isBackfilledFor(id({ ...each, ...more }), id(more)), true);
  }
  const methods = [...METHODS];
  const own: Partial<Standard>[] = [{ methods }, { methods, restore: { tier: 'Bulk', days: 1 } }];
  for (const each of [more, ...own])
    assert.deepEqual([isBackfilledFor(plain, id(each)), isBackfilledFor(id(each), plain)], [true, false]);
  assert.equal(isBackfilledFor(id(own[1] ?? {}), id(own[0] ?? {})), false);
  assert.equal(id({ ...own[1], lacksOwnRole: 'the-role' }), plain);
  assert.equal(id({ inlineUpTo: 7, restore: { tier: 'Bulk', days: 1 } }), plain);
  assert.equal(isBackfilledFor(id({ methods: ['copy'] }), id({ methods: ['update-encryption'] })), false);
  assert.equal(isBackfilledFor(plain, backfillId({ standard: KMS, key: OTHER })), false);
  assert.equal(isBackfilledFor(plain, undefined), false);
});
