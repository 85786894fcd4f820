import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobIdentity, jobToken } from '../../../src/policy/plan/job-token.ts';

const job: JobIdentity = {
  bucket: 'logs',
  standardId: '0123456789abcdef',
  class: 'SSE-S3',
  method: 'update-encryption',
  scope: { kind: 'window', from: '2026-11-02T10:15:30Z', replaced: {} },
  attempt: 0,
};

test('the token of a job is pinned, so that a new version of Reseal never pays again for what an older one started', () => {
  assert.equal(jobToken(job), 'fb8acd96e055fa21aebc15da36e6e93f194097cd');
});

test('whatever makes it another job makes it another token', () => {
  const jobs: JobIdentity[] = [
    job,
    { ...job, bucket: 'data' },
    { ...job, standardId: 'fedcba9876543210' },
    { ...job, class: 'SSE-KMS' },
    { ...job, method: 'copy' },
    { ...job, storageClass: 'STANDARD' },
    { ...job, sourceKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/a' },
    { ...job, sourceKeyArn: 'arn:aws:kms:eu-west-1:111111111111:key/b' },
    { ...job, sourceBucketKey: false },
    { ...job, lastCompliantAt: '2026-11-01T00:00:00.000Z' },
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
