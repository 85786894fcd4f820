import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes a page that is generated; with `check` it only compares, and the exit status is 1 where the page differs. */
export function keepPage(page: string, text: string, { command, check }: { command: string; check: boolean }): void {
  const file = path.resolve(import.meta.dirname, '..', page);
  if (!check) return writeFileSync(file, text);
  if (readFileSync(file, 'utf8') === text) return;
  console.error(`${page} is not what follows from what it is made of: run ${command}`);
  process.exitCode = 1;
}
