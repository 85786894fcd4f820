import type { Counts } from './counts.ts';

/** Where the counts are committed. */
export const COUNTS_FILE = 'bench/counts.json';

/** What the gate says before it loads the product, which takes seconds on a busy machine. */
export const COUNTING = `counting calls, rounds and connections of what Reseal does, bytes of its bundles and kilobytes of a verdict, to compare with ${COUNTS_FILE}`;

export interface Comparison {
  /** What fails: a count that grew, one without a line, a line without a count. */
  faults: string[];
  /** What fell, which is well, but could grow back unseen. */
  falls: string[];
}

/** Compares what was counted with the committed lines; sentences for whoever changed the code. */
export function comparedCounts(counted: Counts, committed: Counts): Comparison {
  const lines = new Map(Object.entries(committed));
  const [faults, falls]: [string[], string[]] = [[], []];
  for (const [name, count] of Object.entries(counted)) {
    const line = lines.get(name);
    const found = `${name}: ${count}, ${COUNTS_FILE} says ${line ?? 'nothing'}`;
    if (line === undefined) faults.push(`${found}: add the line`);
    else if (count < line) falls.push(`${found}: lower the line, so that it does not grow back unseen`);
    else if (count !== line) faults.push(`${found}: find out why, or change the line`);
    lines.delete(name);
  }
  for (const [name, line] of lines)
    faults.push(`${name}: ${COUNTS_FILE} says ${line}, and nothing counts it: take the line out`);
  return { faults, falls };
}
