import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../src/iam/conditions.ts';
import { isTooMuch } from '../../src/iam/comparisons.ts';
import { statementsOf } from './documents.ts';

const SERVICE = 'logs.amazonaws.com';
const ARN = 'aws:SourceArn';

function list(count: number, made: (at: number) => string): string[] {
  return Array.from({ length: count }, (_, at) => made(at));
}

function tooMuch(Condition: object, context: Context, Service = SERVICE): boolean {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 'kms:*', Resource: '*', Condition };
  const principal = { kind: 'service', name: SERVICE } as const;
  return isTooMuch(statementsOf({ Statement: statement }), [{ principal, context }]);
}

describe('what is too much to compare', () => {
  const plain = (at: number) => `1${at}`;
  const arn = (at: number) => `arn:aws:logs:*:${at}:*`;
  const otherArn = (at: number) => `arn:aws:logs:*:${at}x:*`;
  const wild = (at: number) => `*a${at}*`;
  const long = (at: number) => `${'*a'.repeat(100)}${at}*`;
  const rows: [name: string, condition: object, context: Context, much: boolean][] = [
    [
      'a million plain values: not',
      { StringEquals: { [ARN]: list(999, plain) } },
      { 'aws:sourcearn': list(1000, plain) },
      false,
    ],
    [
      'more than a million of them',
      { StringEquals: { [ARN]: list(1001, plain) } },
      { 'aws:sourcearn': list(1000, plain) },
      true,
    ],
    [
      '200 ARNs with wildcards on both sides: not',
      { ArnLike: { [ARN]: list(200, arn) } },
      { 'aws:sourcearn': list(200, otherArn) },
      false,
    ],
    ['300 of them', { ArnLike: { [ARN]: list(300, arn) } }, { 'aws:sourcearn': list(300, otherArn) }, true],
    [
      '900 of which each is listed in both: not',
      { ArnLike: { [ARN]: list(900, arn) } },
      { 'aws:sourcearn': list(900, arn) },
      false,
    ],
    [
      'long ones',
      { StringLike: { [ARN]: list(150, long) } },
      { 'aws:sourcearn': list(150, (at) => `?${long(at)}`) },
      true,
    ],
    [
      'short ones: not',
      { StringLike: { [ARN]: list(150, wild) } },
      { 'aws:sourcearn': list(150, (at) => `?b${at}*`) },
      false,
    ],
    [
      'long ones of which each fits all but its last letter',
      { StringLike: { [ARN]: list(60, () => `*${'a'.repeat(500)}b`) } },
      { 'aws:sourcearn': list(18, (at) => `${'a'.repeat(1000)}?${at}`) },
      true,
    ],
    ['endless ones', { StringLike: { [ARN]: '*a'.repeat(20_000) } }, { 'aws:sourcearn': 'a?'.repeat(20_000) }, true],
    [
      'an endless pattern against a plain text: not',
      { StringLike: { [ARN]: '*a?'.repeat(1000) } },
      { 'aws:sourcearn': 'b'.repeat(2000) },
      false,
    ],
    [
      'a plain text as long as a policy against a pattern as long',
      { StringLike: { [ARN]: `*${'a'.repeat(15_000)}b` } },
      { 'aws:sourcearn': 'a'.repeat(18_000) },
      true,
    ],
    [
      'a key that the request does not carry: not',
      { StringLike: { [ARN]: list(900, wild) } },
      { 'aws:sourceaccount': list(900, wild) },
      false,
    ],
    ['a key that it surely lacks: not', { StringLike: { [ARN]: list(900, wild) } }, { 'aws:sourcearn': null }, false],
  ];
  for (const [name, condition, context, much] of rows) {
    test(name, () => assert.equal(tooMuch(condition, context), much));
  }

  test('a statement for somebody else costs no comparison', () => {
    const condition = { StringLike: { [ARN]: list(900, wild) } };
    const context = { 'aws:sourcearn': list(900, (at) => `b${at}*`) };
    assert.deepEqual([tooMuch(condition, context), tooMuch(condition, context, 'other.amazonaws.com')], [true, false]);
  });
});
