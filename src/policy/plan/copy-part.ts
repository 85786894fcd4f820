import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
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
export function copyReasons(bucket: string, copy: CopyConditions | undefined): Reason[] {
  const nothing = (code: ReasonCode, why: string): Reason[] => [
    { code, message: `Nothing is copied in bucket ${bucket}: ${why}.` },
  ];
  if (copy === undefined) return nothing('copy-conditions-unread', 'its ACLs, website and Object Lock were not read');
  return [
    ...(copy.aclsDisabled ? [] : nothing('acls-enabled', 'ACLs are enabled, and a copy loses them')),
    ...(copy.website ? nothing('website', 'it is a website, and a copy loses redirects') : []),
    ...(copy.objectLock ? nothing('object-lock', 'it has Object Lock, and a copy loses the locks') : []),
  ];
}

/** What no copy job takes, and why. */
const UNCOPIED: readonly [code: ReasonCode, is: (object: ListedObject) => boolean, why: string][] = [
  ['archived', inClass(...ARCHIVED), 'are archived: restore them to have them copied.'],
  ['reduced-redundancy', inClass('REDUCED_REDUNDANCY'), 'are in REDUCED_REDUNDANCY, which S3 does not copy to.'],
  ['storage-class-unknown', isOfOtherClass, 'are in a storage class that no job can filter by.'],
  [
    'over-5-gib',
    (object) => inClass(...COPYABLE)(object) && !fits(object),
    'are over 5 GiB, more than S3 copies at once.',
  ],
];

/** The listed objects that no copy job takes, by cause. */
export function uncopied({ bucket, listing }: PlanInput, objects: readonly ListedObject[]): Reason[] {
  const atLeast = listing.truncated ? 'at least ' : '';
  const left = UNCOPIED.flatMap(([code, is, why]): Reason[] => {
    const count = objects.filter(is).length;
    return count === 0 ? [] : [{ code, message: `${atLeast}${count} object(s) of bucket ${bucket} ${why}` }];
  });
  if (!listing.truncated) return left;
  const message = `Bucket ${bucket} has more than one page of objects: archived ones and ones over 5 GiB beyond it are not copied and not counted.`;
  return [...left, { code: 'beyond-first-page', message }];
}

function fits({ sizeBytes }: ListedObject): boolean {
  return sizeBytes <= LARGEST_COPY_BYTES;
}

function isOfOtherClass({ storageClass }: ListedObject): boolean {
  return ![...COPYABLE, ...ARCHIVED, 'REDUCED_REDUNDANCY'].includes(storageClass);
}

function inClass(...classes: readonly string[]): (object: ListedObject) => boolean {
  return ({ storageClass }) => classes.includes(storageClass);
}
