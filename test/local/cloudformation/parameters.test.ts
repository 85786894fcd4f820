import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveParameters } from '../../../local/cloudformation/parameters.ts';

const settle = { Type: 'Number', Default: 60, MinValue: 0, MaxValue: 900 };

describe('parameters', () => {
  test('have their default, or the override', () => {
    const parameters = { Settle: settle, Names: { Type: 'CommaDelimitedList', Default: 'a, b' } };
    assert.deepEqual(Object.fromEntries(resolveParameters(parameters, { Settle: '2' })), {
      Settle: '2',
      Names: ['a', 'b'],
    });
  });

  const refused: [
    what: string,
    parameters: Parameters<typeof resolveParameters>[0],
    value: string | undefined,
    problem: RegExp,
  ][] = [
    ['a number over its limit', { P: settle }, '901', /'P' must have a value from 0 to 900, found 901/],
    ['text for a number', { P: settle }, 'soon', /'P' must be a number, found soon/],
    [
      'a value that is not allowed',
      { P: { Type: 'String', AllowedValues: ['true', 'false'] } },
      'yes',
      /'P' must be one of AllowedValues true, false, found yes/,
    ],
    [
      'text that does not match',
      { P: { Type: 'String', AllowedPattern: 'rate\\(.+\\)' } },
      'daily',
      /'P' must match pattern/,
    ],
    [
      'text that is too long',
      { P: { Type: 'String', MaxLength: 2 } },
      'abc',
      /'P' must have a length from -Infinity to 2, found 3/,
    ],
    ['no value at all', { P: { Type: 'String' } }, undefined, /\[P\] must have values/],
    [
      'a type that is not emulated',
      { P: { Type: 'AWS::SSM::Parameter::Value<String>' } },
      'x',
      /AWS::SSM::Parameter::Value<String> \(P\)/,
    ],
  ];
  for (const [what, parameters, value, message] of refused) {
    test(`are refused for ${what}`, () => {
      assert.throws(() => resolveParameters(parameters, value === undefined ? {} : { P: value }), { message });
    });
  }

  test('that the template does not have are refused by name', () => {
    assert.throws(() => resolveParameters({ Settle: settle }, { Setle: '2' }), {
      name: 'ValidationError',
      message: 'Parameters: [Setle] do not exist in the template',
    });
  });
});
