import type { ClosedJob, JobRequest } from '../../src/ledger/job-item.ts';
import { ACCOUNT, REGION } from '../aws/fixture.ts';

/** A job as it is queued; `over` says what is special about it. */
export function aJob(over: Partial<JobRequest> = {}): JobRequest {
  return {
    token: '0123456789abcdef0123456789abcdef01234567',
    bucket: 'data',
    account: ACCOUNT,
    region: REGION,
    objectClass: 'SSE-S3',
    method: 'update-encryption',
    algorithm: 'aws:kms',
    keyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`,
    bucketKey: true,
    priority: 20,
    attempt: 0,
    standardId: '0123456789abcdef',
    causeId: 'event-1',
    createdAt: '2026-11-02T10:16:31.000Z',
    sample: 0,
    ...over,
  };
}

export const A_VIA = { roleArn: `arn:aws:iam::${ACCOUNT}:role/batch`, reportsBucket: 'reports' };

/** How it ended, with one failure; `over` says otherwise. */
export function anEnd({ token, bucket, account, region }: JobRequest, over: Partial<ClosedJob> = {}): ClosedJob {
  return {
    token,
    bucket,
    account,
    region,
    jobId: `job-${token}`,
    status: 'complete-with-failures',
    closedAt: '2026-11-02T10:20:00.000Z',
    total: 3,
    succeeded: 2,
    failed: 1,
    failures: [{ code: 'AccessDenied', count: 1 }],
    failedKeys: [{ key: 'a "b"\n🦀', code: 'AccessDenied', versionId: 'null' }],
    report: 's3://reports/reports/data/job-1/manifest.json',
    ...over,
  };
}
