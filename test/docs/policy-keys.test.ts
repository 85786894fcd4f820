import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { REASONS } from '../../src/policy/reasons.ts';
import { documentsOfReseal, proseOf, quotedIn, ROOT } from './documents.ts';

const schema: unknown = JSON.parse(readFileSync(path.join(ROOT, 'reseal.schema.json'), 'utf8'));

/** Every key of the policy by its path without list marks, as `rules.when.tags`, and every word that is a value of one. */
const { paths, values } = keysOf(schema);
// A pattern of the schema, beside the keys by name.
values.add('keep');
const names = new Set([...paths].map((each) => each.split('.').at(-1) ?? ''));
const POLICY = readFileSync(path.join(ROOT, 'docs/policy.md'), 'utf8');

describe('docs/policy.md', () => {
  test('names every key of the policy', () => {
    const named = new Set(quotedIn(POLICY).flatMap((quoted) => quoted.replace(/:.*$/, '').split('.')));
    assert.deepEqual(
      [...names].filter((name) => !named.has(name)),
      [],
    );
  });

  test('names no word as a key or value that the policy does not know', () => {
    assert.deepEqual(strangeWords(POLICY), []);
  });

  test('has no example that nothing checks', () => {
    const kinds = new Set([...POLICY.matchAll(/^```(\S.*)$/gm)].map(([, kind = '']) => kind));
    assert.deepEqual([...kinds].toSorted(), ['text', 'yaml', 'yaml invalid', 'yaml warned']);
  });
});

describe('a setting of the policy that a document names is one', () => {
  for (const { file, text } of documentsOfReseal()) {
    test(file, () => assert.deepEqual(strangeSettings(text), []));
  }
});

test('an invented key is found: as a setting, as a path, in a table and as a word', () => {
  const text =
    'Say `retries: 3` or `objects.renew: all`.\n\n| key | values |\n|---|---|\n| `standard.rotate` | `on` |\n\nOr `keepAll`.';
  assert.deepEqual(strangeSettings(text), ['retries: 3', 'objects.renew: all', 'standard.rotate']);
  assert.deepEqual(strangeWords(text), ['standard.rotate', 'keepAll']);
});

/** `mode: observe` and `objects.reencrypt` in backticks, anywhere. */
function strangeSettings(text: string): string[] {
  return quotedIn(text).filter((quoted) => {
    const [, key = '', value] = /^([a-z][a-zA-Z]*(?:\.[a-zA-Z]+)*)(?:: (.+))?$/.exec(quoted) ?? [];
    if (key === '' || (value === undefined && !key.includes('.'))) return false;
    // A path that begins with no key of the policy is a member of something else, for example an event.
    if (value === undefined && !paths.has(key.split('.')[0] ?? '')) return false;
    return !isKey(key) || (value !== undefined && /^[a-zA-Z-]+$/.test(value) && !values.has(value));
  });
}

/** Words of docs/policy.md in the first column of a table of keys, and words in camel case. */
function strangeWords(text: string): string[] {
  const tables = proseOf(text).split(/\n\n/);
  const keyed = tables.filter((table) => /^\| (key|in a rule|in an exception|condition) \|/.test(table));
  const cells = keyed.flatMap((table) => table.split('\n').slice(2)).map((row) => row.split('|')[1] ?? '');
  const first = cells.flatMap(quotedIn).map((quoted) => quoted.replace(/:.*$/, ''));
  const camel = quotedIn(text).filter((quoted) => /^[a-z]+[A-Z][A-Za-z]*$/.test(quoted));
  return [...new Set([...first, ...camel])].filter(
    (word) => !isKey(word) && !values.has(word) && !Object.hasOwn(REASONS, word),
  );
}

/** A whole path, or the end of one: `key` and `standard.key` are both keys of a rule. */
function isKey(key: string): boolean {
  return [...paths].some((each) => each === key || each.endsWith(`.${key}`));
}

function keysOf(node: unknown, at = ''): { paths: Set<string>; values: Set<string> } {
  const found = { paths: new Set<string>(), values: new Set<string>() };
  if (typeof node !== 'object' || node === null) return found;
  for (const value of [Reflect.get(node, 'enum') ?? [], Reflect.get(node, 'const') ?? []].flat()) {
    found.values.add(String(value));
  }
  const inside = [
    ...Object.entries(Object(Reflect.get(node, 'properties'))).map(([name, each]) => {
      const here = at === '' ? name : `${at}.${name}`;
      found.paths.add(here);
      return keysOf(each, here);
    }),
    ...[Reflect.get(node, 'items'), Reflect.get(node, 'additionalProperties')].map((each) => keysOf(each, at)),
    ...['anyOf', 'oneOf'].flatMap((word) => [Reflect.get(node, word) ?? []].flat()).map((each) => keysOf(each, at)),
  ];
  for (const one of inside) {
    for (const each of one.paths) found.paths.add(each);
    for (const each of one.values) found.values.add(each);
  }
  return found;
}
