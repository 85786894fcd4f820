import { type ObjectStorageClass } from '@aws-sdk/client-s3';
import type { BucketStorage, DailyStorage } from '../daily-storage.ts';
import { entryOf } from '../entry-of.ts';
import type { Bucket } from './bucket.ts';
import type { S3Store } from './store.ts';

/** Where the bytes of a class are counted, and what S3 counts for each object beside them (S3 guide, "Metrics and dimensions"). */
interface StorageType {
  readonly name: string;
  /** The least that an object of the class is charged for; what it lacks is counted under this name. */
  readonly sizeOverhead?: string;
  /** Bytes of each object for its index and its name. */
  readonly objectOverheads?: Readonly<Record<string, number>>;
}

const SMALLEST_CHARGED_BYTES = 128 * 1024;

const TYPES: Readonly<Record<string, StorageType>> = {
  STANDARD: { name: 'StandardStorage' },
  REDUCED_REDUNDANCY: { name: 'ReducedRedundancyStorage' },
  STANDARD_IA: { name: 'StandardIAStorage', sizeOverhead: 'StandardIASizeOverhead' },
  ONEZONE_IA: { name: 'OneZoneIAStorage', sizeOverhead: 'OneZoneIASizeOverhead' },
  INTELLIGENT_TIERING: { name: 'IntelligentTieringFAStorage' },
  GLACIER_IR: { name: 'GlacierInstantRetrievalStorage', sizeOverhead: 'GlacierIRSizeOverhead' },
  GLACIER: {
    name: 'GlacierStorage',
    objectOverheads: { GlacierObjectOverhead: 32 * 1024, GlacierS3ObjectOverhead: 8 * 1024 },
  },
  DEEP_ARCHIVE: {
    name: 'DeepArchiveStorage',
    objectOverheads: { DeepArchiveObjectOverhead: 32 * 1024, DeepArchiveS3ObjectOverhead: 8 * 1024 },
  },
} satisfies Partial<Record<ObjectStorageClass, StorageType>>;

/** Daily storage metrics of general purpose buckets: every version and every part of an upload that is not complete counts. */
export function bucketStorage(store: S3Store): BucketStorage {
  return {
    bucketsOf: (accountId, region) =>
      store
        .bucketsOf(accountId)
        .filter((bucket) => bucket.region === region)
        .map(({ name }) => name),
    at: (name, time) => {
      const bucket = store.find(name);
      return bucket === undefined || bucket.createdAt > time ? undefined : storageOf(bucket, time);
    },
  };
}

function storageOf(bucket: Bucket, time: Date): DailyStorage {
  const bytes = new Map<string, number>();
  let objects = 0;
  const add = (name: string, more: number): void => {
    if (more > 0) bytes.set(name, (bytes.get(name) ?? 0) + more);
  };
  for (const { versions } of bucket.keys.from('')) {
    for (const version of versions) {
      if (version.lastModified > time) continue;
      objects += 1;
      if (version.kind === 'object') addObject(add, version.storageClass, version.sizeBytes);
    }
  }
  for (const { parts, storageClass } of bucket.uploads.values()) {
    for (const part of parts.values()) {
      if (part.lastModified > time) continue;
      objects += 1;
      add(typeOf(storageClass).name, part.sizeBytes);
    }
  }
  return { bytes, objects };
}

function addObject(add: (name: string, more: number) => void, storageClass: string, sizeBytes: number): void {
  const { name, sizeOverhead, objectOverheads = {} } = typeOf(storageClass);
  add(name, sizeBytes);
  if (sizeOverhead !== undefined) add(sizeOverhead, SMALLEST_CHARGED_BYTES - sizeBytes);
  for (const [overhead, more] of Object.entries(objectOverheads)) add(overhead, more);
}

function typeOf(storageClass: string): StorageType {
  return entryOf(TYPES, storageClass) ?? { name: 'StandardStorage' };
}
