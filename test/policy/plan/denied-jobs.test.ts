import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jobReasons } from '../../../src/policy/plan/denied-jobs.ts';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import type { Facts } from '../../../src/policy/facts.ts';
import { policyOf } from '../../iam/documents.ts';
import { bucketWith, FOUND, KEY, KMS, NOW, OTHER_KEY } from '../literals.ts';

const ROLE = 'arn:aws:iam::111122223333:role/reseal-batch';
const COPY_ROLE = 'arn:aws:iam::111122223333:role/reseal-copy';
const OWN_ROLE = 'arn:aws:iam::111122223333:role/reseal-reencrypt-object';
const DENY = { Sid: 'D', Effect: 'Deny', Principal: '*', Resource: 'arn:aws:s3:::logs/*' };
const ALGORITHM = 's3:x-amz-server-side-encryption';
const KEY_ID = 's3:x-amz-server-side-encryption-aws-kms-key-id';

function obstacles(facts: Facts, methods?: Parameters<typeof jobReasons>[1], ...role: [undefined?]) {
  const known = {
    state: bucketWith({ algorithm: 'AES256' }),
    kind: 'general-purpose' as const,
    partition: 'aws',
    policy: parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } }),
    now: NOW,
    ...(role.length === 0 ? { jobRoles: { 'update-encryption': ROLE, copy: COPY_ROLE, 'own-copy': OWN_ROLE } } : {}),
    facts,
  };
  return jobReasons({ known, standard: KMS, key: FOUND }, methods);
}

function under(statement: object): Facts {
  return { bucketPolicy: { kind: 'read', value: policyOf({ ...DENY, ...statement }) } };
}

describe('a bucket policy that is sure to refuse the jobs', () => {
  const update = 's3:UpdateObjectEncryption';
  const rows: [name: string, statement: object, isDenied: boolean][] = [
    ['denies the action', { Action: update }, true],
    [
      'denies everybody but others',
      { Action: 's3:*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': `${ROLE}-2` } } },
      true,
    ],
    ['names everybody but others', { Action: update, Principal: undefined, NotPrincipal: { AWS: `${ROLE}-2` } }, false],
    ['denies the role by name', { Action: update, Principal: { AWS: ROLE } }, true],
    ['denies another role', { Action: update, Principal: { AWS: `${ROLE}-2` } }, false],
    ['spares the role', { Action: 's3:*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE } } }, false],
    [
      'spares roles of a form',
      { Action: 's3:*', Condition: { StringNotLike: { 'aws:PrincipalArn': '*:role/reseal-*' } } },
      false,
    ],
    [
      'denies all but roles of a form',
      { Action: 's3:*', Condition: { StringNotLike: { 'aws:PrincipalArn': '*:role/x-*' } } },
      true,
    ],
    [
      'denies roles of a form',
      { Action: 's3:*', Condition: { StringLike: { 'aws:PrincipalArn': '*:role/reseal-*' } } },
      true,
    ],
    ['asks for SSE-S3', { Action: update, Condition: { StringNotEquals: { [ALGORITHM]: 'AES256' } } }, true],
    ['asks for SSE-KMS', { Action: update, Condition: { StringNotEquals: { [ALGORITHM]: 'aws:kms' } } }, false],
    ['asks for another key', { Action: update, Condition: { StringNotEqualsIfExists: { [KEY_ID]: OTHER_KEY } } }, true],
    ['asks for this key', { Action: update, Condition: { StringNotEqualsIfExists: { [KEY_ID]: KEY } } }, false],
    ['asks that a key be named', { Action: update, Condition: { Null: { [KEY_ID]: 'true' } } }, false],
    ['asks for TLS', { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, false],
    ['speaks of some objects', { Action: update, Resource: 'arn:aws:s3:::logs/a/*' }, false],
    [
      'depends on what is not known',
      { Action: update, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
      false,
    ],
  ];
  for (const [name, statement, isDenied] of rows) {
    test(`${name}: ${isDenied ? 'no job' : 'jobs'}`, () => {
      assert.deepEqual(
        obstacles(under(statement)).map(({ code }) => code),
        isDenied ? ['job-denied'] : [],
      );
    });
  }

  test('is told with the action and the statement', () => {
    assert.deepEqual(obstacles(under({ Action: update })), [
      {
        code: 'job-denied',
        message: `The policy of bucket logs denies the role ${ROLE} ${update} (statement D), so a job would only fail and none is started, and the objects stay as they are: exclude the role from that statement.`,
      },
    ]);
  });
});

test('a copy reads, and needs no s3:UpdateObjectEncryption', () => {
  const codes = (Action: string) => obstacles(under({ Action }), ['copy']).map(({ code }) => code);
  assert.deepEqual([codes('s3:GetObject'), codes('s3:UpdateObjectEncryption')], [['job-denied'], []]);
});

test('only what writes says how it encrypts: a Deny by the header of a write stops no read', () => {
  const Condition = { StringNotEquals: { [ALGORITHM]: 'AES256' } };
  const NoHeader = { Null: { [ALGORITHM]: 'true' } };
  const codes = (statement: object) => obstacles(under(statement), ['copy']).map(({ code }) => code);
  assert.deepEqual(codes({ Action: 's3:GetObject', Condition }), []);
  assert.deepEqual(codes({ Action: 's3:GetObject', Condition: NoHeader }), []);
  assert.deepEqual(codes({ Action: 's3:PutObject', Condition }), ['job-denied']);
});

test('an update needs no s3:PutObject', () => {
  assert.deepEqual(obstacles(under({ Action: 's3:PutObject' }), ['update-encryption']), []);
});

test('each method has its own role', () => {
  const facts = under({ Action: 's3:*', Principal: { AWS: COPY_ROLE } });
  assert.deepEqual(obstacles(facts, ['update-encryption']), []);
  assert.match(
    obstacles(facts, ['update-encryption', 'copy'])[0]?.message ?? '',
    /denies the role \S+reseal-copy s3:GetObject/,
  );
});

test('our own copies read and write under a role of their own', () => {
  const codes = (statement: object) => obstacles(under(statement), ['own-copy']).map(({ code }) => code);
  const Principal = { AWS: OWN_ROLE };
  assert.deepEqual(codes({ Action: 's3:GetObject', Principal }), ['job-denied']);
  assert.deepEqual(codes({ Action: 's3:PutObject', Principal }), ['job-denied']);
  assert.deepEqual(codes({ Action: 's3:UpdateObjectEncryption', Principal }), []);
  assert.deepEqual(codes({ Action: 's3:*', Principal: { AWS: COPY_ROLE } }), []);
});

describe('a key policy that is sure to refuse the jobs that copy', () => {
  const root = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 'kms:*',
    Resource: '*',
  };
  const keyPolicy = (...Statement: object[]): Facts => ({
    keyPolicy: { kind: 'read', value: JSON.stringify({ Statement }) },
  });
  const named = (...roles: string[]) => keyPolicy({ ...root, Principal: { AWS: roles } });

  test('stops them, with the statement that lets them in', () => {
    const [reason, ...more] = obstacles(named(ROLE), ['copy']);
    assert.deepEqual(more, []);
    assert.equal(reason?.code, 'key-policy-lacks-account');
    assert.match(reason.message, /does not let the role \S+reseal-copy call kms:GenerateDataKey/);
    const { Action } = JSON.parse(reason.paste ?? '{}');
    assert.deepEqual(Action, ['kms:GenerateDataKey', 'kms:Decrypt']);
  });

  test('and stops no update', () => assert.deepEqual(obstacles(named(ROLE), ['update-encryption']), []));

  test('where it names the role, lets the account in, or cannot be decided, they run', () => {
    const perhaps = {
      ...root,
      Principal: { AWS: COPY_ROLE },
      Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } },
    };
    for (const facts of [named(COPY_ROLE), keyPolicy(root), keyPolicy(perhaps), {}]) {
      assert.deepEqual(obstacles(facts, ['copy']), []);
    }
  });
});

test('without a role there are no jobs', () => {
  const facts = under({ Action: 's3:UpdateObjectEncryption' });
  assert.equal(obstacles(facts, ['update-encryption']).length, 1);
  assert.deepEqual(obstacles(facts, ['update-encryption'], undefined), []);
});

test('a policy that is absent, was not read or cannot be understood stops no job', () => {
  assert.deepEqual(obstacles({}), []);
  assert.deepEqual(obstacles({ bucketPolicy: { kind: 'read', value: undefined } }), []);
  assert.deepEqual(obstacles({ bucketPolicy: { kind: 'read', value: '{' } }), []);
  assert.deepEqual(obstacles({ bucketPolicy: { kind: 'unread', why: 'No.', denied: true } }), []);
});
