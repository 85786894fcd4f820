import { AwsError, notEmulated } from '../errors.ts';

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--table-s3'];

/** Checks a name for CreateBucket (User Guide "General purpose bucket naming rules"). Throws InvalidBucketName, or 501 for directory buckets. */
export function checkBucketName(name: string): void {
  refuseDirectoryBucket(name);
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  const reserved =
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix));
  if (!wellFormed || reserved) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
      fields: { BucketName: name },
    });
  }
}

/** Directory buckets have rules of their own; none are emulated, so none can be made or addressed. */
export function refuseDirectoryBucket(name: string): void {
  if (name.endsWith('--x-s3')) throw notEmulated(`the directory bucket ${name}`);
}
