import {
  type GetObjectLegalHoldOutput,
  type GetObjectLegalHoldRequest,
  type GetObjectLockConfigurationOutput,
  type GetObjectLockConfigurationRequest,
  type GetObjectRetentionOutput,
  type GetObjectRetentionRequest,
  ObjectLockLegalHoldStatus,
  type PutObjectLegalHoldRequest,
  type PutObjectLockConfigurationRequest,
  type PutObjectRetentionRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { checkEnumerated } from './enumerated.ts';
import { checkDefaultRetention, isRetained, isWeaker, nextRetention, printRetention } from './retention.ts';
import { accessDenied, invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';
import { requireObject } from './versions.ts';

export function putObjectLockConfiguration(s3: S3, input: PutObjectLockConfigurationRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const configuration = input.ObjectLockConfiguration;
  const byDefault = configuration?.Rule?.DefaultRetention;
  if (configuration?.ObjectLockEnabled !== 'Enabled') throw malformedXml();
  checkDefaultRetention(byDefault);
  if (bucket.versioning !== 'Enabled') {
    throw new AwsError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      409,
    );
  }
  bucket.objectLock = configuration;
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
  const now = s3.world.now();
  const before = object.retention;
  const next = nextRetention(before, input.Retention, now);
  const mayWeaken = before?.mode === 'GOVERNANCE' && input.BypassGovernanceRetention === true;
  if (before !== undefined && isRetained(before, now) && isWeaker(before, next) && !mayWeaken)
    throw accessDenied('Access Denied because object protected by object lock.');
  object.retention = next;
}

export function getObjectRetention(s3: S3, input: GetObjectRetentionRequest, call: Call): GetObjectRetentionOutput {
  const { retention } = lockable(s3, input, call);
  if (retention === undefined) throw noLock();
  return { Retention: printRetention(retention) };
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
