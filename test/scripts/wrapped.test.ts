import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { columnsOf, wrapped } from '../../scripts/wrapped.ts';

describe('a text in lines', () => {
  const rows: [name: string, text: string, columns: number, indent: string, lines: string[]][] = [
    ['breaks between words', 'one two three', 7, '', ['one two', 'three']],
    ['counts the indent', 'one two three', 8, '  ', ['  one', '  two', '  three']],
    ['keeps a word that is too long', 'a arn:aws:s3:::long b', 6, '', ['a', 'arn:aws:s3:::long', 'b']],
    ['takes any white space for one', ' one\n\ttwo ', 80, '', ['one two']],
    ['has no line of nothing', '', 80, '  ', []],
  ];
  for (const [name, text, columns, indent, lines] of rows) {
    test(name, () => assert.deepEqual(wrapped(text, columns, indent), lines));
  }
});

test('the width is the terminal, else COLUMNS, else 80, and never under 20', (t) => {
  const before = process.env['COLUMNS'];
  t.after(() => (before === undefined ? delete process.env['COLUMNS'] : (process.env['COLUMNS'] = before)));
  const of = (columns: number | undefined, asked?: string) => {
    if (asked === undefined) delete process.env['COLUMNS'];
    else process.env['COLUMNS'] = asked;
    return columnsOf({ columns: columns as number });
  };
  assert.deepEqual(
    [of(100, '40'), of(undefined, '40'), of(0), of(undefined, 'wide'), of(3), of(undefined, '-1')],
    [100, 40, 80, 80, 20, 80],
  );
});
