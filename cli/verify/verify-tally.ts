import * as z from 'zod/mini';
import type { ObjectStanding } from '../../src/policy/plan/object-standing.ts';

/** What verify says of one object that is not at its standard, or could not be read: a line of the findings. */
export interface ObjectFinding {
  key: string;
  versionId?: string;
  standing: CodeTally['standing'];
  /** What it lacks, why no job mends it, or the code with which S3 refused. */
  code: string;
  lacks?: string;
  method?: string;
}

const count = z.number();

/** How many there are of a code, and the first of them. below: a job can mend them. left: none does. unread: nobody knows. */
const codeTally = z.object({
  standing: z.enum(['below', 'left', 'unread']),
  code: z.string(),
  count,
  first: z.array(z.string()),
});
export type CodeTally = z.output<typeof codeTally>;

/** The counts of a bucket's objects; they do not grow with the bucket. */
export const verifyTally = z.object({
  read: count,
  atStandard: count,
  below: count,
  left: count,
  unread: count,
  /** Deleted since they were listed. */
  gone: count,
  /** Replaced since they were listed: what was read is what is there now. */
  changed: count,
  codes: z.array(codeTally),
});
export type VerifyTally = z.output<typeof verifyTally>;

export function emptyVerifyTally(): VerifyTally {
  return { read: 0, atStandard: 0, below: 0, left: 0, unread: 0, gone: 0, changed: 0, codes: [] };
}

const FIRST_KEYS = 3;

/** Adds one object; answers what is to be said of it, where there is anything. */
export function addObject(
  tally: VerifyTally,
  { key, versionId }: { key: string; versionId?: string },
  standing: ObjectStanding | { kind: 'unread'; code: string } | { kind: 'gone' },
): ObjectFinding | undefined {
  tally.read += 1;
  if (standing.kind === 'gone') tally.gone += 1;
  if (standing.kind === 'at-standard') tally.atStandard += 1;
  if (standing.kind === 'gone' || standing.kind === 'at-standard') return undefined;
  tally[standing.kind] += 1;
  const finding: ObjectFinding = {
    key,
    ...(versionId === undefined ? {} : { versionId }),
    ...saidOf(standing),
  };
  addCode(tally.codes, finding);
  return finding;
}

function saidOf(standing: Exclude<ObjectStanding, { kind: 'at-standard' }> | { kind: 'unread'; code: string }) {
  switch (standing.kind) {
    case 'below':
      return { standing: 'below' as const, code: standing.lacks, lacks: standing.lacks, method: standing.method };
    case 'left':
      return {
        standing: 'left' as const,
        code: standing.code,
        ...(standing.lacks === undefined ? {} : { lacks: standing.lacks }),
      };
    case 'unread':
      return { standing: 'unread' as const, code: standing.code };
  }
}

function addCode(codes: CodeTally[], { standing, code, key }: ObjectFinding): void {
  let tally = codes.find((each) => each.standing === standing && each.code === code);
  if (tally === undefined) codes.push((tally = { standing, code, count: 0, first: [] }));
  tally.count += 1;
  if (tally.first.length < FIRST_KEYS) tally.first.push(key);
}
