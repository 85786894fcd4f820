import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  conditionMet,
  conditionName,
  conditionsMet,
  type Context,
  demands,
  implies,
  ofResource,
} from '../../src/iam/conditions.ts';
import type { Condition } from '../../src/iam/statement.ts';
import { statementsOf } from './documents.ts';

const CONTEXT: Context = {
  'aws:sourceaccount': '111122223333',
  'aws:sourcearn': 'arn:aws:s3:::a',
  'aws:absent': null,
  'aws:oneof': ['a1', 'a2'],
  'aws:noneof': [],
};
const of = (operator: string, key: string, ...values: string[]): Condition => ({ operator, key, values });

const rows: [condition: Condition, met: string][] = [
  [of('StringEquals', 'aws:sourceaccount', '1', '111122223333'), 'yes'],
  [of('stringequals', 'aws:sourceaccount', '111122223333'), 'yes'],
  [of('StringEquals', 'aws:sourceaccount'), 'no'],
  [of('StringNotEquals', 'aws:sourceaccount'), 'yes'],
  [of('StringEqualsIgnoreCase', 'aws:sourcearn', 'ARN:AWS:S3:::A'), 'yes'],
  [of('StringEquals', 'aws:sourcearn', 'ARN:AWS:S3:::A'), 'no'],
  [of('ForAllValues:StringLike', 'aws:sourcearn', 'arn:*'), 'yes'],
  [of('ForAnyValue:StringNotLikeIfExists', 'aws:absent', 'arn:*'), 'yes'],
  [of('ArnLike', 'aws:sourcearn', '*'), 'yes'],
  [of('ArnLike', 'aws:sourcearn', 'a:b'), 'unknown'],
  [of('ArnLike', 'aws:sourcearn', 'arn:aws:s3:*:*:a'), 'yes'],
  [of('ArnNotEquals', 'aws:sourcearn', 'arn:aws:s3:::b'), 'yes'],
  // An ARN is matched part by part: a star does not reach over a colon.
  [of('ArnLike', 'aws:sourcearn', 'arn:*:a'), 'unknown'],
  [of('Null', 'aws:absent', 'TRUE'), 'yes'],
  [of('Null', 'aws:absent', 'false'), 'no'],
  [of('NumericEquals', 'aws:sourceaccount', '1'), 'unknown'],
  // Of a list only what holds of each of its values is sure.
  [of('StringEquals', 'aws:oneof', 'a1', 'a2', 'a3'), 'yes'],
  [of('StringEquals', 'aws:oneof', 'a1'), 'unknown'],
  [of('StringEquals', 'aws:oneof', 'a3'), 'no'],
  [of('StringLike', 'aws:oneof', 'a*'), 'yes'],
  [of('StringNotEquals', 'aws:oneof', 'a1'), 'unknown'],
  [of('StringNotEquals', 'aws:oneof', 'a3'), 'yes'],
  [of('Null', 'aws:oneof', 'false'), 'yes'],
  [of('StringEquals', 'aws:noneof', 'a1'), 'unknown'],
  // Names that every object inherits are neither keys nor operators.
  [of('StringEquals', 'constructor', 'x'), 'unknown'],
  [of('constructor', 'aws:sourceaccount', 'x'), 'unknown'],
];
for (const [condition, met] of rows) {
  test(`${condition.operator} on ${condition.key} with [${condition.values.join()}]: ${met}`, () => {
    assert.equal(conditionMet(condition, CONTEXT), met);
  });
}

test('all conditions are to be met, and one that is not settles it', () => {
  const [yes, no, unknown] = [
    of('Null', 'aws:absent', 'true'),
    of('Null', 'aws:absent', 'false'),
    of('New', 'aws:absent'),
  ];
  assert.equal(conditionsMet([], CONTEXT), 'yes');
  assert.equal(conditionsMet([yes, unknown], CONTEXT), 'unknown');
  assert.equal(conditionsMet([unknown, no, yes], CONTEXT), 'no');
});

const implied: [one: Condition, other: Condition, isImplied: boolean][] = [
  [of('StringEquals', 'k', 'a', 'b'), of('stringequals', 'k', 'b', 'a'), true],
  [of('StringEquals', 'k', 'a'), of('StringEquals', 'k', 'a', 'b'), true],
  [of('StringEquals', 'k', 'a', 'b'), of('StringEquals', 'k', 'a'), false],
  [of('StringNotEquals', 'k', 'a', 'b'), of('StringNotEquals', 'k', 'a'), true],
  [of('StringNotEquals', 'k', 'a'), of('StringNotEquals', 'k', 'a', 'b'), false],
  [of('ArnNotLikeIfExists', 'k', 'a', 'b'), of('ArnNotLikeIfExists', 'k', 'b'), true],
  [of('ForAllValues:StringLike', 'k', 'a'), of('ForAllValues:StringLike', 'k', 'a', 'b'), true],
  // What must be there may not be, and the other way round.
  [of('StringEqualsIfExists', 'k', 'a'), of('StringEquals', 'k', 'a'), false],
  [of('StringEquals', 'k', 'a'), of('StringNotEquals', 'k', 'a'), false],
  [of('StringEquals', 'k', 'a'), of('StringEquals', 'other', 'a'), false],
];
for (const [one, other, isImplied] of implied) {
  const told = ({ operator, key, values }: Condition) => `${operator} ${key} [${values.join()}]`;
  test(`whoever meets ${told(one)} ${isImplied ? 'meets' : 'may not meet'} ${told(other)}`, () => {
    assert.equal(implies(one, other), isImplied);
  });
}

test('IfExists, ForAllValues and negated operators demand nothing: a request without the key passes', () => {
  const operators = [
    'StringEquals',
    'ForAnyValue:ArnLike',
    'stringlike',
    'StringEqualsIfExists',
    'ForAllValues:StringEquals',
    'StringNotEquals',
    'Null',
    'IpAddress',
    'NotIpAddress',
    'ForAllValues:IpAddress',
  ];
  assert.deepEqual(
    operators.map((operator) => demands({ operator, key: 'k', values: [] })),
    [true, true, true, false, false, false, false, true, false, false],
  );
});

test('a condition key is spelt as its own page spells it, and one that nobody knows as it was written', () => {
  const spelt = [
    'aws:SourceAccount',
    'aws:SourceIp',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:SourceVpcArn',
    'aws:VpcSourceIp',
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:PrincipalTag/team',
    'aws:MultiFactorAuthPresent',
    'aws:userid',
    'kms:EncryptionContext:aws:s3:arn',
    's3:DataAccessPointArn',
  ];
  assert.deepEqual(
    spelt.map((key) => conditionName(key.toLowerCase())),
    spelt,
  );
  const asWritten = ['aws:SourceAccount', 'aws:new', 'constructor', ''];
  assert.deepEqual(asWritten.map(conditionName), asWritten);
});

test('the organization of a resource is said by its id where that is known', () => {
  const [statement] = statementsOf({
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': '${AWS:ResourceOrgId}' } },
    },
  });
  const said = (organization?: string) =>
    statement && ofResource(statement, '1', organization).conditions.map(({ values }) => values);
  assert.deepEqual([said('o-a'), said()], [[['o-a']], [['${aws:ResourceOrgID}']]]);
});

describe('of its resource a statement says in plain words', () => {
  const PRINCIPAL = '${aws:PrincipalAccount}';
  const rows: [name: string, condition: Condition, plain: Condition][] = [
    [
      'the account',
      of('ArnLike', 'aws:sourcearn', 'arn:aws:s3:*:${AWS:resourceaccount}:*', 'a'),
      of('ArnLike', 'aws:sourcearn', 'arn:aws:s3:*:1:*', 'a'),
    ],
    [
      'that the principal is of its account',
      of('StringEquals', 'aws:resourceaccount', PRINCIPAL),
      of('StringEquals', 'aws:principalaccount', '1'),
    ],
    [
      'that the principal is of its organization',
      of('StringLike', 'aws:resourceorgid', '${AWS:principalorgid}'),
      of('StringLike', 'aws:principalorgid', '${aws:ResourceOrgID}'),
    ],
    // Where a variable has no value, it is not the same the other way round.
    ...[
      of('StringNotEquals', 'aws:resourceaccount', PRINCIPAL),
      of('StringEqualsIfExists', 'aws:resourceaccount', PRINCIPAL),
      of('StringEquals', 'aws:resourceaccount', PRINCIPAL, '2'),
      of('StringEquals', 'aws:resourceorgid', PRINCIPAL),
      of('StringEquals', 'aws:resourceorgid', 'o-a'),
    ].map((one): (typeof rows)[number] => [
      `nothing else of ${one.operator} ${one.key} ${one.values.join()}`,
      one,
      one,
    ]),
  ];
  for (const [name, condition, plain] of rows) {
    test(name, () => {
      const { operator, key, values } = condition;
      const Condition = { [operator]: { [key]: values } };
      const [statement] = statementsOf({
        Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition },
      });
      assert.deepEqual(statement && ofResource(statement, '1').conditions, [plain]);
    });
  }
});
