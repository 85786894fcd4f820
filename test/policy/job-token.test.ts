import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobIdentity, jobToken } from '../../src/policy/job-token.ts';

const job: JobIdentity = {
  bucket: 'logs',
  standardId: '0123456789abcdef',
  class: 'SSE-S3',
  method: 'update-encryption',
  scope: { kind: 'window', from: '2026-11-02T10:15:30Z', replaced: {} },
  attempt: 0,
};

test('the token of a job is pinned, so that a new version of Reseal never pays again for what an older one started', () => {
  assert.equal(jobToken(job), '335a06f1fb872c02c043c154710dd824414c65d8');
});

test('whatever makes it another job makes it another token', () => {
  const jobs: JobIdentity[] = [
    job,
    { ...job, bucket: 'data' },
    { ...job, standardId: 'fedcba9876543210' },
    { ...job, class: 'SSE-KMS' },
    { ...job, method: 'copy' },
    { ...job, storageClass: 'STANDARD' },
    { ...job, scope: { kind: 'window', from: '2026-11-02T10:15:31Z', replaced: {} } },
    { ...job, scope: { kind: 'all' } },
    { ...job, attempt: 1 },
  ];
  const tokens = jobs.map(jobToken);
  assert.equal(new Set(tokens).size, jobs.length);
  assert.deepEqual(
    tokens.filter((token) => !/^[0-9a-f]{40}$/.test(token)),
    [],
  );
});
