import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { comparedCounts, COUNTS_FILE } from './compared.ts';
import { type Counts, measureCounts } from './counts.ts';

const WRITE = 'npm run bench -- --gate --write';
const FILE = path.resolve(import.meta.dirname, '../..', COUNTS_FILE);

/** Counts, and fails where a count grew that its line in bench/counts.json does not allow. Returns the exit status. */
export async function gate(): Promise<number> {
  const committed = readCommitted();
  const counted = await measureCounts();
  const { faults, falls } = comparedCounts(counted, committed);
  for (const fall of falls) console.log(fall);
  for (const fault of faults) console.error(fault);
  if (faults.length + falls.length > 0) console.log(`${WRITE} writes the lines as they were counted`);
  else console.log(`${Object.keys(counted).length} counts are as ${COUNTS_FILE} says`);
  return faults.length > 0 ? 1 : 0;
}

/** Writes the lines as they are counted now. Returns the exit status. */
export async function writeCounts(): Promise<number> {
  writeFileSync(FILE, `${JSON.stringify(await measureCounts(), null, 2)}\n`);
  return 0;
}

/** The committed counts. Throws where the file cannot be read or holds anything else. */
export function readCommitted(): Counts {
  try {
    return z.record(z.string(), z.int()).parse(JSON.parse(readFileSync(FILE, 'utf8')));
  } catch (cause) {
    throw new Error(`${COUNTS_FILE} is not a file of counts by name: \`${WRITE}\` writes it anew`, { cause });
  }
}
