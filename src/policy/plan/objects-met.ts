import type { Reencrypt } from '../model.ts';
import { ALL_ENCRYPTED_SINCE_MS } from './object-classes.ts';
import { mayBeOwn } from './own-part.ts';
import type { ListedObject, PlanInput, PlannedJob } from './plan-model.ts';

/** What is known of the objects of a bucket, for a price. */
export interface KnownObjects extends Pick<PlanInput, 'listing' | 'metrics' | 'versioned'> {
  reencrypt: Reencrypt;
  /** Where somebody counted them all. */
  counted?: number;
}

/** How many objects all jobs of a plan meet, as far as anybody looked. */
export type ObjectCount =
  | { known: 'at most'; count: number; /** By metrics, not by a list. */ estimated?: true }
  | { known: 'at least'; count: number }
  | { known: 'unknown' };

/**
 * No job meets more than the bucket holds, and its filter mostly lets fewer through. One page of the listing is the whole bucket, or says little; then
 * the daily metrics give a number of all versions, unless they are too old to know what is listed. What was written in a drift window, a listing that goes on does not say.
 */
export function objectsMet(known: KnownObjects, jobs: readonly Pick<PlannedJob, 'versions'>[]): ObjectCount {
  const { reencrypt, listing, counted } = known;
  const { objects, truncated } = listing;
  if (counted !== undefined) return { known: 'at most', count: counted };
  const isSeen = !truncated && jobs.every(({ versions }) => versions !== true);
  if (isSeen) return { known: 'at most', count: objects.length };
  const estimate = objectsByMetrics(known);
  if (estimate !== undefined) return { known: 'at most', count: estimate, estimated: true };
  if (reencrypt !== 'all' || objects.length === 0) return { known: 'unknown' };
  return { known: 'at least', count: objects.length };
}

/** True where the listing is the whole bucket, and what a price rests on. */
export function isWhole({ listing, counted }: KnownObjects): boolean {
  return counted === undefined && !listing.truncated;
}

/** Undefined where there are more than the metrics counted: nobody knows how many more. */
function objectsByMetrics({ listing: { objects, truncated }, metrics }: KnownObjects): number | undefined {
  const seen = objects.length + (truncated ? 1 : 0);
  return metrics?.objects !== undefined && metrics.objects >= seen ? metrics.objects : undefined;
}

/** The same of the bytes in a storage class. */
function bytesByMetrics({ listing, metrics, counted }: KnownObjects, storageClass: string): number | undefined {
  const bytes = metrics?.bytes.get(storageClass);
  if (bytes === undefined || counted !== undefined) return bytes;
  const seen = bytesOf(listing.objects.filter((object) => object.storageClass === storageClass));
  return bytes >= seen ? bytes : undefined;
}

/** A smaller object of these classes is charged as one of 128 KB (S3 guide, storage classes, minimum billable object size). */
const LEAST_BYTES: ReadonlyMap<string, number> = new Map(
  ['STANDARD_IA', 'ONEZONE_IA', 'GLACIER_IR'].map((name) => [name, 128 * 1024]),
);

/** What is charged for, as the daily metrics count it. */
export function bytesOf(objects: readonly ListedObject[]): number {
  return objects.reduce(
    (sum, { sizeBytes, storageClass }) => sum + Math.max(sizeBytes, LEAST_BYTES.get(storageClass) ?? 0),
    0,
  );
}

/** The most that one job meets; a number that nobody knows is absent. */
interface MostMet {
  objects?: number;
  bytes?: number;
}

type OfJob = Partial<Pick<PlannedJob, 'class'>> &
  Pick<PlannedJob, 'own' | 'storageClass' | 'sizeBelowBytes' | 'createdAfter' | 'writtenBefore'> & {
    versions?: boolean;
  };

/** What one job meets at most: the listed objects that its filter may let through, else what was counted in its storage class. */
export function mostMet(job: OfJob, known: KnownObjects): MostMet {
  const { listing, counted } = known;
  if (isWhole(known) && job.versions !== true) {
    const met = listing.objects.filter((object) => mayMeet(job, object));
    return { objects: met.length, bytes: bytesOf(met) };
  }
  const objects = counted ?? objectsByMetrics(known);
  const bytes = job.storageClass === undefined ? undefined : bytesByMetrics(known, job.storageClass);
  return { ...(objects === undefined ? {} : { objects }), ...(bytes === undefined ? {} : { bytes }) };
}

/** True where a job may have something to do with a listed object; of one of our own function, whether the object is worth a look (HeadObject). */
export function mayMeet(job: OfJob, object: ListedObject): boolean {
  const { storageClass, sizeBytes, lastModifiedMs } = object;
  return (
    (job.storageClass === undefined || job.storageClass === storageClass) &&
    (job.sizeBelowBytes === undefined || sizeBytes < job.sizeBelowBytes) &&
    (job.createdAfter === undefined || lastModifiedMs >= Date.parse(job.createdAfter)) &&
    (job.writtenBefore === undefined || lastModifiedMs < Date.parse(job.writtenBefore)) &&
    (job.class !== 'NOT-SSE' || lastModifiedMs < ALL_ENCRYPTED_SINCE_MS) &&
    (job.own === undefined || mayBeOwn(object, job.own))
  );
}
