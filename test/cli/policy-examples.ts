import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** docs/policy.md as it is. */
export const TEXT = readFileSync(path.join(ROOT, 'docs/policy.md'), 'utf8');

/** A fenced block by the word after its fence, with the block that follows it and the table under it. */
export interface Example {
  kind: string;
  body: string;
  title: string;
  next: string | undefined;
  rows: Row[];
}

/** A line of a recipe's table: a bucket, and what the recipe says it gets. */
export interface Row {
  bucket: string;
  known: string[];
  rule: string;
  standard: string;
}

/** The fenced blocks of docs/policy.md in order. */
export function examples(): Example[] {
  const found = [...TEXT.matchAll(/^```(.*)\n([^]*?)^```$/gm)];
  return found.map((match, index) => {
    const end = match.index + match[0].length;
    const between = TEXT.slice(end, found[index + 1]?.index);
    return {
      kind: match[1] ?? '',
      body: match[2] ?? '',
      title:
        TEXT.slice(0, match.index)
          .match(/^#+ .*$/gm)
          ?.at(-1) ?? '',
      next: found[index + 1]?.[2],
      rows: rowsOf(between),
    };
  });
}

/** The first table of a text, where it is one of buckets. */
function rowsOf(text: string): Row[] {
  const [section = ''] = text.split(/^#/m);
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  if (!lines[0]?.startsWith('| bucket |')) return [];
  return lines.slice(2).map((line) => {
    const [, bucket = '', known = '', rule = '', standard = ''] = line.split('|').map((cell) => cell.trim());
    return { bucket: bucket.replaceAll('`', ''), known: known === '' ? [] : known.split('; '), rule, standard };
  });
}
