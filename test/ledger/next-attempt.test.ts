import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import { nextRequest } from '../../src/ledger/next-attempt.ts';

const JOB: JobRequest = {
  token: 'a'.repeat(40),
  bucket: 'data',
  account: '111122223333',
  region: 'eu-west-1',
  objectClass: 'SSE-KMS',
  method: 'copy',
  algorithm: 'aws:kms',
  bucketKey: true,
  storageClass: 'STANDARD_IA',
  createdAfter: '2026-11-01T10:00:00.000Z',
  priority: 10,
  attempt: 0,
  standardId: 's',
  causeId: 'c',
  createdAt: '2026-11-02T10:00:00.000Z',
  sample: 100,
  priceUsd: 12,
  needsConfirmation: 'it costs 12 USD',
};
const AT = '2026-11-03T10:00:00.000Z';

test('a whole job is asked for once more as it was, and people are asked again', () => {
  const next = nextRequest(JOB, { createdAt: AT });
  assert.deepEqual(next, { ...JOB, token: next.token, attempt: 1, retryOf: JOB.token, createdAt: AT });
  assert.match(next.token, /^a{24}[0-9a-f]{16}$/);
  assert.notEqual(next.token, JOB.token);
});

test('what is left is named by its manifest, is urgent, keeps its storage class, and nobody is asked', () => {
  const rest = { key: 'retries/data/t.csv', etag: 'e', versioned: false };
  const next = nextRequest(JOB, { createdAt: AT, rest });
  assert.deepEqual(
    [next.objectClass, next.manifest, next.priority, next.storageClass],
    ['any', rest, 30, 'STANDARD_IA'],
  );
  assert.deepEqual([next.needsConfirmation, next.priceUsd], [undefined, undefined]);
  // A job of a manifest that is done once more as a whole keeps it: without one its filter would take every object.
  assert.deepEqual(nextRequest(next, { createdAt: AT }).manifest, rest);
});

test('the token follows from the token before, whoever asks and whenever', () => {
  const tokens = ['2026-11-03', '2027-01-01'].map((createdAt) => nextRequest(JOB, { createdAt }).token);
  assert.equal(tokens[0], tokens[1]);
  const [first, second] = [
    nextRequest(JOB, { createdAt: AT }),
    nextRequest(nextRequest(JOB, { createdAt: AT }), { createdAt: AT }),
  ];
  assert.notEqual(first.token, second.token);
  assert.equal(second.attempt, 2);
});
