import {
  type GetObjectLegalHoldOutput,
  type GetObjectLegalHoldRequest,
  type GetObjectLockConfigurationOutput,
  type GetObjectLockConfigurationRequest,
  type GetObjectRetentionOutput,
  type GetObjectRetentionRequest,
  ObjectLockLegalHoldStatus,
  ObjectLockRetentionMode,
  type PutObjectLegalHoldRequest,
  type PutObjectLockConfigurationRequest,
  type PutObjectRetentionRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { checkEnumerated } from './enumerated.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { Retention, StoredObject } from './stored-object.ts';
import { requireObject } from './versions.ts';

/** The Object Lock headers of a write. */
export interface LockInput {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function putObjectLockConfiguration(s3: S3, input: PutObjectLockConfigurationRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const configuration = input.ObjectLockConfiguration;
  const byDefault = configuration?.Rule?.DefaultRetention;
  if (configuration?.ObjectLockEnabled !== 'Enabled') throw malformedXml();
  if (byDefault?.DefaultEventHold !== undefined) throw notEmulated('a default event hold');
  if (
    byDefault !== undefined &&
    (byDefault.Mode === undefined || (byDefault.Days === undefined) === (byDefault.Years === undefined))
  )
    throw malformedXml();
  checkEnumerated(ObjectLockRetentionMode, byDefault?.Mode, malformedXml);
  checkPeriod(byDefault?.Days, 36_500);
  checkPeriod(byDefault?.Years, 100);
  if (bucket.versioning !== 'Enabled') {
    throw new AwsError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  }
  bucket.objectLock = configuration;
}

/** 100 years at most, in days or years (S3 guide, "Configuring S3 Object Lock"). */
function checkPeriod(period: number | undefined, longest: number): void {
  if (period === undefined || (period >= 1 && period <= longest)) return;
  const message =
    period < 1
      ? 'Default retention period must be a positive integer value.'
      : `Default retention period is too long: ${longest} is the most, found ${period}`;
  throw new AwsError('InvalidRetentionPeriod', message, 400);
}

export function getObjectLockConfiguration(
  s3: S3,
  input: GetObjectLockConfigurationRequest,
  call: Call,
): GetObjectLockConfigurationOutput {
  const { objectLock } = s3.store.locate(input, call);
  if (objectLock === undefined) {
    throw new AwsError(
      'ObjectLockConfigurationNotFoundError',
      'Object Lock configuration does not exist for this bucket',
      404,
    );
  }
  return { ObjectLockConfiguration: objectLock };
}

export function putObjectRetention(s3: S3, input: PutObjectRetentionRequest, call: Call): void {
  const object = lockable(s3, input, call);
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  checkEnumerated(ObjectLockRetentionMode, mode, malformedXml);
  if ((mode === undefined) !== (until === undefined)) throw malformedXml();
  if (until !== undefined) checkFuture(until, s3.world.now(), 'RetainUntilDate');
  const next = mode === undefined || until === undefined ? undefined : { mode, until };
  const before = object.retention;
  const weaker = before !== undefined && (next === undefined || next.until < before.until || next.mode !== before.mode);
  if (
    weaker &&
    isRetained(object, s3.world.now()) &&
    !(before.mode === 'GOVERNANCE' && input.BypassGovernanceRetention === true)
  ) {
    throw accessDenied('Access Denied because object protected by object lock.');
  }
  object.retention = next;
}

export function getObjectRetention(s3: S3, input: GetObjectRetentionRequest, call: Call): GetObjectRetentionOutput {
  const { retention } = lockable(s3, input, call);
  if (retention === undefined) throw noLock();
  return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
}

export function putObjectLegalHold(s3: S3, input: PutObjectLegalHoldRequest, call: Call): void {
  const object = lockable(s3, input, call);
  const status = input.LegalHold?.Status;
  if (status === undefined) throw malformedXml();
  checkEnumerated(ObjectLockLegalHoldStatus, status, malformedXml);
  object.legalHold = status === 'ON';
}

export function getObjectLegalHold(s3: S3, input: GetObjectLegalHoldRequest, call: Call): GetObjectLegalHoldOutput {
  return { LegalHold: { Status: lockable(s3, input, call).legalHold ? 'ON' : 'OFF' } };
}

/** True while nobody may delete or re-encrypt the version. */
export function isLocked(object: StoredObject, now: Date): boolean {
  return object.legalHold || isRetained(object, now);
}

/** The lock that a new version gets: from the request, else the bucket's default retention. */
export function lockFor(
  bucket: Bucket,
  input: LockInput,
  now: Date,
): { retention: Retention | undefined; legalHold: boolean } {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  checkLockHeaders(mode, hold);
  const asked = mode !== undefined || until !== undefined || hold !== undefined;
  if (asked && bucket.objectLock === undefined) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'x-amz-object-lock-mode',
    );
  }
  if (until !== undefined) checkFuture(until, now, 'x-amz-object-lock-retain-until-date');
  const retention = mode === undefined || until === undefined ? defaultRetention(bucket, now) : { mode, until };
  return { retention, legalHold: hold === 'ON' };
}

function checkFuture(until: Date, now: Date, name: string): void {
  if (until <= now) throw invalidArgument('The retain until date must be in the future!', name, until.toISOString());
}

function checkLockHeaders(mode: string | undefined, hold: string | undefined): void {
  checkEnumerated(ObjectLockRetentionMode, mode, (given) =>
    invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', given),
  );
  checkEnumerated(ObjectLockLegalHoldStatus, hold, (given) =>
    invalidArgument('Legal Hold must be either of ON or OFF', 'x-amz-object-lock-legal-hold', given),
  );
}

function defaultRetention(bucket: Bucket, now: Date): Retention | undefined {
  const { Mode: mode, Days: days, Years: years } = bucket.objectLock?.Rule?.DefaultRetention ?? {};
  if (mode === undefined) return undefined;
  return { mode, until: new Date(now.getTime() + (days ?? (years ?? 0) * 365) * DAY_MS) };
}

function isRetained(object: StoredObject, now: Date): boolean {
  return object.retention !== undefined && object.retention.until > now;
}

interface ObjectInput {
  readonly Bucket: string | undefined;
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

function lockable(s3: S3, input: ObjectInput, call: Call): StoredObject {
  const bucket = s3.store.locate(input, call);
  if (bucket.objectLock === undefined) throw invalidRequest('Bucket is missing Object Lock Configuration');
  return requireObject(bucket, input.Key ?? '', input.VersionId);
}

function noLock(): AwsError {
  return new AwsError(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    404,
  );
}
