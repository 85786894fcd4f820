import type { JudgedBucketItem, Repair } from '../../src/ledger/bucket-item.ts';
import type { ClosedJob } from '../../src/ledger/job-item.ts';
import type { RecordedReason } from '../../src/policy/model.ts';

export const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ACTOR = 'arn:aws:iam::111111111111:role/deployer';

export function reason(code: string, message = `This is ${code}.`): RecordedReason {
  return { code, message };
}

/** A compliant bucket of the ledger, but for what `over` says. */
export function imageOf(over: Partial<JudgedBucketItem> = {}): JudgedBucketItem {
  return {
    bucket: 'orders',
    account: '111111111111',
    region: 'eu-west-1',
    verdict: 'compliant',
    reasons: [],
    rule: 'payments',
    policySha256: 'a'.repeat(64),
    policyOrder: 1,
    assessedAt: '2026-11-02T10:16:30.000Z',
    causeId: '9c0c9d1c-0a5e-4d4b-8f0e-2a1b3c4d5e6f',
    cause: 'encryption-deleted',
    ...over,
  };
}

export function repairOf(over: Partial<Repair> = {}): Repair {
  return {
    at: '2026-11-02T10:16:31.250Z',
    causeId: '9c0c9d1c-0a5e-4d4b-8f0e-2a1b3c4d5e6f',
    cause: 'encryption-deleted',
    driftAt: '2026-11-02T10:15:30Z',
    actor: ACTOR,
    sourceAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.31.0',
    replaced: { algorithm: 'AES256', bucketKey: false },
    wrote: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true },
    policySha256: 'a'.repeat(64),
    reasons: [reason('weaker-algorithm', 'Bucket orders has AES256, and the standard is aws:kms.')],
    ...over,
  };
}

export function jobOf(over: Partial<ClosedJob> = {}): ClosedJob {
  return {
    token: 'b'.repeat(40),
    jobId: '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
    bucket: 'orders',
    account: '111111111111',
    region: 'eu-west-1',
    status: 'complete-with-failures',
    objectClass: 'SSE-S3',
    method: 'update',
    closedAt: '2026-11-02T11:00:00.000Z',
    total: 3,
    succeeded: 2,
    failed: 1,
    untried: 0,
    failures: [{ code: 'AccessDenied', count: 1, cause: 'locked' }],
    failedKeys: [{ key: 'invoices/7.pdf', code: 'AccessDenied', cause: 'locked' }],
    proof: { sampled: 2, seed: '93724a4515a4', missed: 0, unread: 0, changed: 0 },
    again: 'no',
    list: 's3://reports/manifests/orders/job-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/manifest.json',
    report: 's3://reports/reports/job-0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d/manifest.json',
    ...over,
  };
}

const GRANT = {
  Sid: 'AllowLogDelivery',
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
  Action: 'kms:GenerateDataKey*',
  Resource: '*',
};

/** A bucket that is held because a log writer could not use the standard's key. */
export function heldImage(over: Partial<JudgedBucketItem> = {}): JudgedBucketItem {
  return imageOf({
    verdict: 'hold',
    reasons: [
      {
        code: 'key-policy-lacks-writer',
        message:
          'VPC flow logs are delivered to bucket orders, and the key policy lets no delivery.logs.amazonaws.com use the key: add the statement.',
        paste: JSON.stringify(GRANT, null, 2),
      },
      reason('weaker-algorithm', 'Bucket orders has AES256, and the standard is aws:kms.'),
    ],
    found: { algorithm: 'AES256', bucketKey: false },
    actor: ACTOR,
    sourceAddress: '203.0.113.7',
    userAgent: 'aws-cli/2.31.0',
    ...over,
  });
}
