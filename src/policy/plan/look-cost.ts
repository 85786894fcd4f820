import { type KnownObjects, isWhole, mayMeet, mostMet } from './objects-met.ts';
import type { PlannedJob } from './plan-model.ts';
import { classPrices, type PriceList } from './price-list.ts';

type OfJob = Pick<PlannedJob, 'class' | 'own' | 'createdAfter' | 'writtenBefore'>;

/** What our own function pays to find its objects. */
export interface LookCost {
  usd: number;
  /** How many objects it looks at, at most; absent where nobody knows. */
  objects?: number;
}

/**
 * Listing a bucket, a thousand keys a request, and one HeadObject for each object that may be one for it, and for each part of those. An object is looked at once by each job. Where the bucket was not
 * seen whole, every object is counted, at the price of the dearest class that it has.
 */
export function lookCost(jobs: readonly OfJob[], known: KnownObjects, prices: PriceList): LookCost | undefined {
  const own = jobs.filter((job) => job.own !== undefined);
  if (own.length === 0) return undefined;
  const { listing, metrics } = known;
  const read = (storageClass: string) => classPrices(storageClass, prices).thousandReads / 1_000;
  const list = (objects: number) => (own.length * objects * prices.thousandRequests.STANDARD) / 1_000_000;
  if (isWhole(known)) {
    const met = own.flatMap((job) => listing.objects.filter((object) => mayMeet(job, object)));
    const heads = met.reduce((sum, { storageClass, parts = 0 }) => sum + (1 + parts) * read(storageClass), 0);
    return { usd: heads + list(listing.objects.length), objects: met.length };
  }
  const { objects } = mostMet({}, known);
  if (objects === undefined) return { usd: 0 };
  const classes = [...(metrics?.bytes.keys() ?? []), ...listing.objects.map(({ storageClass }) => storageClass)];
  const dearest = Math.max(...classes.map(read), read('STANDARD'));
  return { usd: own.length * objects * dearest + list(objects), objects };
}
