import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentity } from '../../../local/identity/identity.ts';
import type { Identity } from '../../../local/world.ts';

const ROLE = 'arn:aws:iam::111111111111:role/batch';

function identityWith(trust: unknown, now = (): Date => new Date('2026-05-01T12:00:00Z')): Identity {
  const identity = createIdentity({ now });
  identity.putRole({ arn: ROLE, name: 'batch', trust, policies: [] });
  return identity;
}

function trusting(statement: object): object {
  return { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] };
}

const BATCH_ONLY = trusting({ Principal: { Service: 'batchoperations.s3.amazonaws.com' } });

test('an access key of 12 digits is the administrator of that account, any other key that of account 000000000000', () => {
  const identity = createIdentity({ now: () => new Date(0) });
  assert.deepEqual(identity.callerOf('222222222222'), {
    accountId: '222222222222',
    accessKeyId: '222222222222',
    arn: 'arn:aws:iam::222222222222:root',
  });
  assert.deepEqual(identity.callerOf('test'), {
    accountId: '000000000000',
    accessKeyId: 'test',
    arn: 'arn:aws:iam::000000000000:root',
  });
});

test('a session key is its role', () => {
  const identity = identityWith(BATCH_ONLY);
  const session = identity.startSession(ROLE, 'job-1', { service: 'batchoperations.s3.amazonaws.com' });
  assert.deepEqual(identity.callerOf(session.accessKeyId), {
    accountId: '111111111111',
    accessKeyId: session.accessKeyId,
    arn: 'arn:aws:sts::111111111111:assumed-role/batch/job-1',
    role: { arn: ROLE, name: 'batch', sessionName: 'job-1' },
  });
});

test('a session ends after its lifetime', () => {
  let now = new Date('2026-05-01T12:00:00Z');
  const identity = identityWith(BATCH_ONLY, () => now);
  const session = identity.startSession(ROLE, 's', { service: 'batchoperations.s3.amazonaws.com' }, { lifetimeS: 900 });
  assert.equal(session.expiration.toISOString(), '2026-05-01T12:15:00.000Z');
  now = new Date('2026-05-01T12:15:00Z');
  assert.throws(() => identity.callerOf(session.accessKeyId), { code: 'ExpiredToken' });
});

test('a service that the trust policy does not name gets no session', () => {
  assert.throws(() => identityWith(BATCH_ONLY).startSession(ROLE, 's', { service: 'lambda.amazonaws.com' }), {
    code: 'AccessDenied',
    status: 403,
    message: `Service: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
  });
});

test('a role that does not exist is refused in the same words as one that does not trust', () => {
  assert.throws(
    () => identityWith(BATCH_ONLY).startSession(`${ROLE}2`, 's', { service: 'batchoperations.s3.amazonaws.com' }),
    {
      message: `Service: batchoperations.s3.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${ROLE}2`,
    },
  );
});

test('a condition on aws:SourceAccount is asked for', () => {
  const trust = trusting({
    Principal: { Service: 'batchoperations.s3.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
  });
  const start = (context: Record<string, string>) => () =>
    identityWith(trust).startSession(ROLE, 's', { service: 'batchoperations.s3.amazonaws.com' }, { context });
  assert.throws(start({}), { code: 'AccessDenied' });
  assert.throws(start({ 'aws:SourceAccount': '222222222222' }), { code: 'AccessDenied' });
  assert.doesNotThrow(start({ 'aws:SourceAccount': '111111111111' }));
});

test('an account that the trust policy names may send its roles and their sessions', () => {
  const identity = identityWith(trusting({ Principal: { AWS: 'arn:aws:iam::222222222222:root' } }));
  assert.doesNotThrow(() => identity.startSession(ROLE, 's', { arn: 'arn:aws:sts::222222222222:assumed-role/hub/x' }));
  assert.throws(() => identity.startSession(ROLE, 's', { arn: 'arn:aws:sts::333333333333:assumed-role/hub/x' }), {
    code: 'AccessDenied',
  });
});

test('a queue policy lets a service in for the rule that it names', () => {
  const identity = createIdentity({ now: () => new Date(0) });
  const queue = 'arn:aws:sqs:eu-west-1:111111111111:q';
  const rule = 'arn:aws:events:eu-west-1:111111111111:rule/r';
  const resourcePolicy = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnEquals: { 'aws:SourceArn': rule } },
      },
      // A service by itself is no caller, so this is not about it.
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
      },
    ],
  };
  const allows = (service: string, sourceArn: string): boolean =>
    identity.allowsService(service, {
      action: 'sqs:SendMessage',
      resource: queue,
      resourcePolicy,
      context: { 'aws:SourceArn': sourceArn },
    });
  assert.equal(allows('events.amazonaws.com', rule), true);
  assert.equal(allows('events.amazonaws.com', `${rule}2`), false);
  assert.equal(allows('sns.amazonaws.com', rule), false);
  assert.equal(identity.allowsService('events.amazonaws.com', { action: 'sqs:SendMessage', resource: queue }), false);
});
