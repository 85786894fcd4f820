import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { allFiles, importsOf, ROOT } from './source-files.ts';

test('every package that is imported is declared with an exact version', () => {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  );
  const names = new Set(Object.keys(devDependencies));
  const typesOf = (specifier: string) =>
    names.has(packageOf(specifier)) ? packageOf(specifier) : `@types/${packageOf(specifier)}`;
  const sources = allFiles().filter(({ file }) => /\.(?:ts|mjs)$/.test(file));
  const undeclared = sources
    .flatMap(importsOf)
    .filter(
      ({ isPackage, isType, to }) => isPackage && !isOfNode(to) && !names.has(isType ? typesOf(to) : packageOf(to)),
    )
    .map(({ from, to }) => `${from} imports ${to}, which package.json does not declare`);
  assert.deepEqual(undeclared, []);
  const loose = Object.entries(devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  assert.deepEqual(loose, []);
});

function isOfNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** `@aws-sdk/core/protocols` is of the package `@aws-sdk/core`. */
function packageOf(specifier: string): string {
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
