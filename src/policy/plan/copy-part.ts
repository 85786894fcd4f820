import type { Reason } from '../model.ts';
import type { ClassToDo } from './object-classes.ts';
import type { CopyConditions, ListedObject, PlanInput } from './plan-model.ts';

/** CopyObject takes at most 5 GiB. */
export const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

/** What a job can copy and a generator can filter by: archived objects would need a restore first. */
const COPYABLE = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'];
const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'];

/** The storage classes to copy, one job each so that the class is kept; all of them where the listing does not show the end. */
export function storageClassesToCopy({ objects }: ClassToDo, truncated: boolean): string[] {
  if (truncated) return COPYABLE;
  const listed = new Set(objects.filter(fits).map(({ storageClass }) => storageClass));
  return COPYABLE.filter((storageClass) => listed.has(storageClass));
}

/** Why a copy would harm this bucket; empty where it would not. */
export function copyObstacles(bucket: string, copy: CopyConditions | undefined): Reason[] {
  if (copy === undefined) {
    return [
      {
        code: 'copy-conditions-unread',
        message: `Nothing is copied in bucket ${bucket}: its ACLs, website and Object Lock were not read.`,
      },
    ];
  }
  return [
    copy.aclsDisabled ? undefined : obstacle('acls-enabled', bucket, 'ACLs are enabled, and a copy loses them'),
    copy.website ? obstacle('website', bucket, 'it is a website, and a copy loses redirects') : undefined,
    copy.objectLock ? obstacle('object-lock', bucket, 'it has Object Lock, and a copy loses the locks') : undefined,
  ].filter((reason) => reason !== undefined);
}

/** The listed objects that no copy job takes, by cause. */
export function uncopied({ bucket, listing }: PlanInput, objects: readonly ListedObject[]): Reason[] {
  const atLeast = listing.truncated ? 'at least ' : '';
  const count = (some: readonly ListedObject[]): string => `${atLeast}${some.length} object(s) of bucket ${bucket}`;
  const archived = objects.filter(({ storageClass }) => ARCHIVED.includes(storageClass));
  const reduced = objects.filter(({ storageClass }) => storageClass === 'REDUCED_REDUNDANCY');
  const other = objects.filter((object) => isOfOtherClass(object));
  const large = objects.filter((object) => COPYABLE.includes(object.storageClass) && !fits(object));
  return [
    leftover('archived', archived, `${count(archived)} are archived: restore them to have them copied.`),
    leftover('reduced-redundancy', reduced, `${count(reduced)} are in REDUCED_REDUNDANCY, which S3 does not copy to.`),
    leftover('storage-class-unknown', other, `${count(other)} are in a storage class that no job can filter by.`),
    leftover('over-5-gib', large, `${count(large)} are over 5 GiB, more than S3 copies at once.`),
    listing.truncated ? unseen(bucket) : undefined,
  ].filter((reason) => reason !== undefined);
}

function fits({ sizeBytes }: ListedObject): boolean {
  return sizeBytes <= LARGEST_COPY_BYTES;
}

function isOfOtherClass({ storageClass }: ListedObject): boolean {
  return ![...COPYABLE, ...ARCHIVED, 'REDUCED_REDUNDANCY'].includes(storageClass);
}

function obstacle(code: string, bucket: string, why: string): Reason {
  return { code, message: `Nothing is copied in bucket ${bucket}: ${why}.` };
}

function leftover(code: string, objects: readonly ListedObject[], message: string): Reason | undefined {
  return objects.length === 0 ? undefined : { code, message };
}

function unseen(bucket: string): Reason {
  return {
    code: 'beyond-first-page',
    message: `Bucket ${bucket} has more than one page of objects: archived ones and ones over 5 GiB beyond it are not copied and not counted.`,
  };
}
