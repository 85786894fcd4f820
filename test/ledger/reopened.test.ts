import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { overtaken, reopened, writtenBelow } from '../../src/ledger/reopened.ts';
import { aJob } from './a-job.ts';

const at = (day: number) => `2026-11-0${day}T10:00:00.000Z`;
const SSE_S3 = { algorithm: 'AES256' };
const STANDARD = aJob().standardId;
const drift = (day: number) => ({ at: at(day), causeId: 'e', cause: 'encryption-put' });
const repair = (day: number, driftAt?: string) => ({
  at: at(day),
  causeId: 'e',
  cause: 'encryption-put',
  replaced: SSE_S3,
  wrote: {},
  policySha256: 'abc',
  ...(driftAt === undefined ? {} : { driftAt }),
});

test('the window of a job is open again, under the rule of its class, as far back as the bucket was below before', () => {
  const job = aJob({ createdAfter: at(3) });
  const below = { belowSince: at(3), belowRules: [SSE_S3] };
  assert.deepEqual(reopened({ rev: 7 }, job), { set: below, remove: [], rev: 7 });
  assert.deepEqual(reopened({ belowSince: at(2) }, job).set, { ...below, belowSince: at(2) });
  assert.deepEqual(reopened(below, job).set, below);
});

test('objects under a key are looked for under that key, also where a list of ours named them', () => {
  const source = { createdAfter: at(3), sourceKeyArn: 'arn:key', sourceBucketKey: false };
  const belowRules = [{ algorithm: 'aws:kms', keyId: 'arn:key', bucketKey: false }];
  for (const objectClass of ['SSE-KMS', 'any'] as const)
    assert.deepEqual(reopened({}, aJob({ objectClass, ...source })).set.belowRules, belowRules);
});

test('what a list of ours named is looked for under every rule where nobody knows which it was', () => {
  const of = (objectClass: 'any' | 'SSE-KMS') =>
    reopened({}, aJob({ objectClass, createdAfter: at(3) })).set.belowRules;
  assert.deepEqual([of('any'), of('SSE-KMS')], [[SSE_S3, { algorithm: 'aws:kms' }], [{ algorithm: 'aws:kms' }]]);
});

test('of a job that was stopped both is due again: what it has not done, and what it has brought under its own key', () => {
  const job = aJob({ createdAfter: at(3) });
  const wrote = { algorithm: 'aws:kms', bucketKey: true, keyId: job.keyArn };
  const below = { belowSince: at(3), belowRules: [SSE_S3, wrote] };
  assert.deepEqual(overtaken({ rev: 7, standardId: 'another' }, job), { set: below, remove: [], rev: 7 });
  // Of a bucket that is left alone now nothing else is due.
  assert.deepEqual(overtaken({ standardId: '' }, job).set, { ...below, belowRules: [SSE_S3] });
  const whole = { standardId: 'another', backfilled: STANDARD };
  const since = { belowSince: '2006-03-14T00:00:00.000Z', belowRules: [wrote] };
  assert.deepEqual(overtaken(whole, aJob()), { set: since, remove: ['backfilled'], rev: undefined });
});

test('everything is planned again where it was planned for the standard of the job', () => {
  assert.deepEqual(reopened({ rev: 1, backfilled: STANDARD }, aJob()), { set: {}, remove: ['backfilled'], rev: 1 });
  assert.deepEqual(reopened({ backfilled: `${STANDARD} +versions -copy` }, aJob()).remove, ['backfilled']);
  assert.deepEqual(reopened({ backfilled: 'another' }, aJob()).remove, []);
});

test('a job for everything stood for the drifts too: they are open again, from the first that is known', () => {
  const rows: [BucketItem, string][] = [
    [{ lastDrift: drift(5) }, at(5)],
    [{ lastDrift: drift(5), repairs: [repair(4)] }, at(4)],
    [{ repairs: [repair(4, at(2))] }, at(2)],
    [{ belowSince: at(1), repairs: [repair(4)] }, at(1)],
  ];
  for (const [item, since] of rows) assert.equal(reopened(item, aJob()).set.belowSince, since);
});

test('a write round the default opens a window where nothing is due or planned for its rule and time', () => {
  const open = { belowSince: at(3), belowRules: [SSE_S3] };
  const covered = [{ from: at(1), to: at(4), rule: SSE_S3 }];
  const rows: [item: BucketItem, opened: boolean][] = [
    [{ rev: 3, standardId: STANDARD }, true],
    [{}, true],
    [{ belowSince: at(4), belowRules: [SSE_S3] }, true],
    [{ ...open, belowRules: [{ algorithm: 'aws:kms' }] }, true],
    [open, false],
    [{ standardId: '' }, false],
    [{ covered }, false],
    // The write may have been at the end of its second.
    [{ covered: [{ from: at(1), to: at(3), rule: SSE_S3 }] }, true],
    [{ deletedAt: at(5) }, false],
  ];
  for (const [item, opened] of rows)
    assert.equal(writtenBelow(item, at(3), SSE_S3) !== undefined, opened, JSON.stringify(item));
  const more = writtenBelow({ rev: 3, belowSince: at(4), belowRules: [SSE_S3] }, at(3), SSE_S3);
  assert.deepEqual(more, { set: open, remove: [], rev: 3 });
});
