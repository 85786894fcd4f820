import {
  type DefaultRetention,
  type EventHoldDuration,
  ObjectLockEventHold,
  ObjectLockLegalHoldStatus,
  type ObjectLockRetention,
  ObjectLockRetentionMode,
} from '@aws-sdk/client-s3';
import { AwsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { checkEnumerated } from './enumerated.ts';
import { invalidArgument, invalidRequest, malformedXml } from './s3-error.ts';
import type { Retention, StoredObject } from './stored-object.ts';

/** The Object Lock headers of a write. */
export interface LockInput {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined;
  readonly ObjectLockEventHold?: 'ON' | 'OFF' | undefined;
  readonly ObjectLockEventHoldDurationDays?: number | undefined;
  readonly ObjectLockEventHoldDurationYears?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** True while nobody may delete or re-encrypt the version. That an event hold keeps UpdateObjectEncryption off is unconfirmed (aws-facts 14). */
export function isLocked(object: StoredObject, now: Date): boolean {
  return object.legalHold || isRetained(object.retention, now);
}

export function isRetained(retention: Retention | undefined, now: Date): boolean {
  if (retention === undefined) return false;
  return retention.eventHold !== undefined || (retention.until !== undefined && retention.until > now);
}

/** The lock that a new version gets: from the request, else the bucket's defaults. */
export function lockFor(
  bucket: Bucket,
  input: LockInput,
  now: Date,
): { retention: Retention | undefined; legalHold: boolean } {
  checkLockHeaders(bucket, input, now);
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: legalHold } = input;
  const byDefault = defaultRetention(bucket, now);
  const eventHold = input.ObjectLockEventHold === 'ON' ? durationOf(input) : undefined;
  const isOwn = mode !== undefined || eventHold !== undefined;
  const own = { mode: mode ?? byDefault?.mode, until, eventHold };
  if (isOwn && own.mode === undefined) throw modeMissing();
  const retention = isOwn && own.mode !== undefined ? { ...own, mode: own.mode } : byDefault;
  return { retention, legalHold: legalHold === 'ON' };
}

/** The retention after a PutObjectRetention; undefined removes it. Releasing an event hold retains for its duration from now on (S3 guide, "Retention periods"). */
export function nextRetention(
  before: Retention | undefined,
  asked: ObjectLockRetention | undefined,
  now: Date,
): Retention | undefined {
  const {
    Mode: mode = before?.mode,
    RetainUntilDate: until,
    EventHold: hold,
    EventHoldDuration: duration,
  } = asked ?? {};
  checkEnumerated(ObjectLockRetentionMode, asked?.Mode, malformedXml);
  checkEnumerated(ObjectLockEventHold, hold, malformedXml);
  if (hold === undefined && (asked?.Mode === undefined) !== (until === undefined)) throw malformedXml();
  if (until !== undefined) checkFuture(until, now, 'RetainUntilDate');
  if (duration !== undefined) checkDuration(duration);
  if (hold === undefined && until === undefined) return undefined;
  if (mode === undefined) throw modeMissing();
  const kept = until ?? before?.until;
  if (hold === 'OFF') {
    const held = before?.eventHold && (duration ?? before.eventHold);
    return { mode, until: held === undefined ? kept : later(kept, after(held, now)), eventHold: undefined };
  }
  const eventHold = hold === 'ON' ? (duration ?? before?.eventHold) : before?.eventHold;
  if (hold === 'ON' && eventHold === undefined) throw invalidRequest('An event hold needs an EventHoldDuration');
  return { mode, until: kept, eventHold };
}

/** Whether the second protects less than the first: shorter, in another mode, or not at all. */
export function isWeaker(before: Retention, next: Retention | undefined): boolean {
  if (next === undefined || next.mode !== before.mode) return true;
  if ((next.until?.getTime() ?? 0) < (before.until?.getTime() ?? 0)) return true;
  return (
    before.eventHold !== undefined && next.eventHold !== undefined && daysOf(next.eventHold) < daysOf(before.eventHold)
  );
}

/** What a bucket lays on new objects: a period, an event hold, or both, in a mode (API DefaultRetention). */
export function checkDefaultRetention(byDefault: DefaultRetention | undefined): void {
  if (byDefault === undefined) return;
  const { Mode: mode, Days: days, Years: years, DefaultEventHold: hold } = byDefault;
  checkEnumerated(ObjectLockRetentionMode, mode, malformedXml);
  const hasPeriod = days !== undefined || years !== undefined;
  if (mode === undefined || (!hasPeriod && hold === undefined)) throw malformedXml();
  if (hasPeriod) checkPeriod({ Days: days, Years: years }, 'Default retention period');
  if (hold !== undefined) checkDuration(hold);
}

/** The answer of GetObjectRetention. */
export function printRetention({ mode, until, eventHold }: Retention): ObjectLockRetention {
  const hold = eventHold === undefined ? {} : { EventHold: ObjectLockEventHold.ON, EventHoldDuration: eventHold };
  return { Mode: mode, RetainUntilDate: until, ...hold };
}

function defaultRetention(bucket: Bucket, now: Date): Retention | undefined {
  const { Mode: mode, DefaultEventHold: eventHold, ...period } = bucket.objectLock?.Rule?.DefaultRetention ?? {};
  if (mode === undefined) return undefined;
  const hasPeriod = period.Days !== undefined || period.Years !== undefined;
  return { mode, until: hasPeriod ? after(period, now) : undefined, eventHold };
}

function checkLockHeaders(bucket: Bucket, input: LockInput, now: Date): void {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: legalHold } = input;
  checkEnumerated(ObjectLockRetentionMode, mode, (given) =>
    invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', given),
  );
  checkEnumerated(ObjectLockLegalHoldStatus, legalHold, (given) =>
    invalidArgument('Legal Hold must be either of ON or OFF', 'x-amz-object-lock-legal-hold', given),
  );
  checkEnumerated(ObjectLockEventHold, input.ObjectLockEventHold, (given) =>
    invalidArgument('Event Hold must be either of ON or OFF', 'x-amz-object-lock-event-hold', given),
  );
  const asked = [mode, until, legalHold, input.ObjectLockEventHold].some((value) => value !== undefined);
  if (asked && bucket.objectLock === undefined) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if (until === undefined ? mode !== undefined && input.ObjectLockEventHold !== 'ON' : mode === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'x-amz-object-lock-mode',
    );
  }
  if (until !== undefined) checkFuture(until, now, 'x-amz-object-lock-retain-until-date');
}

function durationOf(input: LockInput): EventHoldDuration {
  const duration = { Days: input.ObjectLockEventHoldDurationDays, Years: input.ObjectLockEventHoldDurationYears };
  checkDuration(duration);
  return duration;
}

/** In days or in years, not in both (API EventHoldDuration). */
function checkDuration(duration: EventHoldDuration): void {
  checkPeriod(duration, 'Event hold duration');
}

/** 100 years at most, in days or years (S3 guide, "Configuring S3 Object Lock"). */
function checkPeriod({ Days: days, Years: years }: EventHoldDuration, what: string): void {
  if ((days === undefined) === (years === undefined)) throw malformedXml();
  const [period = 0, longest] = days === undefined ? [years, 100] : [days, 36_500];
  if (period >= 1 && period <= longest) return;
  const message =
    period < 1
      ? `${what} must be a positive integer value.`
      : `${what} is too long: ${longest} is the most, found ${period}`;
  throw new AwsError('InvalidRetentionPeriod', message, 400);
}

function checkFuture(until: Date, now: Date, name: string): void {
  if (until <= now) throw invalidArgument('The retain until date must be in the future!', name, until.toISOString());
}

/** AWS documents no retention without a mode; what it answers to an event hold without one is not stated. */
function modeMissing(): AwsError {
  return invalidRequest('An event hold needs an Object Lock mode');
}

function later(one: Date | undefined, other: Date): Date {
  return one !== undefined && one > other ? one : other;
}

function after(duration: EventHoldDuration, now: Date): Date {
  return new Date(now.getTime() + daysOf(duration) * DAY_MS);
}

function daysOf({ Days: days, Years: years = 0 }: EventHoldDuration): number {
  return days ?? years * 365;
}
