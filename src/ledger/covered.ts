import type { CoveredWindow } from './bucket-item.ts';

/** How long a covered window is remembered. An older event brings a fresh look and never a window: nobody knows what was done for it. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Far more than a bucket has in 30 days, and far below DynamoDB's 400 KB an item. */
const MOST_WINDOWS = 500;

/** True where the objects that were written since this drift (ISO 8601) have been planned already. */
export function isCovered(covered: readonly CoveredWindow[] | undefined, at: string): boolean {
  const atMs = Date.parse(at);
  // An event tells whole seconds: the same second as the beginning is the same event.
  return (covered ?? []).some(({ from, to }) => Date.parse(from) <= atMs && atMs <= Date.parse(to));
}

/** True for a drift so long ago that what was done for it is not remembered any more. */
export function isForgotten(at: string, now: Date): boolean {
  return Date.parse(at) < now.getTime() - KEPT_MS;
}

/** The windows with one more: overlapping ones become one, and those that ended more than 30 days ago go. */
export function withCovered(
  covered: readonly CoveredWindow[] | undefined,
  window: CoveredWindow,
  now: Date,
): CoveredWindow[] {
  const merged: CoveredWindow[] = [];
  const sorted = [...(covered ?? []), window].toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  for (const each of sorted) {
    const last = merged.at(-1);
    if (last === undefined || Date.parse(each.from) > Date.parse(last.to)) merged.push({ ...each });
    else if (Date.parse(each.to) > Date.parse(last.to)) last.to = each.to;
  }
  return merged.filter(({ to }) => !isForgotten(to, now)).slice(-MOST_WINDOWS);
}
