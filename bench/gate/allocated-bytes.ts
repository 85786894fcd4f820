import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Another version of Node.js allocates otherwise. */
const PINNED_NODE = path.join(ROOT, 'node_modules/node/bin/node');

/** What an optimizer takes out, and when, depends on how busy the machine is; a collection would take from what is counted. */
const SAME_EACH_TIME = [
  '--max-opt=0',
  '--no-sparkplug',
  '--expose-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
];

/** How many bytes a verdict under 5,000 rules allocates. */
export function allocatedBytes(): number {
  const node = existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath;
  const script = path.join(import.meta.dirname, 'allocated.ts');
  return Number(execFileSync(node, [...SAME_EACH_TIME, script], { encoding: 'utf8' }));
}
