import {
  type BucketState,
  DEFAULT_OBJECTS,
  type Encryption,
  type KeyFacts,
  type KeyReading,
  type Standard,
} from '../../src/policy/model.ts';
import type { Safety } from '../../src/policy/safety.ts';
import type { ListedObject, Plan, PlanInput } from '../../src/policy/plan/plan-model.ts';

export const ACCOUNT = '111122223333';
export const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const OTHER_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321';
export const FOREIGN_KEY = 'arn:aws:kms:eu-west-1:444455556666:key/5555dcba-09fe-87dc-65ba-ab0987654321';

export const KMS: Standard = {
  algorithm: 'aws:kms',
  key: 'alias/reseal',
  bucketKey: true,
  blockSseC: 'leave',
  ...DEFAULT_OBJECTS,
  reencrypt: 'all',
};
export const DSSE: Standard = { ...KMS, algorithm: 'aws:kms:dsse' };
export const AES: Standard = {
  ...DEFAULT_OBJECTS,
  algorithm: 'AES256',
  bucketKey: true,
  blockSseC: 'leave',
  reencrypt: 'all',
};

export const USABLE: KeyFacts = {
  arn: KEY,
  account: ACCOUNT,
  region: 'eu-west-1',
  state: 'Enabled',
  usage: 'ENCRYPT_DECRYPT',
  spec: 'SYMMETRIC_DEFAULT',
  manager: 'CUSTOMER',
};
export const FOUND: KeyReading = { kind: 'found', key: USABLE };
export const NO_KEY: KeyReading = { kind: 'none' };

export const NOW = new Date('2026-11-02T10:15:30Z');

export function bucketWith(rule: Encryption, region = 'eu-west-1'): BucketState {
  return { bucket: 'logs', account: ACCOUNT, region, rule, own: false };
}

/** A bucket that nobody but its own account knows of, changed as a test needs it. */
export function safetyWith(change: Partial<Safety>): Safety {
  const nobody = {
    bucketPolicy: [],
    acl: [],
    keyPolicy: undefined,
    replication: [],
    accessPoints: [],
    organization: {},
  };
  return { ...nobody, website: 'none', ...change };
}

export const STANDARD_ID = '0123456789abcdef';
/** Older than the day from which S3 encrypts everything. */
export const OLD_MS = Date.parse('2022-06-01T00:00:00Z');
const NEW_MS = Date.parse('2026-11-02T10:15:40Z');

export function listed(storageClass = 'STANDARD', lastModifiedMs = NEW_MS, sizeBytes = 1024): ListedObject {
  return { sizeBytes, lastModifiedMs, storageClass };
}

export const PLAN_ID = 'b5bb9d8014a0f9b1d61e21e7';

/** A plan of everything in a bucket of three new objects under SSE-KMS with our own key, changed as a test needs it. */
export function planInput(change: Partial<PlanInput>): PlanInput {
  return {
    bucket: 'logs',
    account: ACCOUNT,
    standard: KMS,
    keyArn: KEY,
    standardId: STANDARD_ID,
    planId: PLAN_ID,
    scope: { kind: 'all' },
    listing: { objects: [listed(), listed(), listed()], truncated: false },
    ...change,
  };
}

/** A plan without tokens and without what all its jobs have of the standard: both have tests of their own. */
export function withoutTokens({ jobs, leftovers }: Plan) {
  const shortened = jobs.map((job) => {
    const { algorithm: _, keyArn: __, bucketKey: ___, sample: ____, ...rest } = job;
    return { ...rest, token: '' };
  });
  return { jobs: shortened, leftovers };
}
