import type { StorageClass } from '@aws-sdk/client-s3';
import type { ObjectEnd } from './check-versions.ts';
import {
  granted,
  inParts,
  type Making,
  multipart,
  oldRetained,
  replacedVersions,
  seeded,
  underCustomerKey,
  withLock,
} from './make-objects.ts';
import type { ObjectVersion } from './object-version.ts';
import { oddKeys } from './odd-keys.ts';

/** Objects of one kind: in which bucket they are, what is to become of them, and how they are made. */
export interface ClassOfObjects {
  name: string;
  bucket: BucketName;
  end: ObjectEnd | ((version: ObjectVersion) => ObjectEnd);
  /** How many times as many as of another class. */
  share?: number;
  keys?: (folder: string, count: number) => string[];
  make: (keys: readonly string[], making: Making) => Promise<unknown>;
}

/** How the buckets are made; each is below its standard when Reseal comes. */
export const BUCKETS = {
  'objects-mixed': {},
  'objects-versioned': { versioning: 'Enabled' },
  // Its versioning goes on and off while objects are written.
  'objects-suspended': {},
  'objects-locked': { lock: true },
  'objects-acls': { acls: true },
  'objects-stopped': { lock: true },
  'objects-uploads': {},
  'objects-replaced': {},
  'objects-cancelled': {},
  'objects-costly': {},
  // Of these the policy lets Reseal make copies of its own (policy.yaml).
  'objects-own': {},
  'objects-own-acls': { acls: true },
  'objects-own-website': { website: true },
  'objects-own-versioned': { versioning: 'Enabled' },
  'objects-own-locked': { lock: true },
  'objects-own-dsse': {},
  // Its archived objects may be restored.
  'objects-own-archived': {},
  'objects-inline': {},
} as const satisfies Record<string, BucketSettings>;
export type BucketName = keyof typeof BUCKETS;

export interface BucketSettings {
  versioning?: 'Enabled';
  lock?: true;
  acls?: true;
  website?: true;
}

const unencrypted = (storageClass: StorageClass) => seeded({ protection: { algorithm: 'none' }, storageClass });
const sseS3 = seeded({ protection: { algorithm: 'AES256' } });

const COPYABLE = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'] as const;
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'] as const;
const word = (storageClass: string) => storageClass.toLowerCase().replaceAll('_', '-');

const isMarker = ({ isMarker: is }: ObjectVersion): ObjectEnd | undefined => (is ? 'kept' : undefined);

/** What was written anew meanwhile may be right already. */
function orRight({ encryption }: ObjectVersion): ObjectEnd {
  return encryption.algorithm === 'AES256' ? 'updated' : 'kept';
}

/** What only a copy of our own can move, and what stays all the same. */
const OWN: readonly ClassOfObjects[] = [
  { name: 'own-parts', bucket: 'objects-own', end: 'copied', share: 0.1, make: inParts('COMPOSITE') },
  { name: 'own-whole-checksum', bucket: 'objects-own', end: 'copied', share: 0.1, make: inParts('FULL_OBJECT') },
  {
    name: 'own-reduced-redundancy',
    bucket: 'objects-own',
    end: 'copied',
    share: 0.2,
    make: seeded({
      protection: { algorithm: 'none' },
      storageClass: 'REDUCED_REDUNDANCY',
      checksum: { algorithm: 'SHA256', type: 'FULL_OBJECT' },
    }),
  },
  {
    name: 'own-odd-keys',
    bucket: 'objects-own',
    end: 'copied',
    share: 0.2,
    keys: oddKeys,
    make: unencrypted('REDUCED_REDUNDANCY'),
  },
  { name: 'beside-own', bucket: 'objects-own', end: 'copied', share: 0.2, make: unencrypted('STANDARD') },
  // No copy of ours goes through, whatever is tried (objects-faults.ts).
  { name: 'own-broken', bucket: 'objects-own', end: 'named', share: 0.1, make: unencrypted('REDUCED_REDUNDANCY') },
  { name: 'own-archived', bucket: 'objects-own', end: 'named', share: 0.1, make: unencrypted('GLACIER') },
  { name: 'own-acls', bucket: 'objects-own-acls', end: 'copied', share: 0.2, make: granted(unencrypted('STANDARD')) },
  { name: 'own-acls-sse-s3', bucket: 'objects-own-acls', end: 'updated', share: 0.2, make: granted(sseS3) },
  {
    name: 'own-redirects',
    bucket: 'objects-own-website',
    end: 'copied',
    share: 0.2,
    make: seeded({
      protection: { algorithm: 'none' },
      content: { WebsiteRedirectLocation: '/elsewhere', CacheControl: 'no-cache', ContentType: 'text/html' },
    }),
  },
  {
    name: 'own-versions',
    bucket: 'objects-own-versioned',
    end: ({ isCurrent }) => (isCurrent ? 'copied' : 'named'),
    share: 0.2,
    make: async (keys, making) => {
      await unencrypted('REDUCED_REDUNDANCY')(keys, { ...making, round: 'first' });
      await unencrypted('REDUCED_REDUNDANCY')(keys, making);
    },
  },
  { name: 'own-lockable', bucket: 'objects-own-locked', end: 'copied', share: 0.2, make: unencrypted('STANDARD') },
  { name: 'own-retained', bucket: 'objects-own-locked', end: 'named', share: 0.2, make: oldRetained() },
  ...ARCHIVES.map((storageClass): ClassOfObjects => ({
    name: `own-restored-${word(storageClass)}`,
    bucket: 'objects-own-archived',
    end: 'copied',
    share: 0.1,
    make: unencrypted(storageClass),
  })),
  { name: 'own-dsse', bucket: 'objects-own-dsse', end: 'copied', share: 0.2, make: sseS3 },
  { name: 'inline', bucket: 'objects-inline', end: 'updated', share: 0.2, make: sseS3 },
  { name: 'inline-old', bucket: 'objects-inline', end: 'copied', share: 0.2, make: unencrypted('STANDARD') },
];

/** Every class of objects, told independently of Reseal: design and S3's promises say what is to become of each. */
export const CLASSES: readonly ClassOfObjects[] = [
  { name: 'sse-s3', bucket: 'objects-mixed', end: 'updated', make: sseS3 },
  { name: 'other-key', bucket: 'objects-mixed', end: 'updated', make: underKey('other', true) },
  { name: 'other-key-no-bucket-key', bucket: 'objects-mixed', end: 'updated', make: underKey('other', false) },
  { name: 'aws-key', bucket: 'objects-mixed', end: 'updated', make: underKey('aws', true) },
  { name: 'no-bucket-key', bucket: 'objects-mixed', end: 'updated', make: underKey('standard', false) },
  { name: 'already-right', bucket: 'objects-mixed', end: 'kept', make: underKey('standard', true) },
  {
    name: 'dsse',
    bucket: 'objects-mixed',
    end: 'kept',
    make: (keys, making) =>
      seeded({ protection: { algorithm: 'aws:kms:dsse', keyArn: making.keys.other } })(keys, making),
  },
  ...COPYABLE.map((storageClass): ClassOfObjects => ({
    name: `old-${word(storageClass)}`,
    bucket: 'objects-mixed',
    end: 'copied',
    make: unencrypted(storageClass),
  })),
  ...ARCHIVES.flatMap((storageClass): ClassOfObjects[] => [
    {
      name: `archived-${word(storageClass)}`,
      bucket: 'objects-mixed',
      end: 'updated',
      make: seeded({ protection: { algorithm: 'AES256' }, storageClass }),
    },
    { name: `old-${word(storageClass)}`, bucket: 'objects-mixed', end: 'named', make: unencrypted(storageClass) },
  ]),
  {
    name: 'reduced-redundancy',
    bucket: 'objects-mixed',
    end: 'updated',
    make: seeded({ protection: { algorithm: 'AES256' }, storageClass: 'REDUCED_REDUNDANCY' }),
  },
  {
    name: 'old-reduced-redundancy',
    bucket: 'objects-mixed',
    end: 'named',
    make: unencrypted('REDUCED_REDUNDANCY'),
  },
  { name: 'sse-c', bucket: 'objects-mixed', end: 'named', make: underCustomerKey },
  { name: 'multipart', bucket: 'objects-mixed', end: 'updated', make: multipart },
  // Every task on it fails, whatever is tried (objects-faults.ts).
  { name: 'broken', bucket: 'objects-mixed', end: 'named', share: 0.1, make: sseS3 },
  { name: 'odd-keys', bucket: 'objects-mixed', end: 'updated', keys: oddKeys, make: sseS3 },
  { name: 'old-odd-keys', bucket: 'objects-mixed', end: 'copied', keys: oddKeys, make: unencrypted('STANDARD') },
  { name: 'versions', bucket: 'objects-versioned', end: 'updated', make: replacedVersions({ deleted: false }) },
  {
    name: 'deleted',
    bucket: 'objects-versioned',
    end: (version) => isMarker(version) ?? 'updated',
    make: replacedVersions({ deleted: true }),
  },
  {
    name: 'old-versions',
    bucket: 'objects-versioned',
    end: ({ isCurrent }) => (isCurrent ? 'copied' : 'named'),
    make: async (keys, making) => {
      await unencrypted('STANDARD')(keys, { ...making, round: 'first' });
      await unencrypted('STANDARD')(keys, making);
    },
  },
  { name: 'null-versions', bucket: 'objects-suspended', end: 'updated', make: replacedVersions({ suspended: true }) },
  { name: 'retained', bucket: 'objects-locked', end: 'named', make: withLock('retention') },
  { name: 'legal-hold', bucket: 'objects-locked', end: 'named', make: withLock('legal-hold') },
  { name: 'lockable', bucket: 'objects-locked', end: 'updated', make: sseS3 },
  { name: 'old-lockable', bucket: 'objects-locked', end: 'named', make: unencrypted('STANDARD') },
  { name: 'acls', bucket: 'objects-acls', end: 'updated', make: sseS3 },
  { name: 'old-acls', bucket: 'objects-acls', end: 'named', make: unencrypted('STANDARD') },
  // Keys are worked on in their order: what fails comes first, so that the job of a full size ends at the failure threshold.
  { name: 'a-retained', bucket: 'objects-stopped', end: 'named', share: 6, make: withLock('retention') },
  { name: 'b-untried', bucket: 'objects-stopped', end: 'updated', share: 5, make: sseS3 },
  { name: 'beside-uploads', bucket: 'objects-uploads', end: 'updated', make: sseS3 },
  // Begun before Reseal came, and completed after its first sweep.
  { name: 'upload-in-flight', bucket: 'objects-uploads', end: 'updated', make: async () => {} },
  { name: 'replaced', bucket: 'objects-replaced', end: orRight, share: 2, make: sseS3 },
  { name: 'cancelled', bucket: 'objects-cancelled', end: 'updated', share: 4, make: sseS3 },
  { name: 'costly', bucket: 'objects-costly', end: 'updated', share: 2, make: sseS3 },
  ...OWN,
];

function underKey(key: keyof Making['keys'], bucketKey: boolean): ClassOfObjects['make'] {
  return (keys, making) =>
    seeded({ protection: { algorithm: 'aws:kms', keyArn: making.keys[key], bucketKey } })(keys, making);
}
