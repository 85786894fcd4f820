import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Document {
  /** Its path from the root. */
  file: string;
  text: string;
}

/** Every document that people read, by its path. */
export function documents(): Document[] {
  const files = globSync(['*.md', 'docs/**/*.md', 'events/*.md', 'local/*.md', 'examples/**/*.md'], { cwd: ROOT });
  return files.toSorted().map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** The documents in Reseal's own words: those of the embedded AWS name folders, operations and settings of their own. */
export function documentsOfReseal(): Document[] {
  return documents().filter(({ file }) => !file.startsWith('local/') && file !== 'docs/local.md');
}

/** A document without its fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, '');
}

/** What stands in backticks. */
export function quotedIn(text: string): string[] {
  return [...proseOf(text).matchAll(/`([^`\n]+)`/g)].map(([, quoted = '']) => quoted);
}
