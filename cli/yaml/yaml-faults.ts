import { type Document, type YAMLError, isScalar, visit } from 'yaml';
import { MOST_PROBLEMS, describeValue } from '../../src/problem.ts';
import { oddCharacters } from './odd-characters.ts';
import type { Placed } from './placed.ts';
import { misreadSlips, slipsOf } from './slips.ts';

/** What is wrong with the YAML of a document, before anybody asks what it means: each fault once, where it stands, and what to do. */
export function yamlFaults(content: Document.Parsed, source: string): Placed[] {
  const errors = [...content.errors, ...content.warnings];
  const tooDeep = errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(-1);
  // What the library finds second at one place follows from the first.
  const first = new Map((tooDeep.length > 0 ? tooDeep : errors).toReversed().map((error) => [error.pos[0], error]));
  const faults = [...first.values()].toReversed().slice(0, MOST_PROBLEMS);
  const slips = faults.length > 0 ? slipsOf(source, content.errors.length) : misreadSlips(content, source);
  const all =
    faults.length > 0
      ? faults.map((error) => faultOf(error, content, source))
      : [...unknownAliases(content, source), ...mergeKeys(content)];
  // A slip brings faults of its own, which mislead.
  return (slips.length > 0 ? slips : all).slice(0, MOST_PROBLEMS).map((fault) => {
    const odd = oddCharacters(lineAt(source, fault.offset).text);
    return { ...fault, found: `${fault.found}${odd}` };
  });
}

interface Fault {
  expected: string;
  found: string;
  offset?: number;
}

/** Told by the codes of https://eemeli.org/yaml/#errors; what is not in the list is told in the library's words. */
function faultOf(error: YAMLError, content: Document.Parsed, source: string): Placed {
  const [at] = error.pos;
  const { start, text } = lineAt(source, at);
  const given = { source, at, rest: text.slice(at - start), content };
  const told = FAULTS.get(error.code)?.(given) ?? { expected: 'YAML', found: `an error: ${error.message}` };
  return { path: [], offset: at, ...told };
}

interface Given {
  source: string;
  at: number;
  /** What stands on the line from there on. */
  rest: string;
  content: Document.Parsed;
}

const FAULTS: ReadonlyMap<string, (given: Given) => Fault> = new Map<string, (given: Given) => Fault>([
  [
    'DUPLICATE_KEY',
    ({ rest }) => ({ expected: 'each key once: remove one of the two', found: `${keyIn(rest)} again` }),
  ],
  [
    'MULTIPLE_DOCS',
    ({ source, at }) => ({
      expected: `one document: take the line ${lineBefore(source, at)} out, or put the rest into a file of its own`,
      found: 'a second document',
    }),
  ],
  [
    'NON_STRING_KEY',
    ({ rest }) => ({
      expected: 'a text as key; inside { } each key has its colon ({ buckets: [app-*] })',
      found: describeValue(rest.trim()),
    }),
  ],
  ['KEY_OVER_1024_CHARS', ({ rest }) => ({ expected: 'a key of at most 1,024 letters', found: keyIn(rest) })],
  [
    'RESOURCE_EXHAUSTION',
    ({ source, at }) => ({
      expected: 'lists and mappings a few levels deep',
      found: 'hundreds of [ or { inside each other',
      offset: lineAt(source, at).start,
    }),
  ],
  ['TAB_AS_INDENT', () => ({ expected: 'spaces at the start of a line, two for each level', found: 'a tab' })],
  ['TAG_RESOLVE_FAILED', ({ rest }) => inQuotes(wordIn(rest), '! in front of a word is a YAML tag')],
  ['BAD_ALIAS', ({ rest }) => inQuotes(wordIn(rest), STAR)],
  ['BAD_SCALAR_START', ({ rest }) => inQuotes(rest.trim(), `${rest.slice(0, 1)} has a meaning of its own in YAML`)],
  ['BLOCK_AS_IMPLICIT_KEY', colonOrIndent],
  [
    'MULTILINE_IMPLICIT_KEY',
    ({ rest }) => ({
      expected:
        'KEY: VALUE, with a space after the colon, and the keys of one mapping right under each other, or with commas inside { }',
      found: describeValue(rest.trim()),
    }),
  ],
  ['BLOCK_IN_FLOW', missingComma],
  ['UNEXPECTED_TOKEN', missingComma],
  [
    'BAD_DQ_ESCAPE',
    ({ rest }) => ({
      expected: 'single quotes where a text has a backslash, or the backslash twice',
      found: wordIn(rest),
    }),
  ],
  ['BAD_INDENT', badIndent],
  ['MISSING_CHAR', missingQuote],
]);

const STAR = '* in front of a word is a YAML alias';

function inQuotes(word: string, why: string): Fault {
  return { expected: `'${word}', put it in quotes, because ${why}`, found: word };
}

/** `reason: vendor: cannot write`, or a line that is indented deeper than the one above it. */
function colonOrIndent({ source, at, rest }: Given): Fault {
  const value = rest.trim();
  if (/:(\s|$)/.test(value)) {
    const expected = `'${value.replaceAll("'", "''")}', put text with a colon and a space in quotes, or a key on a line of its own`;
    return { expected, found: value };
  }
  const next = nextLine(source, at);
  return { ...indentOf(next.text), offset: next.start + next.text.search(/\S|$/) };
}

function missingComma({ rest }: Given): Fault {
  return {
    expected: `a comma between two values inside [ ] or { }, and a quote inside a quoted text written twice ('')`,
    found: describeValue(rest.trim()),
  };
}

function badIndent({ source, at }: Given): Fault {
  const { start, text } = lineAt(source, at);
  if (at < source.trimEnd().length) return { ...indentOf(text), offset: start + text.search(/\S/) };
  return OPEN_END;
}

const OPEN_END: Fault = { expected: 'each [ and { closed by ] and }', found: 'the end of the file' };

function indentOf(line: string): Fault {
  const spaces = line.search(/\S|$/);
  return {
    expected:
      'the keys of one mapping, and the items of one list, with the same spaces in front, and each [ and { closed',
    found: `${spaces} ${spaces === 1 ? 'space' : 'spaces'} before ${describeValue(line.trim())}`,
  };
}

function missingQuote({ source, at, content }: Given): Fault {
  let opened: number | undefined;
  visit(content, {
    Scalar(_, { type, range }) {
      if ((type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE') && range && range[0] < at) opened = range[0];
    },
  });
  const quote = opened === undefined ? '' : source.slice(opened, opened + 1);
  const isOpen = opened !== undefined && !source.slice(opened + 1, at).includes(quote);
  if (isOpen) return { expected: `a second ${quote} where the text ends`, found: 'no end of it', offset: opened ?? at };
  const { start, text } = lineAt(source, at);
  return text.trim() === '' ? OPEN_END : { ...indentOf(text), offset: start + text.search(/\S/) };
}

/** `*-public` without quotes names an anchor that nobody set. */
function unknownAliases(content: Document.Parsed, source: string): Placed[] {
  const faults: Placed[] = [];
  visit(content, {
    Alias(_, alias) {
      if (alias.resolve(content) !== undefined || !alias.range) return;
      const [from, to] = alias.range;
      faults.push({ path: [], ...inQuotes(source.slice(from, to), STAR), offset: from });
    },
  });
  return faults;
}

/** A key of YAML 1.1: version 1.2 has none, and here it would be an unknown key. */
function mergeKeys(content: Document.Parsed): Placed[] {
  const faults: Placed[] = [];
  visit(content, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '<<' || !key.range) return;
      const expected = 'the members themselves, because YAML 1.2 has no merge key: write them out';
      faults.push({ path: [], expected, found: '<<', offset: key.range[0] });
    },
  });
  return faults;
}

function keyIn(rest: string): string {
  return describeValue((/^[^:\n]*/.exec(rest)?.[0] ?? rest).trim());
}

function wordIn(rest: string): string {
  return /^[^\s,\]}]+/.exec(rest)?.[0] ?? rest;
}

function lineAt(source: string, offset: number): { start: number; text: string } {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  return { start, text: source.slice(start, end === -1 ? undefined : end).replace(/\r$/, '') };
}

/** What ended the document: `...`, or `---`. */
function lineBefore(source: string, offset: number): string {
  return /(?:^|\n)\.\.\.\s*$/.test(source.slice(0, offset)) ? '...' : '---';
}

/** The next line that says something. */
function nextLine(source: string, offset: number): { start: number; text: string } {
  const end = source.indexOf('\n', offset);
  if (end === -1) return lineAt(source, offset);
  const next = lineAt(source, end + 1);
  return /^\s*(#|$)/.test(next.text) && end + 1 < source.length ? nextLine(source, end + 1) : next;
}
