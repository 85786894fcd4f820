import type { ObjectStanding } from '../../src/policy/plan/object-standing.ts';

/** What verify says of one object that is not at its standard, or could not be read: a line of the findings. */
export interface ObjectFinding {
  key: string;
  versionId?: string;
  /** below: a job can mend it. left: none does. unread: nobody knows. */
  standing: 'below' | 'left' | 'unread';
  /** What it lacks, why no job mends it, or the code with which S3 refused. */
  code: string;
  lacks?: string;
  method?: string;
}

/** How many there are of a code, and the first of them. */
export interface CodeTally {
  standing: ObjectFinding['standing'];
  code: string;
  count: number;
  first: string[];
}

/** The counts of a bucket's objects; they do not grow with the bucket. */
export interface VerifyTally {
  read: number;
  atStandard: number;
  below: number;
  left: number;
  unread: number;
  /** Deleted since they were listed. */
  gone: number;
  /** Replaced since they were listed: what was read is what is there now. */
  changed: number;
  codes: CodeTally[];
}

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
