import { present } from '../present.ts';
import type { Encryption } from './model.ts';

/** True where two rules mean the same to S3: for reading back what was written. A missing Bucket Key is an off one. */
export function sameEncryption(a: Encryption, b: Encryption): boolean {
  return (
    a.algorithm === b.algorithm &&
    a.keyId === b.keyId &&
    (a.bucketKey ?? false) === (b.bucketKey ?? false) &&
    sameMembers(blockedTypes(a), blockedTypes(b))
  );
}

/** True where objects are encrypted alike under two rules: what a rule blocks changes no object, and a bucket without one has SSE-S3. */
export function writesAlike(a: Encryption, b: Encryption): boolean {
  const ofObjects = ({ algorithm = 'AES256', keyId, bucketKey }: Encryption): Encryption => {
    return algorithm === 'AES256' ? { algorithm } : { algorithm, ...present({ keyId, bucketKey }) };
  };
  return sameEncryption(ofObjects(a), ofObjects(b));
}

/** True where a write changes nothing but which encryption types are refused: that concerns no object that is there. */
export function changesOnlyBlock(found: Encryption, write: Encryption): boolean {
  return sameEncryption({ ...found, blocked: [] }, { ...write, blocked: [] }) && !sameEncryption(found, write);
}

/** The encryption types a rule blocks. Nothing, an empty list and NONE all mean that none is blocked. */
export function blockedTypes(rule: Encryption): string[] {
  return (rule.blocked ?? []).filter((type) => type !== 'NONE');
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.every((member) => b.includes(member)) && b.every((member) => a.includes(member));
}
