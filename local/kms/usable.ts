import { AwsError } from '../errors.ts';
import type { KeyRecord } from './key-record.ts';

/** Throws what KMS answers where a key cannot encrypt: DisabledException, KMSInvalidStateException or InvalidKeyUsageException. */
export function assertUsable(key: KeyRecord): void {
  const problem = problemOf(key);
  if (problem !== undefined) throw new AwsError(problem.code, problem.message, 400);
}

/** The same as S3 names it: every code has the prefix `KMS.` (S3 API, Error responses; all 400). */
export function assertUsableByS3(key: KeyRecord): void {
  const problem = problemOf(key);
  if (problem !== undefined) throw new AwsError(`KMS.${problem.code}`, problem.message, 400);
}

function problemOf(key: KeyRecord): { code: string; message: string } | undefined {
  if (key.state === 'Disabled') return { code: 'DisabledException', message: `${key.arn} is disabled.` };
  if (key.state === 'PendingDeletion')
    return { code: 'KMSInvalidStateException', message: `${key.arn} is pending deletion.` };
  if (key.state !== 'Enabled') return { code: 'KMSInvalidStateException', message: `${key.arn} is ${key.state}.` };
  if (key.usage === 'ENCRYPT_DECRYPT' && key.spec === 'SYMMETRIC_DEFAULT') return undefined;
  return {
    code: 'InvalidKeyUsageException',
    message: `${key.arn} has key usage ${key.usage} and key spec ${key.spec}, which is not valid for this operation.`,
  };
}
