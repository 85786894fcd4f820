import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyShutNotices } from '../../src/policy/key-shut.ts';
import type { Writer } from '../../src/policy/writers/writer.ts';
import { policyWriters } from '../../src/policy/writers/policy-writers.ts';
import { statementsOf } from '../iam/documents.ts';
import { judging } from './judging.ts';
import { ACCOUNT, KEY, safetyWith, USABLE } from './literals.ts';

const ALLOW = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const root = (account: string) => ({ AWS: `arn:aws:iam::${account}:root` });
const IAM = { ...ALLOW, Principal: root(ACCOUNT) };
const ELSEWHERE = { ...ALLOW, Principal: root('444455556666') };

function shut(statements: object[], writers: readonly Writer[] = [], letting: object[] = []) {
  const { known } = judging({ algorithm: 'aws:kms', keyId: KEY, bucketKey: true });
  const keyPolicy = statementsOf({ Version: '2012-10-17', Statement: statements });
  const safety = safetyWith({ keyPolicy, bucketPolicy: statementsOf({ Statement: letting }) });
  const batchRoleArn = `arn:aws:iam::${ACCOUNT}:role/batch`;
  return keyShutNotices({
    known: { ...known, jobRoles: { 'update-encryption': batchRoleArn } },
    key: USABLE,
    safety,
    writers,
  });
}

describe('the policy of a key that lets the account of its bucket in is not spoken of:', () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/app`;
  const everybodyBut = { ArnNotLike: { 'aws:PrincipalArn': role } };
  const rows: [how: string, statements: object[]][] = [
    ['by its IAM', [IAM]],
    ['by a role that it names, although not the role of the jobs', [{ ...ALLOW, Principal: { AWS: role } }]],
    [
      'by a condition on its roles',
      [
        {
          ...ALLOW,
          Principal: '*',
          Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/app-*` } },
        },
      ],
    ],
    [
      'by the roles of any account',
      [{ ...ALLOW, Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/app' } } }],
    ],
    [
      'by a condition that cannot be decided',
      [{ ...IAM, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'data' } } }],
    ],
    [
      'of a role that is named, a condition that cannot be decided',
      [{ ...ALLOW, Principal: { AWS: role }, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }],
    ],
    [
      'with a Deny that cannot be decided',
      [
        IAM,
        { ...ALLOW, Effect: 'Deny', Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } },
      ],
    ],
    [
      'with a Deny of everybody but a role that is named',
      [
        { ...ALLOW, Principal: { AWS: role } },
        IAM,
        { ...ALLOW, Effect: 'Deny', Principal: '*', Condition: everybodyBut },
      ],
    ],
  ];
  for (const [how, statements] of rows) test(how, () => assert.deepEqual(shut(statements), []));
});

test('a policy that lets nobody of the account in is told, with the statement that mends it', () => {
  const [notice, ...more] = shut([ELSEWHERE]);
  assert.deepEqual([notice?.code, more], ['key-shut', []]);
  assert.match(
    notice?.message ?? '',
    /the policy of key \S+ does not let account 111122223333 call kms:GenerateDataKey/,
  );
  assert.deepEqual(shut([ELSEWHERE, JSON.parse(notice?.paste ?? '{}')]), []);
});

describe('of another account that may put objects', () => {
  const put = { ...ALLOW, Principal: root('444455556666'), Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' };
  const codesOf = (letting: object[], ...using: object[]) => shut([IAM, ...using], [], letting).map(({ code }) => code);

  test('it is told where the key policy surely does not let it in', () => {
    assert.deepEqual(codesOf([put]), ['key-shut']);
    assert.deepEqual(codesOf([put], ELSEWHERE), []);
    const [notice] = shut([IAM], [], [put]);
    assert.deepEqual(codesOf([put], JSON.parse(notice?.paste ?? '{}')), []);
    assert.deepEqual(codesOf([put], { ...ELSEWHERE, Effect: 'Deny' }), ['key-shut']);
    assert.deepEqual(
      codesOf([put], { ...ELSEWHERE, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
      [],
    );
    const ofBucket = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::logs' } };
    assert.deepEqual(codesOf([put], { ...ELSEWHERE, Condition: ofBucket }), []);
  });

  test('it is not where others are meant, or those who only read', () => {
    assert.deepEqual(codesOf([{ ...put, Action: 's3:GetObject' }]), []);
    assert.deepEqual(codesOf([{ ...put, Principal: { CanonicalUser: 'a'.repeat(64) } }]), []);
    assert.deepEqual(codesOf([{ ...put, Principal: root(ACCOUNT) }]), []);
    assert.deepEqual(codesOf([{ ...put, Principal: { Service: 'config.amazonaws.com' }, Action: 's3:*' }]), []);
  });
});

test('a policy that denies everybody is told', () => {
  const deny = { ...ALLOW, Effect: 'Deny', Principal: '*', Sid: 'Shut' };
  const [notice] = shut([IAM, deny]);
  assert.deepEqual(notice?.code, 'key-shut');
  assert.match(notice?.message ?? '', /denies account 111122223333 .*statement Shut/);
});

test('a service that writes and is not let in is told, once it is let in not, and what is not known of it is no fact', () => {
  const principal = (name: string) => ({ Service: name });
  const letting = (name: string) =>
    policyWriters(
      statementsOf({
        Statement: [
          { Effect: 'Allow', Principal: principal(name), Action: 's3:PutObject', Resource: 'arn:aws:s3:::logs/*' },
        ],
      }),
      { bucket: 'logs', account: ACCOUNT, partition: 'aws' },
    );
  const config = letting('config.amazonaws.com');
  assert.deepEqual(
    shut([IAM], config).map(({ code }) => code),
    ['key-shut'],
  );
  assert.deepEqual(shut([IAM, { ...ALLOW, Principal: principal('config.amazonaws.com') }], config), []);
  assert.deepEqual(shut([IAM], letting('new-service.amazonaws.com')), []);
});
