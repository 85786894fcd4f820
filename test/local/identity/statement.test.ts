import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileIdentityPolicy, compileResourcePolicy, compileTrustPolicy } from '../../../local/identity/statement.ts';

const FULL = { Sid: 'one', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const OPEN = { ...FULL, Principal: '*' };
const TRUST = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };

const without = (statement: object, name: string): object =>
  Object.fromEntries(Object.entries(statement).filter(([key]) => key !== name));

const MALFORMED: readonly [string, (document: unknown) => unknown, object][] = [
  ['an identity policy without Action', compileIdentityPolicy, without(FULL, 'Action')],
  ['an identity policy without Resource', compileIdentityPolicy, without(FULL, 'Resource')],
  ['an identity policy with a Principal', compileIdentityPolicy, OPEN],
  ['a resource policy without Action', compileResourcePolicy, without(OPEN, 'Action')],
  ['a resource policy with Action and NotAction', compileResourcePolicy, { ...OPEN, NotAction: 's3:*' }],
  ['a resource policy with an Action that is no text', compileResourcePolicy, { ...OPEN, Action: [1] }],
  ['a resource policy without Resource', compileResourcePolicy, without(OPEN, 'Resource')],
  ['a resource policy without Principal', compileResourcePolicy, FULL],
  ['a principal of an unknown kind', compileResourcePolicy, { ...FULL, Principal: { Person: 'x' } }],
  ['an unknown element', compileResourcePolicy, { ...OPEN, Actions: 's3:*' }],
  ['a trust policy without Action', compileTrustPolicy, without(TRUST, 'Action')],
  ['a trust policy with a Resource', compileTrustPolicy, { ...TRUST, Resource: '*' }],
];

describe('a policy', () => {
  for (const [name, compile, statement] of MALFORMED) {
    test(`is malformed: ${name}`, () => {
      assert.throws(() => compile({ Statement: [statement] }), { code: 'MalformedPolicyDocument', status: 400 });
    });
  }

  test('is malformed: an unknown element beside the statements', () => {
    assert.throws(() => compileResourcePolicy({ Statement: [OPEN], foo: 1 }), {
      code: 'MalformedPolicyDocument',
      message: 'a policy has no element foo',
    });
  });

  test('is read where everything is there', () => {
    const compiled = [
      compileIdentityPolicy({ Version: '2012-10-17', Id: 'p', Statement: FULL }),
      compileResourcePolicy({ Statement: [OPEN, { ...without(OPEN, 'Resource'), NotResource: 'x' }] }),
      compileTrustPolicy({ Statement: [TRUST] }),
    ];
    assert.deepEqual(
      compiled.map((statements) => statements.length),
      [1, 2, 1],
    );
  });
});
