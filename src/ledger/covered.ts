import { keyForm } from '../policy/keys/key-form.ts';
import type { Encryption } from '../policy/model.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import { writesAlike } from '../policy/same-encryption.ts';
import type { CoveredWindow } from './bucket-item.ts';

/** How long a covered window is remembered. An older event brings a fresh look and never a window: nobody knows what was done for it. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Far more than a bucket has in 30 days, and far below DynamoDB's 400 KB an item. */
const MOST_WINDOWS = 500;
/** A rule is in force a little before its event says so: what remains of the margin is for that. */
const EVENT_MS = 60_000;

/** Since when the jobs of a window look for objects, as surely as an event can tell: their filter has the margin. */
function reachMs({ from }: CoveredWindow): number {
  return Date.parse(from) - CLOCK_MARGIN_MS + EVENT_MS;
}

/**
 * True where the objects that were written since this drift (ISO 8601) under this rule have been planned already; without a rule, those under
 * any. A drift in the margin of a window is the same work: its objects are in the jobs.
 */
export function isCovered(covered: readonly CoveredWindow[] | undefined, at: string, rule?: Encryption): boolean {
  const atMs = Date.parse(at);
  // An event tells whole seconds: the same second as the beginning is the same event.
  return (covered ?? []).some(
    (window) => looksFor(window.rule, rule) && reachMs(window) <= atMs && atMs <= Date.parse(window.to),
  );
}

/** True where jobs for what was written under `planned` (nothing: under any rule) find what was written under `rule`: a key that is not named by its ARN is no part of a filter. */
function looksFor(planned: Encryption | undefined, rule: Encryption | undefined): boolean {
  if (planned === undefined || rule === undefined || writesAlike(planned, rule)) return true;
  return planned.algorithm === 'aws:kms' && rule.algorithm === 'aws:kms' && keyForm(planned.keyId).kind !== 'arn';
}

/** True for a drift so long ago that what was done for it is not remembered any more. */
export function isForgotten(at: string, now: Date): boolean {
  return Date.parse(at) < now.getTime() - KEPT_MS;
}

/**
 * The windows with some more: those of one rule that overlap, the margin of their jobs included, become one, and those that ended more than 30
 * days ago go.
 */
export function withCovered(
  covered: readonly CoveredWindow[] | undefined,
  windows: readonly CoveredWindow[],
  now: Date,
): CoveredWindow[] {
  const merged: CoveredWindow[] = [];
  for (const each of [...(covered ?? []), ...windows].toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))) {
    const last = merged.findLast(({ rule }) => isOfRule(rule, each.rule));
    if (last === undefined || reachMs(each) > Date.parse(last.to)) merged.push({ ...each });
    else if (Date.parse(each.to) > Date.parse(last.to)) last.to = each.to;
  }
  return merged.filter(({ to }) => !isForgotten(to, now)).slice(-MOST_WINDOWS);
}

function isOfRule(a: Encryption | undefined, b: Encryption | undefined): boolean {
  return a === undefined || b === undefined ? a === b : writesAlike(a, b);
}
