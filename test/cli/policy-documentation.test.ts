import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { compilePolicyFile } from '../../cli/policy-file.ts';
import { ResealError } from '../../src/errors.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TEXT = readFileSync(path.join(ROOT, 'docs/policy.md'), 'utf8');

/** The fenced blocks of docs/policy.md in order, by the word after the fence. */
const blocks = [...TEXT.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, kind = '', body = '']) => ({ kind, body }));
const good = blocks.filter(({ kind }) => kind === 'yaml');
const bad = blocks.flatMap(({ kind, body }, index) =>
  kind === 'yaml invalid' ? [{ body, problems: blocks[index + 1]?.body }] : [],
);

describe('docs/policy.md', () => {
  test('has examples of both kinds', () => assert.deepEqual([good.length, bad.length], [5, 2]));

  for (const [index, { body }] of good.entries()) {
    test(`good example ${index + 1} is a good policy`, () => assert.equal(problemsOf(body), ''));
  }

  for (const [index, { body, problems }] of bad.entries()) {
    test(`bad example ${index + 1} gets exactly the shown problems`, () => assert.equal(problemsOf(body), problems));
  }

  test('the two first examples mean the same', () => {
    const [shortest, everything] = good.map(({ body }) => inFile(body, (file) => compilePolicyFile(file).json));
    assert.equal(shortest, everything);
  });

  test('explains every reason code of src/policy, and no other', () => {
    const folder = path.join(ROOT, 'src/policy');
    const source = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const given = source.flatMap((text) => matches(text, /(?:code: |obstacle\(|leftover\()'([a-z0-9-]+)'/g));
    const section = TEXT.slice(TEXT.indexOf('## Reasons'));
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const explained = rows.flatMap((row) => matches(row.split('|')[1] ?? '', /`([a-z0-9-]+)`/g));
    assert.deepEqual(explained.toSorted(), [...new Set(given)].toSorted());
  });
});

function problemsOf(body: string): string {
  return inFile(body, (file) => {
    try {
      compilePolicyFile(file);
      return '';
    } catch (error) {
      assert(error instanceof ResealError);
      return `${error.message.replaceAll(path.dirname(file) + path.sep, '')}\n`;
    }
  });
}

function inFile<T>(body: string, read: (file: string) => T): T {
  const directory = mkdtempSync(path.join(tmpdir(), 'reseal-docs-'));
  try {
    const file = path.join(directory, 'policy.yaml');
    writeFileSync(file, body);
    return read(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, code = '']) => code);
}
