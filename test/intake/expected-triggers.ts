import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { AccountsTask } from '../../src/intake/membership-event.ts';
import type { Ignored } from '../../src/intake/payload.ts';
import type { JobTrigger } from '../../src/intake/parse-job-message.ts';
import type { SweepRequest } from '../../src/intake/parse-sweep-request.ts';

export type Parser = 'bucket' | 'job' | 'membership' | 'sweep' | 'write';

/** What one good file of events/ is read as, and by which parser. */
export interface ExpectedFact {
  parser: Parser;
  trigger: BucketTrigger | JobTrigger | SweepRequest | AccountsTask | Ignored;
}

/** The role of assess-bucket in the recorded events. */
export const OWN_ROLE = 'arn:aws:iam::111122223333:role/reseal/reseal-assess-bucket';

/** What a sweep without an event is known by. */
export const CLOCK = { id: 'invoke-1', at: '2026-11-02T12:00:00Z' };

/** What most recorded facts have in common. */
export const seen = {
  account: '111122223333',
  region: 'eu-west-1',
  at: '2026-11-02T10:15:30Z',
  attempt: 0,
  observe: false,
};

export const EXPECTED_TRIGGERS: Readonly<Record<string, ExpectedFact>> = {
  'assess-message/from-sweep.json': {
    parser: 'bucket',
    trigger: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'sweep',
      at: '2026-11-02T03:00:00Z',
      causeId: 'fcce4108-ea67-4f58-8575-05f2830a5113',
    },
  },
  'assess-message/later-try.json': {
    parser: 'bucket',
    trigger: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'encryption-deleted',
      causeId: '587116bf-d2fd-402c-88a7-01cb834f553b',
      attempt: 2,
    },
  },
  'assess-message/observe-with-a-new-field.json': {
    parser: 'bucket',
    trigger: {
      ...seen,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'sweep',
      at: '2026-11-02T03:00:00Z',
      causeId: 'fcce4108-ea67-4f58-8575-05f2830a5113',
      observe: true,
    },
  },
  'job-created/new.json': { parser: 'job', trigger: { ignored: "aws.s3 JobCreated is no change of a job's status" } },
  'job-status-changed/active.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Active',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/cancelled.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Cancelled',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/complete.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Complete',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/failed-no-keys.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Failed',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/failed.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Failed',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/new.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'New',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'job-status-changed/preparing.json': {
    parser: 'job',
    trigger: {
      jobId: '79b4d1f2-3c5e-4a67-8b90-1c2d3e4f5a6b',
      account: '111122223333',
      region: 'eu-west-1',
      status: 'Preparing',
      at: '2026-11-02T10:18:44Z',
    },
  },
  'sweep/all-keys.json': {
    parser: 'sweep',
    trigger: {
      scope: {
        accounts: ['111122223333'],
        ous: ['ou-ab12-11111111'],
        regions: ['eu-west-1'],
        buckets: ['amzn-s3-demo-bucket1'],
        prefix: 'amzn-',
        rule: 'secrets',
      },
      observe: true,
      id: 'invoke-1',
      at: '2026-11-02T12:00:00Z',
    },
  },
  'sweep/by-name.json': {
    parser: 'sweep',
    trigger: {
      scope: { buckets: ['amzn-s3-demo-bucket1', 'amzn-s3-demo-bucket2'] },
      observe: false,
      id: 'invoke-1',
      at: '2026-11-02T12:00:00Z',
    },
  },
  'sweep/by-prefix.json': {
    parser: 'sweep',
    trigger: { scope: { prefix: 'amzn-s3-demo-' }, observe: false, id: 'invoke-1', at: '2026-11-02T12:00:00Z' },
  },
  'sweep/everything.json': {
    parser: 'sweep',
    trigger: { scope: {}, observe: false, id: 'invoke-1', at: '2026-11-02T12:00:00Z' },
  },
  'sweep/observe-only.json': {
    parser: 'sweep',
    trigger: { scope: {}, observe: true, id: 'invoke-1', at: '2026-11-02T12:00:00Z' },
  },
  'sweep/scheduled.json': {
    parser: 'sweep',
    trigger: { scope: {}, observe: false, id: 'fcce4108-ea67-4f58-8575-05f2830a5113', at: '2026-11-02T03:00:00Z' },
  },
  'unrelated/put-bucket-versioning.json': {
    parser: 'bucket',
    trigger: { ignored: "aws.s3 PutBucketVersioning says nothing of a bucket's encryption" },
  },
};
