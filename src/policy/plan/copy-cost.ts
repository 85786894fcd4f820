import { dollars, rounded } from './dollars.ts';
import { type KnownObjects, mostMet } from './objects-met.ts';
import type { PlannedJob } from './plan-model.ts';
import { COPYABLE, type Copyable, type PriceList } from './price-list.ts';

/** What copies cost beside what any job does. */
export interface CopyCost {
  usd: number;
  /** Old versions that stay beside their copies. */
  monthlyUsd: number;
  /** Of the sum: storage that ends before its minimum duration. */
  earlyUsd: number;
  /** Of the sum: requests and reads of classes other than STANDARD. */
  classUsd: number;
  /** True where the bytes to copy are not known, so that all this is missing. */
  isUnknown: boolean;
}

/** Days that an object is charged for at least (S3 guide, storage classes, minimum storage duration). */
const MINIMUM_DAYS: ReadonlyMap<string, number> = new Map([
  ['STANDARD_IA', 30],
  ['ONEZONE_IA', 30],
  ['GLACIER_IR', 90],
]);

const GB = 1024 ** 3;

type OfJob = Pick<PlannedJob, 'class' | 'method' | 'versions' | 'storageClass' | 'sizeBelowBytes' | 'createdAfter'>;

/**
 * A copy is charged as a request of its storage class and reads what it copies. Where the bucket keeps versions the old one stays; where it does not, its storage ends,
 * perhaps before the minimum duration: since when an object is in its class no listing says, so the whole of it is counted. Jobs of one storage class may meet the
 * same objects, and none is copied twice.
 */
export function copyCost(jobs: readonly OfJob[], known: KnownObjects, prices: PriceList): CopyCost {
  const cost: CopyCost = { usd: 0, monthlyUsd: 0, earlyUsd: 0, classUsd: 0, isUnknown: false };
  for (const storageClass of COPYABLE) {
    const met = jobs
      .filter((job) => job.method === 'copy' && job.storageClass === storageClass)
      .map((job) => mostMet(job, known));
    if (met.length === 0) continue;
    const [objects, bytes] = [most(met.map((each) => each.objects)), most(met.map((each) => each.bytes))];
    if (objects === undefined || bytes === undefined) cost.isUnknown = true;
    else add(cost, priced(storageClass, { objects, gb: bytes / GB, versioned: known.versioned }, prices));
  }
  return cost;
}

function priced(
  name: Copyable,
  { objects, gb, versioned }: { objects: number; gb: number; versioned: boolean | undefined },
  { thousandRequests, gbRetrieved, gbMonth }: PriceList,
) {
  const classUsd =
    (objects / 1_000) * Math.max(0, thousandRequests[name] - thousandRequests.STANDARD) + gb * gbRetrieved[name];
  const earlyUsd = versioned === true ? 0 : gb * gbMonth[name] * ((MINIMUM_DAYS.get(name) ?? 0) / 30);
  return { classUsd, earlyUsd, usd: classUsd + earlyUsd, monthlyUsd: versioned === false ? 0 : gb * gbMonth[name] };
}

function add(cost: CopyCost, more: ReturnType<typeof priced>): void {
  for (const name of ['usd', 'monthlyUsd', 'earlyUsd', 'classUsd'] as const) cost[name] += more[name];
}

/** Undefined where one of them is not known. */
function most(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined);
  return known.length < numbers.length ? undefined : Math.max(...known);
}

/** What a price of copies says beside its sum, each only where it applies. */
export function copyParts({ monthlyUsd, earlyUsd, classUsd, isUnknown }: CopyCost): string[] {
  const part = (usd: number, text: (sum: string) => string) => (rounded(usd) > 0 ? [text(dollars(rounded(usd)))] : []);
  return [
    ...(isUnknown
      ? ['Copies cost more in some storage classes, and a versioned bucket also keeps and pays for the old versions.']
      : []),
    ...part(classUsd, (sum) => `Of it ${sum} for requests and reads of storage classes other than STANDARD.`),
    ...part(earlyUsd, (sum) => `Of it at most ${sum} for storage that ends before its minimum duration.`),
    ...part(monthlyUsd, (sum) => `Each month ${sum} more for old versions that stay beside their copies.`),
  ];
}
