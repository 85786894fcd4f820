import type { Reason, Restore } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { ClassToDo } from './object-classes.ts';
import type { CopyConditions, ListedObject, PlanInput, StorageMetrics } from './plan-model.ts';
import { COPYABLE } from './price-list.ts';

/** CopyObject takes at most 5 GiB. */
export const LARGEST_COPY_BYTES = 5 * 1024 ** 3;

/** Archived objects would need a restore first. */
export const ARCHIVED: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];

/** False for a storage class that came after this version. */
export function isKnownClass(storageClass: string): boolean {
  return [...COPYABLE, ...ARCHIVED, 'REDUCED_REDUNDANCY'].includes(storageClass);
}

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

/** Why a copy by S3 Batch would harm this bucket; empty where it would not. */
export function copyReasons(bucket: string, copy: CopyConditions | undefined): Reason[] {
  const nothing = (code: ReasonCode, why: string): Reason[] => [
    { code, message: `Nothing is copied in bucket ${bucket}: ${why}. ${OWN_COPY_WOULD}` },
  ];
  if (copy === undefined) return nothing('copy-conditions-unread', 'its ACLs, website and Object Lock were not read');
  return [
    ...(copy.aclsDisabled ? [] : nothing('acls-enabled', 'ACLs are enabled, and a copy by S3 Batch loses them')),
    ...(copy.website ? nothing('website', 'it is a website, and a copy by S3 Batch loses redirects') : []),
    ...(copy.objectLock ? nothing('object-lock', 'it has Object Lock, and a copy by S3 Batch loses the locks') : []),
  ];
}

/** What every reason says that our own copies would mend. */
export const OWN_COPY_WOULD = 'With own-copy in objects.methods, and OwnCopies=true, Reseal copies them itself.';
const RESTORE_WOULD =
  'With own-copy in objects.methods, objects.restore, and OwnCopies=true, Reseal restores and copies them.';

interface Uncopied {
  code: ReasonCode;
  is: (object: ListedObject) => boolean;
  why: string;
  /** What would be done with other words in the policy; absent where nothing would. */
  would?: string;
}

/** What no copy job of S3 takes, and why. */
const UNCOPIED: readonly Uncopied[] = [
  {
    code: 'archived',
    is: inClass(...ARCHIVED),
    why: 'are archived, and no job restores them.',
    would: RESTORE_WOULD,
  },
  {
    code: 'reduced-redundancy',
    is: inClass('REDUCED_REDUNDANCY'),
    why: 'are in REDUCED_REDUNDANCY, to which S3 Batch does not copy.',
    would: OWN_COPY_WOULD,
  },
  {
    code: 'storage-class-unknown',
    is: ({ storageClass }) => !isKnownClass(storageClass),
    why: 'are in a storage class that this version does not know.',
  },
  {
    code: 'over-5-gib',
    is: (object) => inClass(...COPYABLE)(object) && !fits(object),
    why: 'are over 5 GiB, more than S3 Batch copies.',
    would: OWN_COPY_WOULD,
  },
];

/** True for what a copy job of S3 takes, as far as a listing tells. */
export function isCopiedByBatch(object: ListedObject): boolean {
  return UNCOPIED.every(({ is }) => !is(object));
}

/** True where our own copies would do what is left for this reason. */
function ownCopyDoes({ would }: Uncopied, restore: Restore | undefined): boolean {
  return would === OWN_COPY_WOULD || (would !== undefined && restore !== undefined);
}

/** True for what our own copies take, as far as a listing tells. */
export function isOwnCopied(object: ListedObject, restore: Restore | undefined): boolean {
  return UNCOPIED.every((each) => !each.is(object) || ownCopyDoes(each, restore));
}

/** What no copy takes that the policy allows, by cause: counted as far as it is listed, else as the daily metrics have it. */
export function uncopied(input: PlanInput, objects: readonly ListedObject[]): Reason[] {
  const { bucket, listing, metrics, standard } = input;
  const atLeast = listing.truncated ? 'at least ' : '';
  const isOwn = standard.methods.includes('own-copy');
  const left = UNCOPIED.filter((each) => !isOwn || !ownCopyDoes(each, standard.restore));
  const reasons = left.flatMap(({ code, is, ...said }): Reason[] => {
    const count = objects.filter(is).length;
    const kept = listing.truncated ? keptBytes(code, metrics) : '';
    if (count === 0 && kept === '') return [];
    const why = [said.why, ...(said.would === undefined ? [] : [said.would])].join(' ');
    if (count === 0) return [{ code, message: `Objects of bucket ${bucket} beyond the first page (${kept}) ${why}` }];
    return [{ code, message: `${atLeast}${count} object(s) of bucket ${bucket} ${kept && `(${kept}) `}${why}` }];
  });
  return listing.truncated ? [...reasons, ...beyondPage(input)] : reasons;
}

/** The metrics tell what is archived, and never how large an object is. */
function beyondPage({ bucket, metrics, standard: { methods, restore } }: PlanInput): Reason[] {
  const isOwn = methods.includes('own-copy');
  const unseen = [
    ...(metrics === undefined && !(isOwn && restore !== undefined) ? ['archived ones'] : []),
    ...(isOwn ? [] : ['ones over 5 GiB']),
  ].join(' and ');
  if (unseen === '') return [];
  const message = `Bucket ${bucket} has more than one page of objects: ${unseen} beyond it are not copied and not counted.`;
  return [{ code: 'beyond-first-page', message }];
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

function inClass(...classes: readonly string[]): (object: ListedObject) => boolean {
  return ({ storageClass }) => classes.includes(storageClass);
}
