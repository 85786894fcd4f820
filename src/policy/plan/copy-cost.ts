import { dollars, rounded } from './dollars.ts';
import { ARCHIVED } from './copy-part.ts';
import { bytesOf, isWhole, type KnownObjects, mayMeet, mostMet } from './objects-met.ts';
import { ALL_ENCRYPTED_SINCE_MS } from './object-classes.ts';
import type { ListedObject, PlannedJob } from './plan-model.ts';
import { COPYABLE, classPrices, type PriceList } from './price-list.ts';

/** What copies cost beside what any job does. */
export interface CopyCost {
  usd: number;
  /** Old versions that stay beside their copies. */
  monthlyUsd: number;
  /** Of the sum: storage that ends before its minimum duration. */
  earlyUsd: number;
  /** Of the sum: requests and reads of classes other than STANDARD. */
  classUsd: number;
  /** Of the sum: objects that are copied part by part. */
  partsUsd: number;
  /** Of the sum: archived objects that are restored first. */
  restoreUsd: number;
  /** Of the sum: what DSSE-KMS costs for each gigabyte. */
  dsseUsd: number;
  /** Requests beyond one an object. */
  partRequests: number;
  /** True where the bytes to copy are not known, so that all this is missing. */
  isUnknown: boolean;
}

/** Days that an object is charged for at least (S3 guide, storage classes, minimum storage duration). */
const MINIMUM_DAYS: ReadonlyMap<string, number> = new Map([
  ['STANDARD_IA', 30],
  ['ONEZONE_IA', 30],
  ['GLACIER_IR', 90],
  ['GLACIER', 90],
  ['DEEP_ARCHIVE', 180],
]);

const GB = 1024 ** 3;

/** No part but the last is smaller (S3 guide, multipart upload limits), so nothing has more of them. */
const LEAST_PART_BYTES = 5 * 1024 ** 2;

type OfJob = Pick<PlannedJob, 'class' | 'method'> &
  Partial<
    Pick<
      PlannedJob,
      'own' | 'algorithm' | 'versions' | 'storageClass' | 'sizeBelowBytes' | 'createdAfter' | 'writtenBefore'
    >
  >;

/**
 * A copy is charged as a request of its storage class and reads what it copies. Where the bucket keeps versions the old one stays; where it does not, its storage ends,
 * perhaps before the minimum duration: since when an object is in its class no listing says, so the whole of it is counted. Jobs of one storage class may meet the
 * same objects, and none is copied twice.
 */
export function copyCost(jobs: readonly OfJob[], known: KnownObjects, prices: PriceList): CopyCost {
  const cost = { ...NOTHING, partRequests: 0, isUnknown: false };
  const copying = jobs.filter(({ method }) => method !== 'update-encryption');
  const hasOwn = copying.some(({ own }) => own !== undefined);
  if (hasOwn && !isWhole(known) && known.metrics === undefined) cost.isUnknown = true;
  for (const storageClass of new Set([...COPYABLE, ...(hasOwn ? classesIn(known) : [])])) {
    const its = copying.filter((job) => job.storageClass === storageClass || isOwnIn(job, storageClass, known));
    if (its.length === 0) continue;
    const copied = copiedIn(storageClass, its, known);
    if (copied === undefined) cost.isUnknown = true;
    else add(cost, priced({ ...copied, storageClass, its, versioned: known.versioned }, prices));
  }
  return cost;
}

const NOTHING = { usd: 0, monthlyUsd: 0, earlyUsd: 0, classUsd: 0, partsUsd: 0, restoreUsd: 0, dsseUsd: 0 };

function classesIn({ listing, metrics }: KnownObjects): string[] {
  return [...listing.objects.map(({ storageClass }) => storageClass), ...(metrics?.bytes.keys() ?? [])];
}

/** Our own copies meet every class that has objects; archives only where they are restored. */
function isOwnIn({ own }: OfJob, storageClass: string, known: KnownObjects): boolean {
  if (own === undefined || !classesIn(known).includes(storageClass)) return false;
  return own.restore !== undefined || !ARCHIVED.includes(storageClass);
}

interface Copied {
  objects: number;
  bytes: number;
  /** At least one an object, and two more than parts where it has any. */
  requests: number;
}

/** Undefined where nobody knows. */
function copiedIn(storageClass: string, jobs: readonly OfJob[], known: KnownObjects): Copied | undefined {
  const isOwn = jobs.some(({ own }) => own !== undefined);
  const isInline = !known.listing.truncated && jobs.every(({ own }) => own?.lane === 'inline');
  if (isWhole(known) || isInline) {
    const inClass = known.listing.objects.filter((object) => object.storageClass === storageClass);
    const met = inClass.filter((object) => jobs.some((job) => mayCopy(job, object)));
    const requests = isOwn ? met.reduce((sum, object) => sum + requestsOf(object), 0) : met.length;
    return { objects: met.length, bytes: bytesOf(met), requests };
  }
  const [one] = jobs;
  const { objects, bytes } = one === undefined ? {} : mostMet({ ...one, storageClass }, known);
  if (objects === undefined || bytes === undefined) return undefined;
  return { objects, bytes, requests: objects + (isOwn ? Math.ceil(bytes / LEAST_PART_BYTES) : 0) };
}

/** Where an update is possible too, only an object that may be unencrypted needs a copy. */
function mayCopy(job: OfJob, object: ListedObject): boolean {
  const isUpdated = job.own?.does.includes('update-encryption') && object.lastModifiedMs >= ALL_ENCRYPTED_SINCE_MS;
  return isUpdated !== true && mayMeet(job, object);
}

function requestsOf({ parts = 0 }: ListedObject): number {
  return parts === 0 ? 1 : parts + 2;
}

interface ToPrice extends Copied {
  storageClass: string;
  its: readonly OfJob[];
  versioned: boolean | undefined;
}

function priced({ objects, bytes, requests, storageClass, its, versioned }: ToPrice, prices: PriceList) {
  const gb = bytes / GB;
  const { thousandRequests, gbRetrieved, gbMonth } = classPrices(storageClass, prices);
  const { gbDoublyEncrypted } = prices.ownCopies;
  const classUsd =
    (objects / 1_000) * Math.max(0, thousandRequests - prices.thousandRequests.STANDARD) + gb * gbRetrieved;
  const earlyUsd = versioned === true ? 0 : gb * gbMonth * ((MINIMUM_DAYS.get(storageClass) ?? 0) / 30);
  const partRequests = requests - objects;
  const partsUsd = (partRequests / 1_000) * thousandRequests;
  const restoreUsd = restorePrice({ objects, gb, storageClass, its }, prices);
  const dsseUsd = its.some(({ algorithm }) => algorithm === 'aws:kms:dsse') ? gb * gbDoublyEncrypted : 0;
  const usd = classUsd + earlyUsd + partsUsd + restoreUsd + dsseUsd;
  const monthlyUsd = versioned === false ? 0 : gb * gbMonth;
  return { usd, classUsd, earlyUsd, partsUsd, restoreUsd, dsseUsd, partRequests, monthlyUsd };
}

/** A restore is charged by request and gigabyte, and its copy as STANDARD for as long as it is there (S3 guide, "Restoring an archived object"). */
function restorePrice(
  { objects, gb, storageClass, its }: { objects: number; gb: number } & Pick<ToPrice, 'storageClass' | 'its'>,
  { ownCopies: { archived }, gbMonth }: PriceList,
): number {
  const restore = its.find(({ own }) => own?.restore !== undefined)?.own?.restore;
  if (restore === undefined || (storageClass !== 'GLACIER' && storageClass !== 'DEEP_ARCHIVE')) return 0;
  const { thousandRestores, gbRestored } = archived[storageClass][restore.tier];
  return (objects / 1_000) * thousandRestores + gb * (gbRestored + gbMonth.STANDARD * (restore.days / 30));
}

function add(cost: CopyCost, more: ReturnType<typeof priced>): void {
  for (const name of Object.keys(NOTHING) as (keyof typeof NOTHING)[]) cost[name] += more[name];
  cost.partRequests += more.partRequests;
}

/** What a price of copies says beside its sum, each only where it applies. */
export function copyParts(cost: CopyCost): string[] {
  const part = (usd: number, text: (sum: string) => string) => (rounded(usd) > 0 ? [text(dollars(rounded(usd)))] : []);
  return [
    ...(cost.isUnknown
      ? ['Copies cost more in some storage classes, and a versioned bucket also keeps and pays for the old versions.']
      : []),
    ...part(cost.classUsd, (sum) => `Of it ${sum} for requests and reads of storage classes other than STANDARD.`),
    ...part(cost.partsUsd, (sum) => `Of it at most ${sum} for objects that are copied part by part.`),
    ...part(cost.restoreUsd, (sum) => `Of it ${sum} to restore archived objects, and for their copies until they end.`),
    ...part(cost.dsseUsd, (sum) => `Of it ${sum} for the second layer of DSSE-KMS.`),
    ...part(cost.earlyUsd, (sum) => `Of it at most ${sum} for storage that ends before its minimum duration.`),
    ...part(cost.monthlyUsd, (sum) => `Each month ${sum} more for old versions that stay beside their copies.`),
  ];
}
