import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

const NOT_OURS = new Set(['node_modules', '.git', '.serverless', '.esbuild', '.reseal', 'coverage']);

export interface SourceFile {
  /** Relative to the repository's root, with forward slashes. */
  file: string;
  text: string;
}

/** Every file of the repository, as text. */
export function allFiles(folder = ''): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return allFiles(file);
      return entry.isFile() ? [{ file, text: readFileSync(path.join(ROOT, file), 'utf8') }] : [];
    });
}

export interface Import {
  /** The file that imports. */
  from: string;
  /** A path in the repository, or the name of a package. */
  to: string;
  isPackage: boolean;
  isType: boolean;
}

const IMPORTS =
  /^(?:import|export)\s+(?<type>type\s)?[^;'"]*?\bfrom\s+'(?<source>[^']+)'|^import\s+'(?<bare>[^']+)'|\bimport\('(?<late>[^']+)'\)/gm;

/** What one file imports, type-only imports told apart: they vanish when the file runs. */
export function importsOf({ file, text }: SourceFile): Import[] {
  return [...text.matchAll(IMPORTS)].map(({ groups = {} }) => {
    const specifier = groups['source'] ?? groups['bare'] ?? groups['late'] ?? '';
    const isPackage = !specifier.startsWith('.');
    return {
      from: file,
      to: isPackage ? specifier : path.posix.join(path.posix.dirname(file), specifier),
      isPackage,
      isType: groups['type'] !== undefined,
    };
  });
}

/** The lines of `files` that match, as `file:line: text`. */
export function linesMatching(files: SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

/** As editors count them: a newline at the end opens no further line. */
export function lineCount({ text }: SourceFile): number {
  return text.replace(/\n$/, '').split('\n').length;
}
