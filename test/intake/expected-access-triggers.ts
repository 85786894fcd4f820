import { type ExpectedFact, seen } from './expected-triggers.ts';

const byEngineer = {
  ...seen,
  sourceAddress: '203.0.113.24',
  userAgent: '[aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13.7]',
  actor: 'arn:aws:iam::111122223333:role/DataEngineer',
};

/** What the recorded events are read as that change who may write to a bucket. */
export const EXPECTED_ACCESS_FACTS: Readonly<Record<string, ExpectedFact>> = {
  'put-bucket-policy/load-balancer.json': {
    parser: 'bucket',
    trigger: {
      ...byEngineer,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'access-changed',
      causeId: '1f0c2d3e-4b5a-4697-8879-6a5b4c3d2e01',
    },
  },
  'put-bucket-policy/deleted.json': {
    parser: 'bucket',
    trigger: {
      ...byEngineer,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'access-changed',
      causeId: '1f0c2d3e-4b5a-4697-8879-6a5b4c3d2e02',
    },
  },
  'put-bucket-acl/log-delivery.json': {
    parser: 'bucket',
    trigger: {
      ...byEngineer,
      bucket: 'amzn-s3-demo-bucket1',
      cause: 'access-changed',
      causeId: '1f0c2d3e-4b5a-4697-8879-6a5b4c3d2e03',
    },
  },
  'put-bucket-logging/on.json': {
    parser: 'bucket',
    trigger: {
      ...byEngineer,
      bucket: 'amzn-s3-demo-logs',
      cause: 'logging-changed',
      causeId: '1f0c2d3e-4b5a-4697-8879-6a5b4c3d2e04',
      loggedBucket: 'amzn-s3-demo-bucket1',
    },
  },
  'put-bucket-logging/off.json': {
    parser: 'bucket',
    trigger: { ignored: 'PutBucketLogging names no bucket that receives logs' },
  },
};
