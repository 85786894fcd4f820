import { type ObjectsStandard, standingOfObject } from '../../src/policy/plan/object-standing.ts';
import type { VerifyDeps, VerifyName, VerifyReading, VerifyStart } from '../../src/runtime/verify-deps.ts';
import { createAdaptiveSlots } from './adaptive-slots.ts';
import { addObject, type ObjectFinding, type VerifyTally } from './verify-tally.ts';

interface Verified {
  wanted: ObjectsStandard;
  versions: boolean;
  /** How many objects are read at a time, at the most. */
  concurrency: number;
  after?: VerifyStart;
  /** Is added to, a whole page at a time. */
  tally: VerifyTally;
  signal: AbortSignal;
}

interface Deps extends Pick<VerifyDeps, 'head' | 'pages'> {
  /** Is told of each page once all of it was read. `next` is where the one after it begins. */
  onPage: (findings: ObjectFinding[], next: VerifyStart | undefined) => void;
}

/**
 * Reads every object, or every version, and compares it with the standard, a page of at most 1,000 after the other: their number costs no memory.
 * False where it was interrupted, which loses the page at hand and nothing else. Throws the SDK's error where the bucket cannot be listed, or nobody answers.
 */
export async function verifyObjects(
  { wanted, versions, concurrency, after, tally, signal }: Verified,
  { pages, head, onPage }: Deps,
): Promise<boolean> {
  const slots = createAdaptiveSlots(concurrency);
  const list = (after?: VerifyStart) => (versions ? pages.versions(wanted, after) : pages.current(wanted, after));
  const read = (each: VerifyName) =>
    slots.run(() => {
      signal.throwIfAborted();
      return head(wanted, each);
    }, wasThrottled);
  let start = after;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { objects, next } = await list(start);
      const readings = await Promise.all(objects.map(read));
      const findings = objects.flatMap((each, index) => add(tally, each, readings[index], wanted) ?? []);
      onPage(findings, next);
      if (next === undefined) return true;
      start = next;
    }
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function add(
  tally: VerifyTally,
  listed: VerifyName,
  reading: VerifyReading | undefined,
  wanted: ObjectsStandard,
): ObjectFinding | undefined {
  if (reading === undefined) return undefined;
  if (reading.kind !== 'read') return addObject(tally, listed, reading);
  if (isOther(listed, reading)) tally.changed += 1;
  return addObject(tally, listed, standingOfObject(reading.object, wanted));
}

/** Replaced since it was listed: an update of its encryption changes neither. HeadObject has whole seconds. */
function isOther(listed: VerifyName, { etag, lastModifiedMs }: Extract<VerifyReading, { kind: 'read' }>): boolean {
  if (etag === undefined || listed.etag === undefined) return false;
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : Math.floor(ms / 1_000));
  return etag !== listed.etag || seconds(lastModifiedMs) !== seconds(listed.lastModifiedMs);
}

/** The SDK has tried again by itself, or has given up. */
function wasThrottled(reading: VerifyReading): boolean {
  return reading.kind === 'read' ? reading.attempts > 1 : reading.kind === 'unread' && reading.code === 'SlowDown';
}
