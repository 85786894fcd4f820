import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createIdentity } from '../../../local/identity/identity.ts';
import type { Call, Caller } from '../../../local/call.ts';
import type { Permission } from '../../../local/service.ts';
import type { Identity } from '../../../local/world.ts';

const NOW = new Date('2026-05-01T12:00:00Z');
const BUCKET = 'arn:aws:s3:::data';
const ROLE = 'arn:aws:iam::111111111111:role/reseal/assess';
const SESSION = 'arn:aws:sts::111111111111:assumed-role/assess/run';
const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/k';
const TRUST_ALL = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

type Statement = Readonly<Record<string, unknown>>;
interface Case {
  readonly name: string;
  readonly identity?: Statement[];
  readonly resource?: Statement[];
  readonly permission?: Partial<Permission>;
  /** Of the call, for example viaService. */
  readonly call?: Partial<Call>;
  readonly refused?: 'identity' | 'explicit identity' | 'resource' | 'explicit resource';
}

const allow = (more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
});
const deny = (more: Statement = {}): Statement => ({ Effect: 'Deny', Action: 's3:*', Resource: '*', ...more });

const ROLE_CASES: readonly Case[] = [
  { name: 'nothing allows', refused: 'identity' },
  { name: 'an exact action is allowed', identity: [allow()] },
  { name: 'actions ignore case', identity: [allow({ Action: 'S3:getobject' })] },
  { name: 'a wildcard in an action', identity: [allow({ Action: ['s3:Get*'] })] },
  { name: 'a question mark is one character', identity: [allow({ Action: 's3:GetObjec?' })] },
  { name: 'a question mark is not none', identity: [allow({ Action: 's3:GetObject?' })], refused: 'identity' },
  { name: 'another action', identity: [allow({ Action: 's3:PutObject' })], refused: 'identity' },
  { name: 'NotAction allows the rest', identity: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] },
  {
    name: 'NotAction leaves out what it names',
    identity: [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    refused: 'identity',
  },
  { name: 'a resource by wildcard', identity: [allow({ Resource: 'arn:aws:s3:::da*' })] },
  { name: 'resources are case-sensitive', identity: [allow({ Resource: 'arn:aws:s3:::DATA' })], refused: 'identity' },
  {
    name: 'a variable in a resource is left as text',
    identity: [allow({ Resource: 'arn:aws:s3:::${aws:username}' })],
    refused: 'identity',
  },
  { name: 'a dot in a resource is a dot', identity: [allow({ Resource: 'arn:aws:s3:::d.ta' })], refused: 'identity' },
  {
    name: 'NotResource allows the rest',
    identity: [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other' }],
  },
  {
    name: 'NotResource leaves out what it names',
    identity: [{ Effect: 'Allow', Action: '*', NotResource: BUCKET }],
    refused: 'identity',
  },
  { name: 'an explicit deny wins', identity: [allow(), deny()], refused: 'explicit identity' },
  {
    name: 'a deny with a condition that does not hold',
    identity: [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
  },
  {
    name: 'an allow with its condition',
    identity: [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })],
  },
  {
    name: 'an allow for another Region',
    identity: [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } })],
    refused: 'identity',
  },
  {
    name: 'a condition on a key of the operation',
    identity: [allow({ Condition: { StringEquals: { 's3:prefix': 'a/' } } })],
    permission: { context: { 's3:prefix': 'a/' } },
  },
  { name: 'the resource policy allows the role', resource: [allow({ Principal: { AWS: ROLE } })] },
  { name: 'the resource policy allows the session', resource: [allow({ Principal: { AWS: SESSION } })] },
  { name: 'the resource policy allows everyone', resource: [allow({ Principal: '*' })] },
  { name: 'everyone, written as AWS', resource: [allow({ Principal: { AWS: '*' } })] },
  {
    name: 'the resource policy allows another role',
    resource: [allow({ Principal: { AWS: `${ROLE}2` } })],
    refused: 'identity',
  },
  {
    name: 'the account in a resource policy leaves it to identity policies',
    resource: [allow({ Principal: { AWS: '111111111111' } })],
    refused: 'identity',
  },
  {
    name: 'the resource policy denies',
    identity: [allow()],
    resource: [deny({ Principal: '*' })],
    refused: 'explicit resource',
  },
  {
    name: 'the resource policy denies the account',
    identity: [allow()],
    resource: [deny({ Principal: { AWS: 'arn:aws:iam::111111111111:root' } })],
    refused: 'explicit resource',
  },
  {
    name: 'a deny of everybody but services',
    identity: [allow()],
    resource: [deny({ Principal: '*', Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } })],
    refused: 'explicit resource',
  },
  {
    name: 'a deny of everybody but services and this role, whose sessions have its ARN',
    identity: [allow()],
    resource: [
      deny({
        Principal: '*',
        Condition: {
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          ArnNotEquals: { 'aws:PrincipalArn': ROLE },
        },
      }),
    ],
  },
  {
    name: 'a deny for another principal',
    identity: [allow()],
    resource: [deny({ Principal: { AWS: '222222222222' } })],
  },
  {
    name: 'a service principal is no caller',
    resource: [allow({ Principal: { Service: 's3.amazonaws.com' } })],
    refused: 'identity',
  },
  {
    name: 'another account without a resource policy',
    identity: [allow()],
    permission: { owner: '222222222222' },
    refused: 'resource',
  },
  {
    name: 'another account whose policy names the role only',
    resource: [allow({ Principal: { AWS: ROLE } })],
    permission: { owner: '222222222222' },
    refused: 'identity',
  },
  {
    name: 'another account and both allow',
    identity: [allow()],
    resource: [allow({ Principal: { AWS: '111111111111' } })],
    permission: { owner: '222222222222' },
  },
];

const KMS_CASES: readonly Case[] = [
  {
    name: 'a key policy that names the account leaves it to IAM',
    identity: [allow({ Action: 'kms:*' })],
    resource: [allow({ Action: 'kms:*', Principal: { AWS: '111111111111' } })],
  },
  {
    name: 'IAM allows nothing',
    resource: [allow({ Action: 'kms:*', Principal: { AWS: '111111111111' } })],
    refused: 'identity',
  },
  { name: 'a key policy that names nobody', identity: [allow({ Action: '*' })], resource: [], refused: 'resource' },
  {
    name: 'a key policy that names the role is enough',
    resource: [allow({ Action: 'kms:Decrypt', Principal: { AWS: ROLE } })],
  },
  {
    name: 'a key only for use through S3, called by S3',
    resource: [
      allow({
        Action: 'kms:*',
        Principal: { AWS: '*' },
        Condition: {
          StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': '111111111111' },
        },
      }),
    ],
    call: { viaService: 's3.eu-west-1.amazonaws.com' },
  },
  {
    name: 'a key only for use through S3, called directly',
    identity: [allow({ Action: '*' })],
    resource: [
      allow({
        Action: 'kms:*',
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
      }),
    ],
    refused: 'resource',
  },
];

const MESSAGES = {
  identity: (action: string) => `because no identity-based policy allows the ${action} action`,
  resource: (action: string) => `because no resource-based policy allows the ${action} action`,
  'explicit identity': () => 'with an explicit deny in an identity-based policy',
  'explicit resource': () => 'with an explicit deny in a resource-based policy',
};

function callOf(caller: Caller, more: Partial<Call> = {}): Call {
  return {
    service: 's3',
    operation: 'GetObject',
    region: 'eu-west-1',
    caller,
    requestId: 'r',
    time: NOW,
    sourceIp: '127.0.0.1',
    userAgent: '',
    ...more,
  };
}

function roleIdentity(policies: readonly unknown[]): { identity: Identity; caller: Caller } {
  const identity = createIdentity({ now: () => NOW });
  identity.putRole({ arn: ROLE, name: 'assess', trust: TRUST_ALL, policies });
  return { identity, caller: identity.startSession(ROLE, 'run', { service: 'lambda.amazonaws.com' }).caller };
}

function check(one: Case, base: Permission): void {
  const { identity, caller } = roleIdentity([{ Statement: one.identity ?? [] }]);
  const permission = {
    ...base,
    ...(one.resource === undefined ? {} : { resourcePolicy: { Statement: one.resource } }),
    ...one.permission,
  };
  const authorize = (): void => identity.authorize(callOf(caller, one.call), [permission]);
  if (one.refused === undefined) return assert.doesNotThrow(authorize);
  assert.throws(authorize, {
    code: 'AccessDenied',
    status: 403,
    message: `User: ${SESSION} is not authorized to perform: ${base.action} on resource: ${base.resource} ${MESSAGES[one.refused](base.action)}`,
  });
}

describe('a role at a bucket', () => {
  for (const one of ROLE_CASES)
    test(`${one.refused === undefined ? 'passes' : 'is refused'}: ${one.name}`, () =>
      check(one, { action: 's3:GetObject', resource: BUCKET }));
});

describe('a role at a KMS key', () => {
  for (const one of KMS_CASES)
    test(`${one.refused === undefined ? 'passes' : 'is refused'}: ${one.name}`, () =>
      check(one, { action: 'kms:Decrypt', resource: KEY }));
});

describe('an administrator', () => {
  const identity = createIdentity({ now: () => NOW });
  const caller = identity.callerOf('111111111111');
  const authorize = (permission: Partial<Permission>) => () =>
    identity.authorize(callOf(caller), [{ action: 's3:GetObject', resource: BUCKET, ...permission }]);

  test('may do everything in its own account', () => {
    assert.doesNotThrow(authorize({ owner: '111111111111', resourcePolicy: { Statement: [] } }));
  });

  test('is bound by an explicit deny of a resource policy', () => {
    assert.throws(authorize({ resourcePolicy: { Statement: [deny({ Principal: '*' })] } }), { code: 'AccessDenied' });
  });

  test('needs the resource policy of another account', () => {
    assert.throws(authorize({ owner: '222222222222' }), { code: 'AccessDenied' });
    assert.doesNotThrow(
      authorize({
        owner: '222222222222',
        resourcePolicy: { Statement: [allow({ Principal: { AWS: '111111111111' } })] },
      }),
    );
  });
});

describe('what cannot be read', () => {
  test('a policy that cannot be read is refused when it is put', () => {
    const identity = createIdentity({ now: () => NOW });
    assert.throws(
      () =>
        identity.putRole({
          arn: ROLE,
          name: 'assess',
          trust: TRUST_ALL,
          policies: [{ Statement: { Effect: 'Permit' } }],
        }),
      {
        code: 'MalformedPolicyDocument',
        message: 'the Effect of a statement must be Allow or Deny, found "Permit"',
      },
    );
  });
});
