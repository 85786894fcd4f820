import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call, Caller } from '../../../local/call.ts';
import { contextOf } from '../../../local/identity/condition-context.ts';
import { isAllowedByResource } from '../../../local/identity/service-permission.ts';
import { NO_ORGANIZATION } from '../../../local/membership.ts';
import { compileResourcePolicy } from '../../../local/identity/statement.ts';

const ACCOUNT: Caller = {
  accountId: '111111111111',
  accessKeyId: '111111111111',
  arn: 'arn:aws:iam::111111111111:root',
};
const SESSION: Caller = {
  accountId: '111111111111',
  accessKeyId: 'ASIA',
  arn: 'arn:aws:sts::111111111111:assumed-role/r/s',
  role: { arn: 'arn:aws:iam::111111111111:role/r', name: 'r', sessionName: 's' },
};

const KEYS = [
  'aws:principalisawsservice',
  'aws:viaawsservice',
  'aws:multifactorauthpresent',
  'aws:referer',
  's3:resourceaccount',
];

function keysOf(caller: Caller, more: Partial<Call> = {}): unknown[] {
  const call: Call = {
    service: 's3',
    operation: 'GetObject',
    region: 'eu-west-1',
    caller,
    requestId: 'r',
    time: new Date(0),
    sourceIp: '127.0.0.1',
    userAgent: 'test',
    ...more,
  };
  const context = contextOf(call, { action: 's3:GetObject', resource: '*', owner: '222222222222' }, NO_ORGANIZATION);
  return KEYS.map((key) => context.get(key)?.[0]);
}

test('a request says whether a service makes it, from where it comes and whose resource it is about', () => {
  assert.deepEqual(keysOf(ACCOUNT), ['false', 'false', undefined, undefined, '222222222222']);
  const via = { viaService: 's3.eu-west-1.amazonaws.com', referer: 'https://site/' };
  assert.deepEqual(keysOf(SESSION, via), ['false', 'true', 'false', 'https://site/', '222222222222']);
});

test('a request of a service says its name, one of a caller does not', () => {
  const Condition = {
    Bool: { 'aws:PrincipalIsAWSService': 'true' },
    StringEquals: { 'aws:PrincipalServiceName': 'events.amazonaws.com' },
  };
  const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition };
  const asked = {
    action: 'sqs:SendMessage',
    resource: 'q',
    context: {},
    policy: compileResourcePolicy({ Statement: statement }),
  };
  assert.deepEqual(
    [{ service: 'events.amazonaws.com' }, { service: 'sns.amazonaws.com' }, { caller: ACCOUNT }].map((requester) =>
      isAllowedByResource({ ...asked, requester, membership: NO_ORGANIZATION }),
    ),
    [true, false, false],
  );
});
