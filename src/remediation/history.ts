import type { BucketItem, Repair } from '../aws/ledger/ledger-item.ts';
import type { BucketFact } from '../intake/fact.ts';
import type { Drift, History } from '../policy/facts.ts';

/** What the ledger remembers of a bucket, with what a complete sweep has just seen of access logs. */
export function historyOf(item: BucketItem, { logSources }: Pick<BucketFact, 'logSources'>): History {
  const { acknowledgedAt, lastDrift, flappingSince, exceptionTag } = item;
  // A rollback that may have been half done holds as well.
  const held = item.rolledBack ?? item.rollingBack;
  return {
    // Where an invocation died, nobody knows whether it wrote: such an entry is kept for a rollback and counts for nothing.
    repairs: (item.repairs ?? []).filter(isCertain).map(({ at, driftAt, cause, causeId, ...told }) => ({
      at: driftAt ?? at,
      repairedAt: at,
      cause,
      causeId,
      ...whenceOf(told),
    })),
    logSources: logSources ?? item.logSources ?? [],
    ...(held === undefined ? {} : { rolledBack: { at: held.at, by: held.by } }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(lastDrift === undefined ? {} : { lastDrift }),
    ...(flappingSince === undefined ? {} : { flappingSince }),
    // An empty value is the record of a tag that was taken away.
    ...(exceptionTag === undefined || exceptionTag.value === '' ? {} : { exceptionTag }),
  };
}

function isCertain({ reasons }: Repair): boolean {
  return reasons !== undefined;
}

/** Who drifted the bucket, from where and with what: the parts of it that were told. */
export function whenceOf({
  actor,
  sourceAddress,
  userAgent,
}: Pick<Drift, 'actor' | 'sourceAddress' | 'userAgent'>): Pick<Drift, 'actor' | 'sourceAddress' | 'userAgent'> {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
