/** One bucket, wherever it is: its name alone says neither whose it is nor in which Region's ledger it is remembered. */
export interface BucketId {
  /** 12 digits. */
  account: string;
  region: string;
  /** The bucket's name; of a table bucket or a vector bucket its ARN, because their names are unique in one account and Region alone. */
  bucket: string;
}

/** The bucket as one text, for the ledger's key and for logs: `111122223333/eu-west-1/invoices`. */
export function bucketText({ account, region, bucket }: BucketId): string {
  return `${account}/${region}/${bucket}`;
}

/** One account and one Region of it. */
export type Place = Pick<BucketId, 'account' | 'region'>;

/** The place as one text, for the ledger's index of buckets: `111122223333/eu-west-1`. */
export function placeText({ account, region }: Place): string {
  return `${account}/${region}`;
}

/** A name of which `{account}` and `{region}` stand for those of a place: no role and no bucket can have a brace in its name. */
export function inPlace(name: string, { account, region }: Place): string {
  return name.replaceAll('{account}', account).replaceAll('{region}', region);
}

/** The partition of a Region: aws, aws-cn or aws-us-gov. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** What the ARN of a table bucket or a vector bucket says (Service Authorization Reference, Amazon S3 Tables and Amazon S3 Vectors). */
interface BucketArn extends Place {
  service: 's3tables' | 's3vectors';
  name: string;
}

/** What such an ARN looks like, for whoever checks input. */
export const BUCKET_ARN =
  /^arn:aws[a-z-]*:(s3tables|s3vectors):([a-z0-9-]+):(\d{12}):bucket\/([a-z0-9][a-z0-9-]{1,61}[a-z0-9])$/;

/** A bucket that is known by its ARN, taken apart; undefined for one that is known by its name. */
export function bucketByArn(bucket: string): BucketArn | undefined {
  const [, service, region = '', account = '', name = ''] = BUCKET_ARN.exec(bucket) ?? [];
  return service === 's3tables' || service === 's3vectors' ? { service, region, account, name } : undefined;
}

/** The name alone, whatever the bucket is known by: what the rules of a policy and people go by. */
export function nameOf(bucket: string): string {
  return bucketByArn(bucket)?.name ?? bucket;
}

/** The ARN of a bucket. A directory bucket's names its Region and account, a general purpose bucket's does not (Service Authorization Reference). */
export function bucketArn({ bucket, account, region }: BucketId, partition: string): string {
  if (bucketByArn(bucket) !== undefined) return bucket;
  return bucket.endsWith('--x-s3')
    ? `arn:${partition}:s3express:${region}:${account}:bucket/${bucket}`
    : `arn:${partition}:s3:::${bucket}`;
}

/**
 * Whether a bucket has the name of one for job reports of that account and Region (infra/member/region.yml): the prefix, 8 digits of the id of the stack that
 * made it, account and Region, and `an` where S3 has a namespace of the account's own (User Guide, "Namespaces for general purpose buckets"). A stack that is
 * made again takes another name, so an account may have several.
 */
export function isReportsBucket(name: string, prefix: string, { account, region }: Place): boolean {
  const start = `${prefix}-`;
  const end = `-${account}-${region}`;
  const whole = name.replace(/-an$/, '');
  return whole.startsWith(start) && whole.endsWith(end) && /^[0-9a-f]{8}$/.test(whole.slice(start.length, -end.length));
}
