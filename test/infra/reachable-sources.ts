import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

const IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?\bfrom\s+'(\.[^']+)';/gms;

/** Source by path of every file that runs where `entry` runs: its value imports, followed to their end. */
export function reachableSources(entry: string): Map<string, string> {
  const sources = new Map<string, string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (sources.has(file)) continue;
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    sources.set(file, source);
    for (const [, specifier = ''] of source.matchAll(IMPORT)) open.push(path.join(path.dirname(file), specifier));
  }
  return sources;
}
