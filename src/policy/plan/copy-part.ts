import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { ClassToDo } from './object-classes.ts';
import type { CopyConditions, ListedObject, PlanInput, StorageMetrics } from './plan-model.ts';
import { COPYABLE } from './price-list.ts';

/** CopyObject takes at most 5 GiB. */
export const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

/** Archived objects would need a restore first. */
export const ARCHIVED: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/**
 * The storage classes to copy, one job each so that the class is kept. Where the listing does not show the end, all of them may be there; the daily metrics
 * leave out those without objects, but only of unencrypted objects: any others may have come since, and metrics are up to two days old.
 */
export function storageClassesToCopy({ objects, source }: ClassToDo, input: PlanInput): string[] {
  const { listing, metrics } = input;
  const listed = new Set(objects.filter(fits).map(({ storageClass }) => storageClass));
  if (!listing.truncated) return COPYABLE.filter((storageClass) => listed.has(storageClass));
  if (metrics === undefined || source.class !== 'NOT-SSE') return [...COPYABLE];
  return COPYABLE.filter((storageClass) => listed.has(storageClass) || metrics.bytes.has(storageClass));
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

/** What no copy job takes, by cause: counted as far as it is listed, else as the daily metrics have it. */
export function uncopied({ bucket, listing, metrics }: PlanInput, objects: readonly ListedObject[]): Reason[] {
  const atLeast = listing.truncated ? 'at least ' : '';
  const left = UNCOPIED.flatMap(([code, is, why]): Reason[] => {
    const count = objects.filter(is).length;
    const kept = listing.truncated ? keptBytes(code, metrics) : '';
    if (count === 0 && kept === '') return [];
    if (count === 0) return [{ code, message: `Objects of bucket ${bucket} beyond the first page (${kept}) ${why}` }];
    return [{ code, message: `${atLeast}${count} object(s) of bucket ${bucket} ${kept && `(${kept}) `}${why}` }];
  });
  if (!listing.truncated) return left;
  // The metrics tell what is archived, and never how large an object is.
  const unseen = metrics === undefined ? 'archived ones and ones over 5 GiB' : 'ones over 5 GiB';
  const message = `Bucket ${bucket} has more than one page of objects: ${unseen} beyond it are not copied and not counted.`;
  return [...left, { code: 'beyond-first-page', message }];
}

/** How much CloudWatch counted in the classes that a cause is about. */
function keptBytes(code: ReasonCode, metrics: StorageMetrics | undefined): string {
  const classes = code === 'archived' ? ARCHIVED : code === 'reduced-redundancy' ? ['REDUCED_REDUNDANCY'] : [];
  return classes
    .flatMap((name) => {
      const bytes = metrics?.bytes.get(name);
      return bytes === undefined ? [] : [`${(bytes / 1024 ** 3).toFixed(1)} GiB in ${name} by CloudWatch`];
    })
    .join(', ');
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
