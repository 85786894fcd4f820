import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--table-s3'];

/** Checks a name for CreateBucket of an account (User Guide "General purpose bucket naming rules"). Throws InvalidBucketName, or 501 for directory buckets. */
export function checkBucketName(name: string, accountId: string): void {
  refuseDirectoryBucket(name);
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  const reserved =
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix));
  // <prefix>-<account>-<region>-an is of the account's own namespace, which nobody else may name a bucket in.
  const namespace = /-(\d{12})-[a-z]{2}(?:-[a-z]+)+-\d-an$/.exec(name)?.[1];
  if (!wellFormed || reserved || (namespace !== undefined && namespace !== accountId)) throw invalidName(name);
}

/** In the account's own namespace a name ends with account, Region and `an` (User Guide, "Namespaces for general purpose buckets"). */
export function checkRegionalName(name: string, { caller, region }: Call): void {
  if (!name.endsWith(`-${caller.accountId}-${region}-an`)) throw invalidName(name);
}

function invalidName(name: string): AwsError {
  return new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
    fields: { BucketName: name },
  });
}

/** Directory buckets have an endpoint of their own (local/s3/directory-buckets.ts). */
export function refuseDirectoryBucket(name: string): void {
  if (isDirectoryBucketName(name))
    throw notEmulated(`the directory bucket ${name} for a request that is not signed as s3express`);
}

export function isDirectoryBucketName(name: string): boolean {
  return name.endsWith('--x-s3');
}
