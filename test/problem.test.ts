import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod/mini';
import { describeValue, inOneLine, problemLine, problemsOf, someProblemsOf, valueAt } from '../src/problem.ts';

const schema = z.strictObject(
  {
    a: z.array(z.number({ error: 'a number' }), { error: 'a list' }),
    b: z.exactOptional(
      z.union([z.string(), z.object({ c: z.string({ error: 'a text' }) })], { error: 'a text or a mapping' }),
    ),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? 'one of a, b' : 'a mapping') },
);

function linesFor(value: unknown): string[] {
  const { error } = z.safeParse(schema, value);
  return error === undefined ? [] : problemsOf(error, value).map((problem) => problemLine(problem, 'the policy'));
}

describe('what is wrong is one sentence: where, what belongs there, what is there', () => {
  const rows: [value: unknown, lines: string[]][] = [
    [{ a: [1] }, []],
    [7, ['the policy: expected a mapping, found 7']],
    [{}, ['a: expected a list, found nothing']],
    [{ a: [1, 'x', null] }, ['a[1]: expected a number, found "x"', 'a[2]: expected a number, found null']],
    [
      { a: [], constructor: 1, 'd e': 2 },
      [
        'constructor: expected one of a, b, found an unknown key',
        '["d e"]: expected one of a, b, found an unknown key',
      ],
    ],
    [{ a: [], b: { c: 7 } }, ['b.c: expected a text, found 7']],
    [{ a: [], b: 7 }, ['b: expected a text or a mapping, found 7']],
  ];
  for (const [value, lines] of rows) test(JSON.stringify(value), () => assert.deepEqual(linesFor(value), lines));
});

test('of thousands of problems fifty are told, and how many more there are', () => {
  const many = { a: Array.from({ length: 20_000 }, () => 'x') };
  const { error } = z.safeParse(schema, many);
  const problems = error === undefined ? [] : someProblemsOf(error, many);
  const lines = problems.map((problem) => problemLine(problem, 'the policy'));
  assert.equal(lines.length, 51);
  assert.equal(lines.at(-1), 'the policy: expected no more than that, found 19950 more problems');
});

test('a value is told in few words', () => {
  const values = [undefined, null, [], [1], {}, { a: 1 }, 'x'.repeat(200), () => 1];
  assert.deepEqual(values.map(describeValue), [
    'nothing',
    'null',
    'an empty list',
    'a list',
    'an empty mapping',
    'a mapping',
    `"${'x'.repeat(79)}... (202 characters)`,
    'function',
  ]);
});

test('a path leads only over what the document itself says', () => {
  const document = { a: [{ b: 1 }] };
  assert.deepEqual([valueAt(document, ['a', 0, 'b']), valueAt(document, [])], [1, document]);
  for (const path of [['a', 1, 'b'], ['a', 'length', 'x'], ['constructor'], ['a', 0, 'toString'], ['b', 'c']]) {
    assert.equal(valueAt(document, path), undefined, path.join('.'));
  }
});

test('words of others stay within one line of ours', () => {
  const rows: [text: string, shown: string][] = [
    ['statement Allow Ünïcode "x" of 日本', 'statement Allow Ünïcode "x" of 日本'],
    ['statement x)\n\nverdict     compliant', 'statement x)  verdict     compliant'],
    ['a\tb\r\nc\u2028d', 'a b  c d'],
    ['\u001b[2Jcleared\u009b31m', '\\u{1b}[2Jcleared\\u{9b}31m'],
    ['right to left \u202e and back \u2066', 'right to left \\u{202e} and back \\u{2066}'],
  ];
  for (const [text, shown] of rows) assert.equal(inOneLine(text), shown);
});
