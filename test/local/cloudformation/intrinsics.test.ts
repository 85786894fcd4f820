import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate, evaluateCondition, NO_VALUE, references } from '../../../local/cloudformation/intrinsics.ts';
import type { Scope } from '../../../local/cloudformation/intrinsics.ts';

const refs: Readonly<Record<string, unknown>> = {
  Name: 'n',
  List: ['a', 'b', 'c'],
  'AWS::Region': 'eu-west-1',
  'AWS::NoValue': NO_VALUE,
};

const scope: Scope = {
  ref: (name) => refs[name] ?? assert.fail(name),
  attribute: (logicalId, name) => `${logicalId}/${name}`,
  condition: (name) => name === 'Yes',
};

const values: [what: string, value: unknown, result: unknown][] = [
  ['Ref', { Ref: 'Name' }, 'n'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue/Arn'],
  ['GetAtt as text with a nested attribute', { 'Fn::GetAtt': 'Nested.Outputs.X' }, 'Nested/Outputs.X'],
  ['Sub', { 'Fn::Sub': '${AWS::Region}:${Queue.Arn}:${!Literal}:${Name}' }, 'eu-west-1:Queue/Arn:${Literal}:n'],
  ['Sub with variables', { 'Fn::Sub': ['${x}-${Name}', { x: { Ref: 'AWS::Region' } }] }, 'eu-west-1-n'],
  ['Join', { 'Fn::Join': [',', ['x', { Ref: 'Name' }]] }, 'x,n'],
  ['Join without an element that has no value', { 'Fn::Join': [',', ['x', { Ref: 'AWS::NoValue' }, 'y']] }, 'x,y'],
  ['Join of a list parameter', { 'Fn::Join': ['+', { Ref: 'List' }] }, 'a+b+c'],
  ['Select', { 'Fn::Select': ['1', { Ref: 'List' }] }, 'b'],
  ['Select of Split', { 'Fn::Select': [2, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'c'],
  ['If on its true side', { 'Fn::If': ['Yes', { Ref: 'Name' }, 'no'] }, 'n'],
  [
    'a property and an element without value',
    { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: [{ Ref: 'AWS::NoValue' }, 2] },
    { b: [2] },
  ],
  ['what is no intrinsic', { Ref: 'Name', Other: 1 }, { Ref: 'Name', Other: 1 }],
];

describe('a value with', () => {
  for (const [what, value, result] of values) {
    test(`${what} is evaluated`, () => assert.deepEqual(evaluate(value, scope), result));
  }

  test('a function that is not emulated is refused by name', () => {
    assert.throws(() => evaluate({ 'Fn::ImportValue': 'x' }, scope), {
      name: 'NotImplemented',
      message: /Fn::ImportValue/,
    });
  });

  test('a malformed argument is refused', () => {
    assert.throws(() => evaluate({ 'Fn::Join': 'x' }, scope), { name: 'ValidationError' });
    assert.throws(() => evaluate({ 'Fn::Select': [9, ['a']] }, scope), { name: 'ValidationError' });
  });
});

const conditions: [what: string, condition: unknown, holds: boolean][] = [
  ['Equals', { 'Fn::Equals': [{ Ref: 'Name' }, 'n'] }, true],
  ['Equals of a number and its text', { 'Fn::Equals': [1, '1'] }, true],
  ['Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
  ['And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  ['Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
];

describe('a condition', () => {
  for (const [what, condition, holds] of conditions) {
    test(`with ${what} is ${holds}`, () => assert.equal(evaluateCondition(condition, scope), holds));
  }

  test('of another kind is refused', () =>
    assert.throws(() => evaluateCondition('Yes', scope), { name: 'ValidationError' }));
});

describe('references', () => {
  test('are those of Ref, GetAtt and Sub, on the branch that is taken', () => {
    const value = {
      a: { Ref: 'One' },
      b: [{ 'Fn::GetAtt': ['Two', 'Arn'] }, { 'Fn::Join': ['', [{ Ref: 'Three' }]] }],
      c: { 'Fn::Sub': ['${Four.Arn}/${x}/${!No}', { x: { Ref: 'Five' } }] },
      d: { 'Fn::If': ['Yes', { Ref: 'Six' }, { Ref: 'Seven' }] },
    };
    assert.deepEqual(references(value, scope), ['One', 'Two', 'Three', 'Four', 'Five', 'Six']);
  });
});
