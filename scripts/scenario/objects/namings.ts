import type { ObjectVersion } from './object-version.ts';

/** Where Reseal says of objects that they are not at their standard: one of them by its key, or all of a kind in a bucket. */
export interface Naming {
  /** The ledger's leftovers, a job, or `reseal verify`; what that only finds below its standard, as a job could mend it, is not excused. */
  by: 'leftover' | 'job' | 'verify' | 'verify-below';
  code: string;
  bucket: string;
  /** Absent where it speaks of all that the code means. */
  key?: string;
  /** Absent where the current version is meant. */
  versionId?: string;
}

type Means = (object: ObjectVersion) => boolean;

const isUnencrypted: Means = ({ encryption }) => encryption.algorithm === undefined;
const isIn =
  (...classes: string[]): Means =>
  (object) =>
    isUnencrypted(object) && classes.includes(object.storageClass);

/** Of which objects a leftover speaks, told anew from docs/reasons.md: where it speaks of other ones, it excuses nothing. */
const MEANS: ReadonlyMap<string, Means> = new Map([
  ['archived', isIn('GLACIER', 'DEEP_ARCHIVE')],
  ['reduced-redundancy', isIn('REDUCED_REDUNDANCY')],
  ['acls-enabled', isUnencrypted],
  ['website', isUnencrypted],
  ['object-lock', isUnencrypted],
]);

/** Who names this version; undefined where nobody does. */
export function namingOf(object: ObjectVersion, namings: readonly Naming[]): Naming | undefined {
  return namings.find((naming) => naming.by !== 'verify-below' && meansIt(naming, object));
}

/** True where a naming speaks of this version. */
export function meansIt({ bucket, key, versionId, code }: Naming, object: ObjectVersion): boolean {
  if (bucket !== object.bucket) return false;
  if (key === undefined) return MEANS.get(code)?.(object) ?? false;
  return key === object.key && (versionId === undefined ? object.isCurrent : versionId === object.versionId);
}
