import type { Drift, History, PastRepair } from './facts.ts';
import type { BucketState, Reason } from './model.ts';

export interface FlappingLimits {
  /** So many repairs ... */
  repairs: number;
  /** ... of drift by one principal within so many hours are flapping. */
  hours: number;
}

interface Flapping {
  history: History;
  state: BucketState;
  limits: FlappingLimits;
  now: Date;
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * Somebody takes the encryption away as often as Reseal restores it: one more repair would not be the last. Held until
 * somebody acknowledges, or nobody has taken anything away for as long as the limit looks back.
 */
export function flappingHold({ history, state, limits, now }: Flapping): Reason[] {
  const since = Math.max(now.getTime() - limits.hours * HOUR_MS, Date.parse(history.acknowledgedAt ?? '') || 0);
  const answered = history.repairs.filter((repair) => repair.actor !== undefined && takesAway(repair));
  const counted = byActor(answered.filter(({ repairedAt }) => Date.parse(repairedAt) > since));
  const flapping = [...counted.values()].find((repairs) => repairs.length >= limits.repairs);
  if (flapping !== undefined) return [reason(state, flapping, limits)];
  return stillFlapping(history, answered, since) ? [reason(state, answered.slice(-limits.repairs), limits)] : [];
}

/** The repairs are too old to count, but while the bucket was held, somebody went on. */
function stillFlapping({ flappingSince, lastDrift }: History, answered: readonly PastRepair[], since: number): boolean {
  if (flappingSince === undefined || lastDrift === undefined || answered.length === 0) return false;
  return takesAway(lastDrift) && Date.parse(lastDrift.at) > since;
}

/** Whoever makes a bucket takes nothing away: buckets of a pipeline come and go, and each begins as SSE-S3. */
function takesAway({ cause }: Drift): boolean {
  return cause === 'encryption-deleted' || cause === 'encryption-put';
}

function byActor(repairs: readonly PastRepair[]): Map<string, PastRepair[]> {
  const actors = new Map<string, PastRepair[]>();
  for (const repair of repairs) {
    const actor = repair.actor ?? '';
    actors.set(actor, [...(actors.get(actor) ?? []), repair]);
  }
  return actors;
}

function reason({ bucket, region }: BucketState, repairs: readonly PastRepair[], { hours }: FlappingLimits): Reason {
  const last = repairs.at(-1);
  const events = repairs.map(({ causeId }) => causeId).join(', ');
  return {
    code: 'flapping',
    message:
      `The encryption of bucket ${bucket} was taken away ${repairs.length} times in ${hours} hours by ${last?.actor ?? 'somebody'}` +
      `${last === undefined ? '' : whence(last)} (events ${events}): find out why, then run reseal acknowledge ${bucket} --region ${region} --table LEDGER_TABLE.`,
  };
}

function whence({ sourceAddress, userAgent }: Drift): string {
  const address = sourceAddress === undefined ? '' : ` from ${sourceAddress}`;
  return `${address}${userAgent === undefined ? '' : ` with ${userAgent}`}`;
}
