import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import type { World } from '../world.ts';
import { isDirectoryBucketName, refuseDirectoryBucket } from './bucket-name.ts';
import { checkThroughAccessPoint } from './access-point-compatibility.ts';
import { AccessPoints } from './access-points.ts';
import type { Bucket } from './bucket.ts';
import { Deliveries } from './deliveries.ts';
import { createEnvelope, type Envelope } from './envelope.ts';
import { accessDenied, noSuchBucket, permanentRedirect } from './s3-error.ts';
import { type Seed, seeded } from './seed.ts';
import type { StoredObject } from './stored-object.ts';
import { addVersion } from './versions.ts';

/** What a user of the store may choose. */
export interface S3Options {
  /**
   * What a PutBucketEncryption without BlockedEncryptionTypes, and a DeleteBucketEncryption, do to the blocked types: AWS does
   * not say (aws-facts 1.3). `keep` (the default) leaves what was there, `reset` sets the new bucket's value.
   */
  readonly blockedTypesOnOmit?: 'keep' | 'reset';
  /** A store of directory buckets, which are another name space with an endpoint of its own. */
  readonly directory?: boolean;
  /** The largest source of one CopyObject; S3's is 5 GiB. */
  readonly copyLimitBytes?: number;
  /** True asks KMS at every HeadObject of an object under a KMS key. AWS names kms:Decrypt for GetObject, for HeadObject only with checksums. */
  readonly headAsksKms?: boolean;
}

/** What every S3 operation works with. */
export interface S3 {
  readonly world: World;
  readonly store: S3Store;
}

const GIBIBYTE = 1024 ** 3;

/** All buckets of all accounts: bucket names are global. */
export class S3Store {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => Date;
  readonly envelope: Envelope;
  /** What AWS services wrote into the buckets by themselves, and what of it failed. */
  readonly deliveries = new Deliveries();
  /** Named ways into the buckets, each with a policy of its own. */
  readonly accessPoints = new AccessPoints();
  readonly options: Required<S3Options>;

  constructor(world: World, options: S3Options = {}) {
    this.#now = world.now;
    this.envelope = createEnvelope(world.keys);
    this.options = {
      blockedTypesOnOmit: 'keep',
      directory: false,
      copyLimitBytes: 5 * GIBIBYTE,
      headAsksKms: false,
      ...options,
    };
  }

  add(bucket: Bucket): void {
    this.#buckets.set(bucket.name, bucket);
  }

  remove(name: string): void {
    this.#buckets.delete(name);
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  /** Where a bucket, or the one behind an access point, is. */
  regionOf(name: string): string | undefined {
    return (this.find(name) ?? this.find(this.accessPoints.find(name)?.bucket ?? ''))?.region;
  }

  /** The buckets of one account in the order of their names. */
  bucketsOf(accountId: string): Bucket[] {
    const own = [...this.#buckets.values()].filter((bucket) => bucket.accountId === accountId);
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The bucket that a request means. Throws NoSuchBucket, PermanentRedirect, or AccessDenied where the expected owner is another. */
  locate(input: { Bucket?: string | undefined; ExpectedBucketOwner?: string | undefined }, call: Call): Bucket {
    const bucket = this.require(input.Bucket, input.ExpectedBucketOwner, call.region);
    if (bucket.name !== input.Bucket) checkThroughAccessPoint(call.operation);
    if (bucket.region === call.region) return bucket;
    // The name of a directory bucket means something in its own Region only.
    throw this.options.directory ? noSuchBucket(bucket.name) : permanentRedirect(bucket.name, bucket.region);
  }

  /** The same in any Region: a copy may read from another one. An access point stands for its bucket. */
  require(name = '', expectedOwner?: string, region?: string): Bucket {
    if (!this.options.directory) refuseDirectoryBucket(name);
    else if (!isDirectoryBucketName(name))
      throw notEmulated(`the general purpose bucket ${name} at the endpoint of directory buckets`);
    const bucket = this.#buckets.get(name) ?? this.#buckets.get(this.accessPoints.find(name, region)?.bucket ?? '');
    if (bucket === undefined) throw noSuchBucket(name);
    if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) throw accessDenied();
    return bucket;
  }

  /**
   * Puts an object in place that no API call can make any more: not encrypted, of a chosen age, or too large to be sent. This is NOT part of the S3 API;
   * it runs no permission check, publishes nothing, and exists for scenarios and tests.
   */
  seedObject(seed: Seed): StoredObject {
    return addVersion(this.require(seed.bucket), seeded(seed, this.envelope, this.#now()));
  }
}
