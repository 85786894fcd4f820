import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grants } from '../../src/iam/match.ts';
import { pastedStatement, withStatement } from '../../src/iam/pasted-statement.ts';
import { statementsOf } from './documents.ts';

const ROLE = 'arn:aws:iam::444455556666:role/reader';
const GRANTING = { sid: 'Reader', principal: { AWS: ROLE }, actions: ['kms:Encrypt'] };
const CONDITION = { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } };

test('a statement is JSON as people paste it, with a condition only where there is one', () => {
  const statement = {
    Sid: 'Reader',
    Effect: 'Allow',
    Principal: { AWS: ROLE },
    Action: ['kms:Encrypt'],
    Resource: '*',
  };
  assert.equal(pastedStatement(GRANTING), JSON.stringify(statement, undefined, 2));
  assert.deepEqual(JSON.parse(pastedStatement({ ...GRANTING, condition: CONDITION })), {
    ...statement,
    Condition: CONDITION,
  });
});

test('a statement that is pasted lets in whom it names', () => {
  const before = statementsOf({ Statement: JSON.parse(pastedStatement({ ...GRANTING, condition: CONDITION })) });
  const pasted = withStatement(before, pastedStatement(GRANTING), 'aws');
  assert.deepEqual([before.length, pasted.length], [1, 2]);
  const ask = { principal: { kind: 'arn', arn: ROLE }, action: 'kms:Encrypt', resource: 'key' } as const;
  assert.deepEqual([grants(before, ask), grants(pasted, ask)], ['perhaps', 'allowed']);
});

test('an account id in it is of the partition of the policy', () => {
  const [added] = withStatement([], pastedStatement({ ...GRANTING, principal: { AWS: '444455556666' } }), 'aws-cn');
  assert.deepEqual(added?.principals.aws, ['arn:aws-cn:iam::444455556666:root']);
});

test('a statement that nobody could paste is refused', () => {
  assert.throws(() => withStatement([], '{"Effect":"Maybe"}', 'aws'), TypeError);
});
