import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod/mini';
import {
  day,
  sentence,
  someOf,
  strictMapping,
  matchingText,
  whole,
  word,
} from '../../../src/policy/document/document-words.ts';

const said = (schema: z.ZodMiniType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);
const mapping = strictMapping({ a: z.exactOptional(z.string()), b: z.exactOptional(z.string()) }, 'a mapping');

describe('what a policy may say, and what is expected where it says something else', () => {
  const rows: [name: string, schema: z.ZodMiniType, value: unknown, messages: string[] | undefined][] = [
    ['a mapping', mapping, { a: 'x' }, undefined],
    ['an unknown key', mapping, { c: 'x' }, ['one of a, b']],
    ['no mapping', mapping, 'x', ['a mapping']],
    ['a list', someOf(z.string(), 'a list of x'), ['x'], undefined],
    [
      'an empty list',
      someOf(z.string(), 'a list of x'),
      [],
      ['a list of x with at least one in it; leave the key out where nothing is meant'],
    ],
    ['no list', someOf(z.string(), 'a list of x'), 'x', ['a list of x']],
    ['a whole number', whole(2, 5), 5, undefined],
    ['half a number', whole(2, 5), 2.5, ['a whole number from 2 to 5']],
    ['no number', whole(2, 5), '3', ['a whole number from 2 to 5']],
    ['too small a number', whole(2, 5, 'two to five'), 1, ['two to five']],
    ['too large a number', whole(2, 5, 'two to five'), 6, ['two to five']],
    ['a word', word(['on', 'off']), 'on', undefined],
    ['another word', word(['on', 'off']), true, ['one of on, off']],
    ['a text of its form', matchingText(/^x$/, 'an x').check(z.regex(/^x/, { error: 'more' })), 'x', undefined],
    [
      'a text of another form, told once',
      matchingText(/^x$/, 'an x').check(z.regex(/^x/, { error: 'more' })),
      'y',
      ['an x'],
    ],
    ['a sentence', sentence('a reason'), ' why ', undefined],
    ['a blank', sentence('a reason'), ' \n', ['a reason']],
    ['a day', day(), '2028-02-29', undefined],
    ['no day of the calendar', day(), '2027-02-29', ['a date of the calendar as YYYY-MM-DD (for example 2027-12-31)']],
    ['a moment', day(), '2027-01-01T00:00:00Z', ['a date of the calendar as YYYY-MM-DD (for example 2027-12-31)']],
  ];
  for (const [name, schema, value, messages] of rows) test(name, () => assert.deepEqual(said(schema, value), messages));
});

test('a mapping says in the published schema what it is for, where somebody said it', () => {
  const descriptionOf = (schema: z.ZodMiniType) => z.toJSONSchema(schema).description;
  assert.equal(descriptionOf(strictMapping({}, 'a mapping', 'What it is for.')), 'What it is for.');
  assert.equal(descriptionOf(strictMapping({}, 'a mapping')), undefined);
});
