import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeGrant } from '../../src/iam/match.ts';
import { pastedStatement, withStatement } from '../../src/iam/pasted-statement.ts';
import { statementsOf } from './documents.ts';

const ROLE = 'arn:aws:iam::444455556666:role/reader';
const GRANTING = { title: 'a reader', kind: 'AWS', names: [ROLE], actions: ['kms:Encrypt'] } as const;
const conditions = [{ operator: 'StringEquals', key: 'aws:principalorgid', values: ['o-a'] }];
const CONDITION = { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } };

test('a statement is JSON as people paste it, with a condition only where there is one', () => {
  const statement = {
    Sid: 'AReader',
    Effect: 'Allow',
    Principal: { AWS: ROLE },
    Action: ['kms:Encrypt'],
    Resource: '*',
  };
  assert.equal(pastedStatement(GRANTING), JSON.stringify(statement, undefined, 2));
  assert.deepEqual(JSON.parse(pastedStatement({ ...GRANTING, conditions })), {
    ...statement,
    Condition: CONDITION,
  });
});

test('a statement that is pasted lets in whom it names', () => {
  const before = statementsOf({ Statement: JSON.parse(pastedStatement({ ...GRANTING, conditions })) });
  const pasted = withStatement(before, pastedStatement(GRANTING), 'aws');
  assert.deepEqual([before.length, pasted.length], [1, 2]);
  const ask = { principal: { kind: 'arn', arn: ROLE }, action: 'kms:Encrypt', resource: 'key' } as const;
  assert.deepEqual([judgeGrant(before, ask).grant, judgeGrant(pasted, ask).grant], ['perhaps', 'allowed']);
});

test('an account id in it is of the partition of the policy', () => {
  const [added] = withStatement([], pastedStatement({ ...GRANTING, names: ['444455556666'] }), 'aws-cn');
  assert.deepEqual(added?.principals.aws, ['arn:aws-cn:iam::444455556666:root']);
});

test('a statement that nobody could paste is refused', () => {
  assert.throws(() => withStatement([], '{"Effect":"Maybe"}', 'aws'), TypeError);
});
