import { type JobView, viewOfJob } from '../../../src/ledger/job-view.ts';

export const NOW = new Date('2026-11-30T16:00:00.000Z');
export const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The item of a job that waits for its turn; `over` replaces parts. */
export function jobItem(over: object = {}): Record<string, unknown> {
  return {
    token: 'f7d1b9fc1e28cc4b60e51d4e20426bf288b013b3',
    bucket: 'orders',
    account: '111122223333',
    region: 'eu-west-1',
    objectClass: 'SSE-S3',
    method: 'update-encryption',
    algorithm: 'aws:kms',
    keyArn: KEY,
    bucketKey: true,
    priority: 10,
    attempt: 0,
    standardId: '0123456789abcdef',
    causeId: 'event-1',
    createdAt: '2026-11-30T14:00:00.000Z',
    sample: 100,
    status: 'queued',
    ...over,
  };
}

export const OPEN = {
  jobId: '1b2c3d4e-1111-2222-3333-444455556666',
  status: 'open',
  launchedAt: '2026-11-30T15:00:00.000Z',
};
export const SUSPENDED = {
  ...OPEN,
  status: 'suspended',
  suspendedAt: '2026-11-30T15:10:00.000Z',
  needsConfirmation: 'its price is above the ceiling of $25.00 a bucket',
  priceUsd: 31.5,
};
export const FAILED = {
  ...OPEN,
  status: 'failed',
  closedAt: '2026-11-30T15:30:00.000Z',
  total: 3_104,
  succeeded: 400,
  failed: 600,
  untried: 2_104,
  failures: [{ code: 'AccessDenied', count: 600, cause: 'denied' }],
  failedKeys: [{ key: 'a b', code: 'AccessDenied', versionId: 'v1' }],
  report: 's3://reports/reports/orders/job-1/manifest.json',
  list: 's3://reports/manifests/orders/manifest.json',
  proof: { sampled: 100, seed: '5eed', missed: 2, unread: 0, changed: 1, keys: ['c', 'd'] },
  again: 'no',
  why: 'ActivityFailure: half of the tasks failed',
};

export function jobView(over: object = {}): JobView {
  const view = viewOfJob(jobItem(over));
  if (view === undefined) throw new Error('the item of this test is none of a job');
  return view;
}
