import assert from 'node:assert/strict';
import { type TestContext, describe, test } from 'node:test';
import { readStateFile } from '../../../cli/explain/state-file.ts';
import { ResealError } from '../../../src/errors.ts';
import { written } from '../written.ts';

const LAKE = 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake';
const VECTORS = 'arn:aws:s3vectors:eu-west-1:111122223333:bucket/embeddings';
const GOOD = { bucket: 'logs', account: '111122223333', region: 'eu-west-1' };

describe('a state file', () => {
  test('needs a name, an account and a Region, and means by silence that AWS has none', (t) => {
    assert.deepEqual(readStateFile(inFile(t, GOOD)), {
      ...GOOD,
      logging: [],
      accessPoints: [],
      keys: {},
      keyPolicies: {},
      history: { repairs: [] },
      refused: { members: new Map(), keys: new Map(), keyPolicies: new Map() },
    });
  });

  test('says by an error what AWS would not tell', (t) => {
    const denied = { error: 'AccessDenied' };
    const given = {
      ...GOOD,
      acl: denied,
      keys: { 'alias/x': { error: 'NotFoundException' } },
      keyPolicies: { k: denied },
    };
    assert.deepEqual(readStateFile(inFile(t, given)).refused, {
      members: new Map([['acl', 'AccessDenied']]),
      keys: new Map([['alias/x', 'NotFoundException']]),
      keyPolicies: new Map([['k', 'AccessDenied']]),
    });
  });

  const rows: [string, unknown, string][] = [
    ['a list', [], 'the state: expected a mapping with note, bucket'],
    [
      'an account of 11 digits',
      { ...GOOD, account: '11112222333' },
      'account: expected an account id of 12 digits, found "11112222333"',
    ],
    [
      'a role that is no ARN',
      { ...GOOD, batchRole: 'jobs' },
      'batchRole: expected the ARN of a role (arn:aws:iam::111122223333:role/NAME), found "jobs"',
    ],
    ['an unknown member', { ...GOOD, bucketpolicy: {} }, 'bucketpolicy: expected one of note, bucket'],
    [
      'a rule that is no mapping',
      { ...GOOD, encryption: { ServerSideEncryptionConfiguration: { Rules: ['AES256'] } } },
      'encryption.ServerSideEncryptionConfiguration.Rules[0]: expected an encryption rule, found "AES256"',
    ],
    [
      'a table bucket of another Region',
      { ...GOOD, bucket: LAKE, region: 'us-east-1' },
      `bucket: expected an ARN of the account and Region that the file says, found "${LAKE}"`,
    ],
    [
      'a table bucket with a rule of S3',
      { ...GOOD, bucket: LAKE, encryption: { ServerSideEncryptionConfiguration: { Rules: [] } } },
      'encryption: expected what GetTableBucketEncryption returns, a mapping with encryptionConfiguration and its sseAlgorithm, found a mapping',
    ],
    [
      'a bucket with an encryption of S3 Tables',
      { ...GOOD, encryption: { encryptionConfiguration: { sseAlgorithm: 'AES256' } } },
      'encryption: expected what GetBucketEncryption returns, a mapping with ServerSideEncryptionConfiguration, found a mapping',
    ],
    [
      'a vector bucket with an encryption of S3 Tables',
      { ...GOOD, bucket: VECTORS, encryption: { encryptionConfiguration: { sseAlgorithm: 'AES256' } } },
      'encryption: expected what GetVectorBucket returns of it, a mapping with encryptionConfiguration and its sseType, found a mapping',
    ],
    ['a policy that is a number', { ...GOOD, bucketPolicy: 7 }, 'bucketPolicy: expected a policy document'],
    [
      'a key without a state',
      { ...GOOD, keys: { 'alias/reseal': { KeyMetadata: { Arn: 'arn' } } } },
      'keys["alias/reseal"].KeyMetadata.KeyState: expected the state of a key, for example Enabled, found nothing',
    ],
    ['a time that is none', { ...GOOD, at: 'today' }, 'at: expected a time in ISO 8601'],
    [
      'a negative count',
      { ...GOOD, objects: { count: -1, bytes: 0 } },
      'objects.count: expected a whole number, found -1',
    ],
  ];
  for (const [name, given, expected] of rows) {
    test(`refuses ${name}, naming where`, (t) => {
      assert.equal(problemOf(inFile(t, given)).slice(0, expected.length), expected);
    });
  }

  test('that is no YAML is named, with its place', (t) => {
    assert.throws(() => readStateFile(written(t, '{ "bucket": "logs",\n', 'state.json')), {
      code: 'invalid-state',
      message:
        /state\.json:2:1 error the state: expected each \[ and \{ closed by \] and \}, found the end of the file$/,
    });
  });

  test('that is not there is named', () => {
    assert.throws(() => readStateFile('no/such.json'), {
      code: 'invalid-state',
      message:
        'no/such.json:1:1 error the state: expected a file that can be read (check the path and its permissions), found ENOENT',
    });
  });
});

function inFile(t: TestContext, given: unknown): string {
  return written(t, JSON.stringify(given), 'state.json');
}

function problemOf(file: string): string {
  try {
    readStateFile(file);
    return '';
  } catch (error) {
    assert(error instanceof ResealError && error.code === 'invalid-state');
    return error.message.replace(/^.*:\d+:\d+ error /, '');
  }
}
