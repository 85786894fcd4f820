import type { BucketStorage } from '../daily-storage.ts';

export const NAMESPACE = 'AWS/S3';
const DAY_MS = 24 * 60 * 60 * 1000;
/** CloudWatch keeps data points of a day for 455 days (CloudWatch guide, "Metrics retention"). */
const KEPT_DAYS = 455;

/** One series of data points by its name and dimensions. */
export interface Series {
  readonly name: 'BucketSizeBytes' | 'NumberOfObjects';
  readonly bucket: string;
  readonly storageType: string;
}

export interface Sample {
  readonly time: Date;
  readonly value: number;
}

/** The daily storage metrics that S3 sends, one data point a day. */
export interface StorageSamples {
  /** What had a data point on the last whole day, by bucket. */
  list(place: { accountId: string; region: string }, bucket: string | undefined): Series[];
  /** Whether the bucket is one of the account's in that Region. */
  has(place: { accountId: string; region: string }, bucket: string): boolean;
  /** The data points from `start` to before `end`, oldest first. */
  read(series: Series, start: Date, end: Date): Sample[];
  /** Lets the newest data point tell what is there now. */
  makeCurrent(): void;
}

/**
 * The data point of a day is stamped with its midnight and told once the day is over (S3 guide: "reported once per day"; how much later
 * is not documented). It counts what is there of what was there at the end of that day.
 */
export function createStorageSamples(storage: BucketStorage, now: () => Date): StorageSamples {
  let currentAt = 0;
  const lastDay = (): number => Math.floor(now().getTime() / DAY_MS) * DAY_MS - DAY_MS;
  const storageOn = (bucket: string, day: number) => {
    const end = day + DAY_MS;
    return storage.at(bucket, new Date(day === lastDay() ? Math.max(end, currentAt) : end));
  };
  const valueOf = ({ name, bucket, storageType }: Series, day: number): number => {
    const on = storageOn(bucket, day);
    return (name === 'NumberOfObjects' ? on?.objects : on?.bytes.get(storageType)) ?? 0;
  };
  return {
    list: ({ accountId, region }, bucket) =>
      storage
        .bucketsOf(accountId, region)
        .filter((name) => bucket === undefined || name === bucket)
        .flatMap((name) => seriesOf(name, storageOn(name, lastDay()))),
    has: ({ accountId, region }, bucket) => storage.bucketsOf(accountId, region).includes(bucket),
    read: (series, start, end) => {
      const newest = lastDay();
      const oldest = Math.max(Math.ceil(start.getTime() / DAY_MS) * DAY_MS, newest - KEPT_DAYS * DAY_MS);
      const samples: Sample[] = [];
      for (let day = oldest; day <= newest && day < end.getTime(); day += DAY_MS) {
        const value = valueOf(series, day);
        if (value > 0) samples.push({ time: new Date(day), value });
      }
      return samples;
    },
    makeCurrent: () => {
      currentAt = now().getTime();
    },
  };
}

function seriesOf(bucket: string, on: ReturnType<BucketStorage['at']>): Series[] {
  if (on === undefined || on.objects === 0) return [];
  const sizes = [...on.bytes.keys()]
    .toSorted()
    .map((storageType) => ({ name: 'BucketSizeBytes', bucket, storageType }) as const);
  return [...sizes, { name: 'NumberOfObjects', bucket, storageType: 'AllStorageTypes' }];
}
