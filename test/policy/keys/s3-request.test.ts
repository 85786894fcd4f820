import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bucketArnOf,
  CONTEXT_KEY,
  onlyThroughS3,
  organizationContext,
  organizationHint,
  s3Contexts,
  speaksOfOrganization,
} from '../../../src/policy/keys/s3-request.ts';
import { statementsOf } from '../../iam/documents.ts';

const state = { bucket: 'logs', account: '111122223333', region: 'eu-west-1' };
const DIRECTORY = { state: { ...state, bucket: 'logs--az1--x-s3' }, partition: 'aws' };
const PLAIN = { state, partition: 'aws' };
const CHINA = { state: { ...state, region: 'cn-north-1' }, partition: 'aws-cn' };

const seen = (...given: Parameters<typeof s3Contexts>) =>
  s3Contexts(...given).map((context) => [context['kms:viaservice'], context[CONTEXT_KEY]]);

test('with a Bucket Key KMS sees the bucket, without one each object, and where nobody knows both', () => {
  const host = 's3.eu-west-1.amazonaws.com';
  assert.deepEqual(seen(PLAIN, true), [[host, 'arn:aws:s3:::logs']]);
  assert.deepEqual(seen(PLAIN, false), [[host, 'arn:aws:s3:::logs/*']]);
  assert.deepEqual(seen(PLAIN), [
    [host, 'arn:aws:s3:::logs'],
    [host, 'arn:aws:s3:::logs/*'],
  ]);
  assert.equal(bucketArnOf(CHINA), 'arn:aws-cn:s3:::logs');
});

test('in China the host may be spelt in two ways', () => {
  const hosts = ['s3.cn-north-1.amazonaws.com', 's3.cn-north-1.amazonaws.com.cn'];
  assert.deepEqual(
    seen(CHINA, true).map(([host]) => host),
    hosts,
  );
  assert.deepEqual(onlyThroughS3(CHINA), [{ operator: 'StringEquals', key: 'kms:viaservice', values: hosts }]);
  assert.deepEqual(onlyThroughS3(PLAIN)[0]?.values, ['s3.eu-west-1.amazonaws.com']);
});

test('of a directory bucket the host is not known, and its ARN is of another service', () => {
  const arn = 'arn:aws:s3express:eu-west-1:111122223333:bucket/logs--az1--x-s3';
  const always = { 'kms:grantisforawsresource': null, 'aws:viaawsservice': 'true' };
  assert.deepEqual(s3Contexts(DIRECTORY, true), [{ ...always, 'kms:encryptioncontext:aws:s3express:arn': arn }]);
  const key = 'kms:encryptioncontext:aws:s3express:arn';
  assert.deepEqual(onlyThroughS3(DIRECTORY), [{ operator: 'StringEquals', key, values: [arn] }]);
});

test('tables of a table bucket are told by their own ARNs, vectors by that of their bucket', () => {
  const always = { 'kms:grantisforawsresource': null, 'aws:viaawsservice': 'true' };
  const of = (service: string) => {
    const bucket = `arn:aws:${service}:eu-west-1:111122223333:bucket/lake`;
    return s3Contexts({ state: { ...state, bucket }, partition: 'aws' });
  };
  assert.deepEqual(of('s3tables'), [
    { ...always, [CONTEXT_KEY]: 'arn:aws:s3tables:eu-west-1:111122223333:bucket/lake/*' },
  ]);
  const key = 'kms:encryptioncontext:aws:s3vectors:arn';
  assert.deepEqual(of('s3vectors'), [{ ...always, [key]: 'arn:aws:s3vectors:eu-west-1:111122223333:bucket/lake' }]);
});

test('every request of the account carries its organization and its path, which ends with a slash', () => {
  for (const value of ['o-a/r-1/ou-1-1', 'o-a/r-1/ou-1-1/', 'o-a/r-1/ou-1-1//']) {
    assert.deepEqual(organizationContext({ kind: 'read', value }), {
      'aws:principalorgid': 'o-a',
      'aws:principalorgpaths': 'o-a/r-1/ou-1-1/',
    });
  }
  assert.deepEqual(organizationContext(undefined), {});
  assert.deepEqual(organizationContext({ kind: 'unread', why: 'denied', denied: true }), {});
});

test('a policy speaks of the organization by a condition, and by nothing else', () => {
  const allow = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: 'aws:PrincipalOrgID' };
  const of = (key: string) => ({ ...allow, Condition: { StringEquals: { [key]: 'o-a' } } });
  const speaks = (...statements: object[]) => speaksOfOrganization(statementsOf({ Statement: statements }));
  assert.deepEqual(
    [speaks(allow), speaks(allow, of('aws:PrincipalOrgID')), speaks(of('AWS:principalorgpaths'))],
    [false, true, true],
  );
  assert.equal(speaks(of('aws:SourceOrgID')), false);
});

test('who may settle it is told only where something hangs on it', () => {
  assert.match(
    organizationHint(['aws:SourceArn (1)', 'aws:PrincipalOrgID (statement 2)']),
    /^ \(where the account is in its organization.*\)$/,
  );
  assert.equal(organizationHint(['aws:SourceOrgID (statement 2)']), '');
  assert.equal(organizationHint([]), '');
});
