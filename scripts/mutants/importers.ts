import { readFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = /(?:from|import) '(\.{1,2}\/[^']+\.ts)'/g;

/** Those of the test files that import one of the sources, directly or through others. */
export function importers(tests: readonly string[], sources: readonly string[]): string[] {
  const wanted = new Set(sources);
  const known = new Map<string, readonly string[]>();
  const importsOf = (file: string): readonly string[] => {
    const found = known.get(file) ?? importsIn(file);
    known.set(file, found);
    return found;
  };
  return tests.filter((test) => {
    const seen = new Set([test]);
    for (const file of seen) {
      if (wanted.has(file)) return true;
      for (const imported of importsOf(file)) seen.add(imported);
    }
    return false;
  });
}

function importsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(IMPORT)].map(([, name = '']) => path.join(path.dirname(file), name));
}
