import { causeRow } from '../cause.ts';
import type { PolicyDocument } from './document/document.ts';
import type { Drift, History, PastRepair } from './facts.ts';
import type { BucketState, Reason } from './model.ts';

/** So many `repairs` of drift by one principal within so many `hours` are flapping. */
type FlappingLimits = PolicyDocument['limits']['flapping'];

interface Held {
  history: History;
  state: BucketState;
  limits: FlappingLimits;
  now: Date;
}

/** What people put back, or somebody takes away again and again, is not repaired, whatever the repair would be. */
export function historyHolds(held: Held): Reason[] {
  return [...rolledBack(held), ...flapping(held)];
}

/** What people put back on purpose is not taken away from them again before they say so. */
function rolledBack({ history, state: { bucket, region } }: Held): Reason[] {
  if (history.rolledBack === undefined) return [];
  const { by, at } = history.rolledBack;
  const message = `Bucket ${bucket} was rolled back by ${by} at ${at}: it is left alone until somebody runs reseal acknowledge ${bucket} --region ${region} --table LEDGER_TABLE.`;
  return [{ code: 'rolled-back', message }];
}

const HOUR_MS = 60 * 60 * 1000;

/**
 * Somebody takes the encryption away as often as Reseal restores it: one more repair would not be the last. Held until
 * somebody acknowledges, or nobody has taken anything away for as long as the limit looks back.
 */
function flapping({ history, state, limits, now }: Held): Reason[] {
  const since = Math.max(now.getTime() - limits.hours * HOUR_MS, Date.parse(history.acknowledgedAt ?? '') || 0);
  const answered = history.repairs.filter((repair) => repair.actor !== undefined && causeRow(repair.cause).takesAway);
  const recent = answered.filter(({ repairedAt }) => Date.parse(repairedAt) > since);
  const counted = Map.groupBy(recent, ({ actor }) => actor);
  const repairs = [...counted.values()].find((each) => each.length >= limits.repairs);
  if (repairs !== undefined) return [reason(state, repairs, limits)];
  return stillFlapping(history, answered, since) ? [reason(state, answered.slice(-limits.repairs), limits)] : [];
}

/** The repairs are too old to count, but while the bucket was held, somebody went on. */
function stillFlapping({ flappingSince, lastDrift }: History, answered: readonly PastRepair[], since: number): boolean {
  if (flappingSince === undefined || lastDrift === undefined || answered.length === 0) return false;
  return causeRow(lastDrift.cause).takesAway && Date.parse(lastDrift.at) > since;
}

function reason({ bucket, region }: BucketState, repairs: readonly PastRepair[], { hours }: FlappingLimits): Reason {
  const last = repairs.at(-1);
  const events = repairs.map(({ causeId }) => causeId).join(', ');
  const message =
    `The encryption of bucket ${bucket} was taken away ${repairs.length} times in ${hours} hours by ${last?.actor ?? 'somebody'}` +
    `${last === undefined ? '' : whence(last)} (events ${events}): find out why, then run reseal acknowledge ${bucket} --region ${region} --table LEDGER_TABLE.`;
  return { code: 'flapping', message };
}

function whence({ sourceAddress, userAgent }: Drift): string {
  const address = sourceAddress === undefined ? '' : ` from ${sourceAddress}`;
  return `${address}${userAgent === undefined ? '' : ` with ${userAgent}`}`;
}
