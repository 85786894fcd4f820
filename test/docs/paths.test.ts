import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Document, documents, proseOf, ROOT } from './documents.ts';

describe('every file and folder that a document names is there', () => {
  for (const document of documents()) {
    test(document.file, () => assert.deepEqual(missingIn(document), []));
  }

  test('and one that is not there is found, as a path and as a link', () => {
    const text = 'See src/policy/nowhere.ts, `test/docs/paths.test.ts`, [this](nowhere.md) and [that](policy.md).';
    assert.deepEqual(missingIn({ file: 'docs/example.md', text }), ['docs/nowhere.md', 'src/policy/nowhere.ts']);
  });
});

const FOLDERS = 'bench|cli|docs|events|functions|infra|local|scripts|src|test';
/** A path from the root; `*` stands for any text. */
const PATH = new RegExp(String.raw`(?<![\w/:.@-])(?:${FOLDERS})/[\w./*-]*[\w/*]`, 'g');
const LINK = /\]\(([^)#:]+)(?:#[^)]*)?\)/g;

function missingIn({ file, text }: Document): string[] {
  const prose = proseOf(text);
  const named = [...prose.matchAll(PATH)].map(([found]) => found);
  const linked = [...prose.matchAll(LINK)].map(([, target = '']) => path.join(path.dirname(file), target));
  return [...new Set([...linked, ...named])].filter((each) => !isThere(each)).toSorted();
}

function isThere(named: string): boolean {
  const at = path.join(ROOT, named);
  return named.includes('*') ? globSync(at).length > 0 : existsSync(at);
}
