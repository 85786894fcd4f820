import type { BucketItem } from '../aws/ledger-item.ts';
import type { BucketFact } from '../intake/fact.ts';
import type { Drift, History } from '../policy/facts.ts';

/** What the ledger remembers of a bucket, with what a complete sweep has just seen of access logs. */
export function historyOf(item: BucketItem, { logSources }: Pick<BucketFact, 'logSources'>): History {
  const { rolledBack, acknowledgedAt, lastDrift, flappingSince, exceptionTag } = item;
  return {
    repairs: (item.repairs ?? []).map(({ at, driftAt, cause, causeId, ...told }) => ({
      at: driftAt ?? at,
      repairedAt: at,
      cause,
      causeId,
      ...whenceOf(told),
    })),
    logSources: logSources ?? item.logSources ?? [],
    ...(rolledBack === undefined ? {} : { rolledBack }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(lastDrift === undefined ? {} : { lastDrift }),
    ...(flappingSince === undefined ? {} : { flappingSince }),
    // An empty value is the record of a tag that was taken away.
    ...(exceptionTag === undefined || exceptionTag.value === '' ? {} : { exceptionTag }),
  };
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
