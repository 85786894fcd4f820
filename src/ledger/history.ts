import type { History } from '../policy/facts.ts';
import { exceptionTagOf } from '../policy/ruling/exception-tag.ts';
import type { BucketItem } from './bucket-item.ts';
import { isSeen } from './of-living-bucket.ts';
import { livingRepairs } from './repairs.ts';
import { whenceOf } from './shapes.ts';
import { present } from '../present.ts';

/** What the ledger remembers of a bucket, as verdicts rest on it, with what a complete sweep has just seen of access logs. */
export function historyOf(item: BucketItem, logSources: History['logSources'] | undefined): History {
  const { acknowledgedAt, lastDrift, flappingSince, tagHistory, aclWriters } = item;
  // Older versions kept no history.
  const exceptionTag = tagHistory === undefined ? item.exceptionTag : exceptionTagOf(tagHistory);
  // A rollback that may have been half done holds as well.
  const held = item.rolledBack ?? item.rollingBack;
  return {
    // Where an invocation died, nobody knows whether it wrote: such an entry is kept for a rollback and counts for nothing here.
    repairs: livingRepairs(item)
      .filter(({ reasons }) => reasons !== undefined)
      .map(({ at, driftAt, cause, causeId, ...repair }) => ({
        at: driftAt ?? at,
        repairedAt: at,
        cause,
        causeId,
        ...whenceOf(repair),
      })),
    logSources: logSources ?? item.logSources ?? [],
    ...present({
      rolledBack: held && { at: held.at, by: held.by },
      acknowledgedAt,
      lastDrift,
      flappingSince,
      aclWriters,
      // An empty value is the record of a tag that was taken away.
      exceptionTag: exceptionTag?.value === '' ? undefined : exceptionTag,
      tagHistory,
      isSeen: isSeen(item) ? true : undefined,
      rev: item.rev,
    }),
  };
}
