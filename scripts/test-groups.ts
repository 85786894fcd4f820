import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** To be preloaded where groups run. */
export const TRACKING = new URL('test-tracking.mjs', import.meta.url).href;

/** So many files of one folder share a process: enough that loading modules counts no more, and few enough that every core has work to the end. */
const FILES_IN_A_GROUP = 16;

/**
 * Writes one file for each group of test files of a folder, that imports them one after the other, and gives their names, the group that waits
 * most often first: pure tests keep every core busy to the end. Loading modules takes longer than most tests, and a group loads them once.
 * Each file is a suite, so its hooks are its own.
 */
export function testGroups(root: string, into: string): string[] {
  const folder = path.resolve(root, into);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = globSync('test/**/*.test.ts', { cwd: root }).toSorted();
  const groups = [...Map.groupBy(files, (file) => file.split('/').slice(1, -1)[0] ?? 'test')].flatMap(([name, its]) =>
    chunks(its).map((chunk, at) => ({ name: `${name}-${at + 1}`, chunk })),
  );
  return groups
    .map((group) => ({ ...group, waits: waitsOf(group.chunk, root) }))
    .toSorted((one, other) => other.waits - one.waits)
    .map(({ name, chunk }, at) => {
      const file = path.join(folder, `${String(at + 1).padStart(2, '0')}-${name}.mjs`);
      writeFileSync(file, sourceOf(chunk, root));
      return file;
    });
}

function chunks(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / FILES_IN_A_GROUP);
  return Array.from({ length: count }, (_, at) => files.filter((_file, index) => index % count === at));
}

/** How much of the time of tests is waiting, about: another process is waited for longer than an answer. */
function waitsOf(files: readonly string[], root: string): number {
  const texts = files.map((file) => readFileSync(path.join(root, file), 'utf8'));
  return texts
    .flatMap((text) => text.match(/\bawait\b|node:child_process/g) ?? [])
    .reduce((sum, what) => sum + (what === 'await' ? 1 : 300), 0);
}

/** A file takes as long as its tests together, so the limit of one test does not hold for it; Node takes Infinity for no answer. */
const NO_LIMIT_MS = 2 ** 31 - 1;

function sourceOf(files: readonly string[], root: string): string {
  const urlOf = (file: string): string => JSON.stringify(pathToFileURL(path.join(root, file)).href);
  const suites = files.map(
    (file) => `describe(${JSON.stringify(file)}, { timeout: ${NO_LIMIT_MS} }, () => read(import(${urlOf(file)})));\n`,
  );
  return `import { describe } from 'node:test';
import { endTracking } from ${JSON.stringify(TRACKING)};
let unread = ${files.length};
const read = async (file) => {
  await file;
  if (--unread === 0) endTracking();
};
${suites.join('')}`;
}
