import type { BucketFact, Ignored, JobFact, SweepRequest } from '../../src/intake/fact.ts';

export type Parser = 'bucket' | 'job' | 'sweep';

/** What one good file of events/ is read as, and by which parser. */
export interface ExpectedFact {
  parser: Parser;
  fact: BucketFact | JobFact | SweepRequest | Ignored;
}

/** The role of assess-bucket in the recorded events. */
export const OWN_ROLE = 'arn:aws:iam::111122223333:role/reseal/reseal-assess-bucket';

/** What a sweep without an event is known by. */
export const CLOCK = { id: 'invoke-1', at: '2026-11-02T12:00:00Z' };

const seen = { account: '111122223333', region: 'eu-west-1', at: '2026-11-02T10:15:30Z', attempt: 0, observe: false };

export const EXPECTED_FACTS: Readonly<Record<string, ExpectedFact>> = {
  'assess-message/from-sweep.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'sweep',
      at: '2026-11-02T03:00:00Z',
      causeId: 'fcce4108-ea67-4f58-8575-05f2830a5113',
    },
  },
  'assess-message/later-try.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'encryption-deleted',
      causeId: '587116bf-d2fd-402c-88a7-01cb834f553b',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
      attempt: 2,
    },
  },
  'assess-message/observe-with-a-new-field.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'sweep',
      at: '2026-11-02T03:00:00Z',
      causeId: 'fcce4108-ea67-4f58-8575-05f2830a5113',
      observe: true,
    },
  },
  'create-bucket/account-regional-name.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-111122223333-eu-west-1-an',
      cause: 'created',
      causeId: 'a96f6d97-ecab-4057-8d06-82579078cd69',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'create-bucket/assumed-role.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket3',
      cause: 'created',
      causeId: 'e83f0294-993d-4b53-822b-16fdaf012a32',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'create-bucket/failed-call.json': {
    parser: 'bucket',
    fact: { ignored: 'CreateBucket failed ("BucketAlreadyExists") and changed nothing' },
  },
  'create-bucket/iam-user.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket2',
      cause: 'created',
      causeId: '0e53de3b-2fbf-46c8-8d1c-c7e535924c8b',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'create-bucket/ipv6-source.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket8',
      cause: 'created',
      causeId: 'eee304fd-87b6-4deb-8503-59a0390ab5d6',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'create-bucket/older-xmlns.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'Amzn_S3_Demo.Legacy',
      cause: 'created',
      at: '2026-11-02T10:16:01Z',
      causeId: '43271177-67a9-4f53-8140-37c1c2a75656',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'create-bucket/other-region.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket5',
      region: 'us-east-1',
      cause: 'created',
      causeId: '00efc8da-ffdc-4c73-8c05-ab48a5b74ad0',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'create-bucket/root.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'created',
      causeId: '82853c90-8d61-404a-8661-00565b08c0ac',
      actor: 'arn:aws:iam::111122223333:root',
    },
  },
  'create-bucket/service-caller-cloudformation.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket7',
      cause: 'created',
      causeId: '2512cdbe-bad1-4ed3-8d1b-f3b60f6c88be',
      actor: 'arn:aws:iam::111122223333:role/deploy/DeployRole',
    },
  },
  'create-bucket/us-east-1-no-constraint.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket4',
      region: 'us-east-1',
      cause: 'created',
      causeId: 'ef33cbe1-3b5b-475d-8dee-9b525b66654f',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'delete-bucket-encryption/assumed-role.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'encryption-deleted',
      causeId: '587116bf-d2fd-402c-88a7-01cb834f553b',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'delete-bucket-encryption/failed-call.json': {
    parser: 'bucket',
    fact: { ignored: 'DeleteBucketEncryption failed ("AccessDenied") and changed nothing' },
  },
  'delete-bucket-encryption/older-2020.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket3',
      cause: 'encryption-deleted',
      causeId: '6dc328b4-43b8-4445-8077-f4ffb4571a06',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'delete-bucket-encryption/root.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket2',
      cause: 'encryption-deleted',
      causeId: 'bec44ff2-20f9-4f05-8927-3b13848aef27',
      actor: 'arn:aws:iam::111122223333:root',
    },
  },
  'job-created/new.json': { parser: 'job', fact: { ignored: "aws.s3 JobCreated is no change of a job's status" } },
  'job-status-changed/active.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Active',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/cancelled.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Cancelled',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/complete.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Complete',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/failed-no-keys.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Failed',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/failed.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Failed',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/new.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'New',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/preparing.json': {
    parser: 'job',
    fact: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Preparing',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'put-bucket-encryption/by-other-account.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket7',
      cause: 'encryption-put',
      causeId: 'eda83034-f978-4428-8fb9-49c8f6f00285',
      actor: 'arn:aws:iam::444455556666:user/mallory',
    },
  },
  'put-bucket-encryption/by-own-role-without-issuer.json': {
    parser: 'bucket',
    fact: { ignored: 'PutBucketEncryption was done by Reseal itself' },
  },
  'put-bucket-encryption/by-own-role.json': {
    parser: 'bucket',
    fact: { ignored: 'PutBucketEncryption was done by Reseal itself' },
  },
  'put-bucket-encryption/kms-other-key.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket2',
      cause: 'encryption-put',
      causeId: 'd76cf9c1-00d6-45ab-8b72-83e497068bbf',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'put-bucket-encryption/service-name-source.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket4',
      cause: 'encryption-put',
      causeId: 'bc57c376-6ef6-472c-8427-249eb7d29ce3',
    },
  },
  'put-bucket-encryption/several-rules.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket6',
      cause: 'encryption-put',
      causeId: 'a385651e-390b-4a90-8cc1-e7a7f13d0a6a',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'put-bucket-encryption/sse-c-allowed-again.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket5',
      cause: 'encryption-put',
      causeId: 'b2788d49-8c4c-4dd5-88f0-94ed0e9c7420',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  'put-bucket-encryption/weakened-aes256.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'encryption-put',
      causeId: '4d50a5dd-aacc-4cca-8a25-216e26498f76',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  's3express/create-bucket.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket--euw1-az1--x-s3',
      cause: 'created',
      causeId: '769cfbe6-caff-42be-8671-1d2259e39618',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  's3express/delete-bucket-encryption.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket--euw1-az1--x-s3',
      cause: 'encryption-deleted',
      causeId: 'faf75262-f912-47e4-879b-1b400034a1dd',
      actor: 'arn:aws:iam::111122223333:role/DataEngineer',
    },
  },
  's3express/put-bucket-encryption.json': {
    parser: 'bucket',
    fact: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket--euw1-az1--x-s3',
      cause: 'encryption-put',
      causeId: '176534d8-e0d7-4392-8ee3-7e8d632a6770',
      actor: 'arn:aws:iam::111122223333:user/alice',
    },
  },
  'sweep/all-keys.json': {
    parser: 'sweep',
    fact: {
      buckets: ['amzn-s3-demo-bucket1'],
      prefix: 'amzn-',
      observe: true,
      id: 'invoke-1',
      at: '2026-11-02T12:00:00Z',
    },
  },
  'sweep/by-name.json': {
    parser: 'sweep',
    fact: {
      buckets: ['amzn-s3-demo-bucket1', 'amzn-s3-demo-bucket2'],
      observe: false,
      id: 'invoke-1',
      at: '2026-11-02T12:00:00Z',
    },
  },
  'sweep/by-prefix.json': {
    parser: 'sweep',
    fact: { prefix: 'amzn-s3-demo-', observe: false, id: 'invoke-1', at: '2026-11-02T12:00:00Z' },
  },
  'sweep/everything.json': { parser: 'sweep', fact: { observe: false, id: 'invoke-1', at: '2026-11-02T12:00:00Z' } },
  'sweep/observe-only.json': { parser: 'sweep', fact: { observe: true, id: 'invoke-1', at: '2026-11-02T12:00:00Z' } },
  'sweep/scheduled.json': {
    parser: 'sweep',
    fact: { observe: false, id: 'fcce4108-ea67-4f58-8575-05f2830a5113', at: '2026-11-02T03:00:00Z' },
  },
  'unrelated/put-bucket-tagging.json': {
    parser: 'bucket',
    fact: { ignored: "aws.s3 PutBucketTagging says nothing of a bucket's encryption" },
  },
};
