import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createIdentity } from '../../../local/identity/identity.ts';
import type { Call } from '../../../local/call.ts';

const ROLE = 'arn:aws:iam::111111111111:role/r';
const BOUNDARY = 'arn:aws:iam::111111111111:policy/b';
const TRUST = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });

function asking(action: string, boundary: object[], resourcePolicy?: object) {
  const identity = createIdentity({ now: () => new Date(0), keys: ['aws:SourceIp'] });
  identity.putPolicy(BOUNDARY, { Statement: boundary });
  identity.putRole({
    arn: ROLE,
    name: 'r',
    trust: TRUST,
    policies: [{ Statement: [allow('s3:*')] }],
    boundary: BOUNDARY,
  });
  const { caller } = identity.startSession(ROLE, 's', { service: 'lambda.amazonaws.com' });
  const call: Call = {
    service: 's3',
    operation: 'o',
    region: 'eu-west-1',
    caller,
    requestId: 'id',
    time: new Date(0),
    sourceIp: '127.0.0.1',
    userAgent: 'test',
  };
  return () =>
    identity.authorize(call, [{ action, resource: 'arn:aws:s3:::b', ...(resourcePolicy && { resourcePolicy }) }]);
}

describe('a permissions boundary', () => {
  test('lets through what it allows and the role allows', () => {
    asking('s3:ListBucket', [allow('s3:*')])();
  });

  test('grants nothing by itself', () => {
    assert.throws(
      asking('sqs:SendMessage', [allow('*')]),
      /because no identity-based policy allows the sqs:SendMessage action/,
    );
  });

  test('refuses what it does not allow', () => {
    assert.throws(
      asking('s3:ListBucket', [allow('sqs:*')]),
      /because no permissions boundary allows the s3:ListBucket action/,
    );
  });

  test('refuses what it denies', () => {
    const deny = { ...allow('s3:List*'), Effect: 'Deny' };
    assert.throws(asking('s3:ListBucket', [allow('*'), deny]), /with an explicit deny in a permissions boundary/);
  });

  test('limits what a resource policy grants to the role', () => {
    const policy = { Statement: [{ ...allow('sqs:*'), Principal: { AWS: ROLE } }] };
    asking('sqs:SendMessage', [allow('sqs:*')], policy)();
    assert.throws(asking('sqs:SendMessage', [allow('s3:*')], policy), /no permissions boundary allows/);
  });

  test('is refused where it names a condition that nothing here sets', () => {
    const odd = { ...allow('*'), Condition: { StringEquals: { 'aws:username': 'a' } } };
    assert.throws(() => asking('s3:ListBucket', [odd]), { code: 'NotImplemented' });
  });

  test('that is not there is no boundary', () => {
    const identity = createIdentity({ now: () => new Date(0) });
    assert.throws(() => identity.putRole({ arn: ROLE, name: 'r', trust: TRUST, policies: [], boundary: BOUNDARY }), {
      code: 'NoSuchEntity',
      message: `Scope ARN: ${BOUNDARY} does not exist or is not attachable.`,
    });
  });
});
