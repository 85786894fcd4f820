import type { EncryptionTarget, ObjectOutcome } from './object-task.ts';

/** What the headers of an answer say of an object's encryption; nothing where it is not encrypted. */
export interface AppliedEncryption {
  algorithm?: string;
  keyId?: string;
  bucketKey: boolean;
}

/** True where an object has all that it shall have; a bucket key that nobody asked for takes nothing from it. */
export function hasEncryption({ algorithm, keyId, bucketKey }: AppliedEncryption, target: EncryptionTarget): boolean {
  if (algorithm !== target.algorithm) return false;
  if (algorithm === 'AES256') return true;
  if (keyId !== target.keyArn) return false;
  // DSSE-KMS knows no bucket key (S3 guide, "Using dual-layer server-side encryption").
  return algorithm === 'aws:kms:dsse' || !target.bucketKey || bucketKey;
}

/** Undefined where S3 encrypts as it was asked to. */
export function otherEncryption(applied: AppliedEncryption, target: EncryptionTarget): ObjectOutcome | undefined {
  if (hasEncryption(applied, target)) return undefined;
  const why = `S3 was asked for ${inWords(target.algorithm, target.keyArn, target.bucketKey)} and answers ${inWords(applied.algorithm, applied.keyId, applied.bucketKey)}`;
  return { kind: 'failed', code: 'EncryptionNotApplied', why };
}

function inWords(algorithm = 'no encryption', key: string | undefined, bucketKey: boolean): string {
  return [algorithm, ...(key === undefined ? [] : [`under ${key}`]), ...(bucketKey ? ['with a bucket key'] : [])].join(
    ' ',
  );
}
