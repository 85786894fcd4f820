import type { JobManifestGeneratorFilter, ObjectEncryptionFilter } from '@aws-sdk/client-s3-control';
import type { Protection } from '../s3/envelope.ts';
import type { StoredObject } from '../s3/stored-object.ts';

/** Whether a generated manifest lists an object: every filter that is given must match (API JobManifestGeneratorFilter). */
export function objectFilter(filter: JobManifestGeneratorFilter): (object: StoredObject) => boolean {
  const tests: ((object: StoredObject) => boolean)[] = [];
  const { CreatedAfter: after, CreatedBefore: before, MatchAnyStorageClass: classes } = filter;
  const { ObjectSizeGreaterThanBytes: above, ObjectSizeLessThanBytes: below } = filter;
  const {
    MatchAnyPrefix: prefixes,
    MatchAnySuffix: suffixes,
    MatchAnySubstring: parts,
  } = filter.KeyNameConstraint ?? {};
  const [encryption] = filter.MatchAnyObjectEncryption ?? [];
  if (after !== undefined) tests.push((object) => object.lastModified > after);
  if (before !== undefined) tests.push((object) => object.lastModified < before);
  if (above !== undefined) tests.push((object) => object.sizeBytes > above);
  if (below !== undefined) tests.push((object) => object.sizeBytes < below);
  if (classes !== undefined) tests.push((object) => classes.some((each) => each === object.storageClass));
  if (prefixes !== undefined) tests.push((object) => prefixes.some((text) => object.key.startsWith(text)));
  if (suffixes !== undefined) tests.push((object) => suffixes.some((text) => object.key.endsWith(text)));
  if (parts !== undefined) tests.push((object) => parts.some((text) => object.key.includes(text)));
  if (encryption !== undefined) tests.push((object) => isEncryptedAs(object.sealed.protection, encryption));
  return (object) => tests.every((test) => test(object));
}

function isEncryptedAs(protection: Protection, filter: ObjectEncryptionFilter): boolean {
  if (filter.SSES3 !== undefined) return protection.algorithm === 'AES256';
  if (filter.NOTSSE !== undefined) return protection.algorithm === 'none';
  if (filter.SSEC !== undefined) return protection.algorithm === 'SSE-C';
  if (filter.DSSEKMS !== undefined)
    return protection.algorithm === 'aws:kms:dsse' && isEither(filter.DSSEKMS.KmsKeyArn, protection.keyArn);
  if (filter.SSEKMS === undefined || protection.algorithm !== 'aws:kms') return false;
  return (
    isEither(filter.SSEKMS.KmsKeyArn, protection.keyArn) &&
    isEither(filter.SSEKMS.BucketKeyEnabled, protection.bucketKey)
  );
}

/** A filter that is not given matches every value. */
function isEither<Value>(asked: Value | undefined, value: Value): boolean {
  return asked === undefined || asked === value;
}
