import type { WritersTable } from '../aws/ledger/writers-table.ts';
import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import { bucketText } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import type { BucketItem } from '../ledger/bucket-item.ts';
import { earliest } from '../ledger/drift.ts';
import { type Reopening, writtenBelow } from '../ledger/reopened.ts';
import { type ClientWrite, writersAfter } from '../ledger/writers-item.ts';
import type { Encryption } from '../policy/model.ts';
import { isKnownApplied, ruleOfWrite, writeStanding } from '../policy/write-standing.ts';
import type { Log } from './deps.ts';

export interface CountDeps {
  ledger: Pick<BucketTable, 'read'>;
  writers: WritersTable;
  log: Log;
  now: () => Date;
}

/** Each try is lost to somebody who was faster. */
const MOST_TRIES = 4;

/**
 * The story of writes of one bucket that did not leave their encryption to its default: who wrote is counted, and what may be below the standard is due from the first of them on.
 * The next sweep looks for it, once, however many there were. Throws ResealError ledger-failed, retryable, where somebody works on the bucket.
 */
export async function countWrites(
  writes: readonly ClientWrite[],
  deps: CountDeps,
): Promise<{ kind: 'counted'; writes: number }> {
  const [first] = writes;
  if (first === undefined) return { kind: 'counted', writes: 0 };
  const { bucket, account, region } = first;
  const id = { bucket, account, region };
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const [known, item] = await Promise.all([deps.writers.read(id), deps.ledger.read(id)]);
    const now = deps.now();
    const standing = (applied: string) => writeStanding(applied, item.standardAlgorithm);
    const judging = { standing, now: now.toISOString() };
    const after = writersAfter(known ?? { ...id, writers: [] }, writes, judging);
    const reopening = openedBy(writes, item);
    const rev = known?.rev;
    const next = { ...after, ...(rev === undefined ? {} : { rev }) };
    if (await deps.writers.write(next, { reopening, nowMs: now.getTime() })) {
      sayOdd(writes, deps.log);
      return { kind: 'counted', writes: writes.length };
    }
  }
  const message = `the writes of bucket ${bucket} are not counted yet: somebody else writes its items`;
  throw new ResealError('ledger-failed', message, { retryable: true, bucket: bucketText(id) });
}

/** What is not known is named: it may be a kind of encryption that is newer than this version, or an event without the member. */
function sayOdd(writes: readonly ClientWrite[], log: Log): void {
  for (const [applied, its] of Map.groupBy(writes, (write) => write.applied)) {
    const [first] = its;
    if (isKnownApplied(applied) || first === undefined) continue;
    const { principal, key, at } = first;
    log.warn('encryption of a write not known', {
      bucket: bucketText(first),
      applied,
      writes: its.length,
      principal,
      key,
      at,
    });
  }
}

/** What is due after these writes and was not before. */
function openedBy(writes: readonly ClientWrite[], item: BucketItem): Reopening | undefined {
  let known = item;
  let opened: Reopening | undefined;
  for (const { at, rule } of firstOfRules(writes, item)) {
    const more = writtenBelow(known, at, rule);
    if (more === undefined) continue;
    opened = { set: { ...opened?.set, ...more.set }, remove: [], rev: item.rev };
    known = { ...known, ...more.set };
  }
  return opened;
}

/** The first write under each rule that may be below. */
function firstOfRules(
  writes: readonly ClientWrite[],
  { standardAlgorithm }: BucketItem,
): { at: string; rule: Encryption }[] {
  return [...Map.groupBy(writes, ({ applied }) => applied)].flatMap(([applied, its]) => {
    const rule = ruleOfWrite(applied);
    const at = earliest(its.map((each) => each.at));
    const isRight = writeStanding(applied, standardAlgorithm) === 'right';
    return rule === undefined || at === undefined || isRight ? [] : [{ at, rule }];
  });
}
