import type { ClientWrite } from '../../src/ledger/writers-item.ts';
import type { Ignored } from '../../src/intake/payload.ts';
import type { Parser } from './expected-triggers.ts';

const wrote: ClientWrite = {
  bucket: 'amzn-s3-demo-bucket1',
  account: '111122223333',
  region: 'eu-west-1',
  at: '2026-11-02T10:15:30Z',
  principal: 'arn:aws:iam::111122223333:role/DataEngineer',
  applied: 'SSE_S3',
  userAgent: '[aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13.7]',
  key: 'reports/2026/11/02.csv',
};

/** What the recorded data events are read as. */
export const EXPECTED_WRITES: Readonly<Record<string, { parser: Parser; trigger: ClientWrite | Ignored }>> = {
  'object-write/sse-s3.json': { parser: 'write', trigger: wrote },
  'object-write/copy-sse-s3.json': { parser: 'write', trigger: { ...wrote, key: 'b' } },
  'object-write/parts-sse-s3.json': {
    parser: 'write',
    trigger: { ...wrote, key: 'dumps/big.tar', userAgent: '[Boto3/1.40.2 md/Botocore#1.40.2]' },
  },
  'object-write/sse-c.json': {
    parser: 'write',
    trigger: { ...wrote, applied: 'SSE_C', key: 'vault/a', userAgent: '[aws-sdk-java/2.31.7 md/io#async]' },
  },
  'object-write/by-a-service.json': {
    parser: 'write',
    trigger: {
      ...wrote,
      principal: 'delivery.logs.amazonaws.com',
      userAgent: 'delivery.logs.amazonaws.com',
      key: 'AWSLogs/1',
    },
  },
  'object-write/without-sse-applied.json': { parser: 'write', trigger: { ...wrote, applied: 'not-said' } },
  'object-write/unknown-sse-applied.json': { parser: 'write', trigger: { ...wrote, applied: 'SSE_QUANTUM' } },
  'object-write/by-default.json': {
    parser: 'write',
    trigger: { ignored: "PutObject was written under the bucket's own default" },
  },
  'object-write/by-own-batch-role.json': {
    parser: 'write',
    trigger: { ignored: 'CopyObject was done by Reseal itself' },
  },
  'object-write/bucket-of-another-account.json': {
    parser: 'write',
    trigger: { ignored: 'PutObject is on a bucket of account 444455556666, whose own trail tells of it' },
  },
  'object-write/failed-call.json': {
    parser: 'write',
    trigger: { ignored: 'PutObject failed ("AccessDenied") and wrote nothing' },
  },
  'object-write/delete-object.json': {
    parser: 'write',
    trigger: { ignored: 'aws.s3 DeleteObject writes no object' },
  },
};
