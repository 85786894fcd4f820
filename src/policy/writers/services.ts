import services from './services.json' with { type: 'json' };

/** How one AWS service writes to buckets and how a policy shows it. `page` in services.json names what the row rests on. Lists have blanks between. */
export interface Service {
  service: string;
  /** Service principals, without a Region and the .amazonaws.com at their end. */
  principals?: string;
  /** The third part of the ARNs that it writes for, where its `sourceArn` does not say. */
  source?: string;
  /** AWS accounts that deliver for it. */
  accounts?: string;
  canonicalUser?: string;
  /** The third part of AWSLogs/ACCOUNT/SERVICE in lower case, with what is delivered there. */
  folders?: Readonly<Record<string, string>>;
  /** It writes under a key that its own settings name, or as a role of the account: the default of the bucket does not touch it. */
  isUntouched?: boolean;
  /** Nobody has said what it can write under. */
  isUnknown?: boolean;
  /** What a key policy must hold; any other service without one writes under SSE-S3 alone. */
  grant?: ServiceGrant;
}

/** Actions are those of KMS, without its name. */
export interface ServiceGrant {
  /** The actions that a key policy must allow, as AWS documents them for the statement, with * where it has one. */
  needs: string;
  /** What must be allowed as well where the bucket uses a bucket key. */
  needsWithBucketKey?: string;
  /** The condition key by which AWS documents the statement to be limited, where that is not aws:SourceAccount; `none` where it documents none. */
  limit?: string;
  refusesDsse?: boolean;
  /** What aws:SourceArn looks like where the bucket policy does not say, behind arn:PARTITION: and with ACCOUNT in its place. */
  sourceArn?: string;
}

/** As a policy names actions of KMS. */
export function kmsActions(actions = ''): string[] {
  return wordsOf(actions).map((action) => `kms:${action}`);
}

/** Those that are asked for, one by one, where a policy may name them by a pattern. */
export function askedActions(actions?: string): string[] {
  const both = actions?.replace('ReEncrypt*', 'ReEncryptFrom ReEncryptTo');
  return kmsActions(both?.replaceAll('*', ''));
}

/** As a policy names the service; the first where it has several names. */
export function principalOf(service: Service | undefined): string | undefined {
  const [first] = wordsOf(service?.principals);
  return first && `${first}.amazonaws.com`;
}

function wordsOf(list = ''): string[] {
  return list.split(' ').filter((word) => word !== '');
}

export const ACCESS_LOGS = services.accessLogs;
export const CLOUDFRONT_LOGS = services.cloudFrontLogs;
export const TABLE_MAINTENANCE = services.tableMaintenance;

/** Who is behind it shows only in the folder that it writes to. */
export const DELIVERY = 'delivery.logs.amazonaws.com';

/** CloudFront reads and writes for its viewers, so it is judged with the readers. */
export const CLOUDFRONT = 'cloudfront.amazonaws.com';

const SERVICES: readonly Service[] = Object.values(services);

const BY_FOLDER: ReadonlyMap<string, Service> = new Map(
  SERVICES.flatMap((one) => Object.entries(one.folders ?? {}).map(([name, service]) => [name, { ...one, service }])),
);

/** Which service is behind delivery.logs.amazonaws.com, by the folder it writes to and the bucket's name. */
export function deliveredService(folder: string, bucket: string): Service {
  const byName = bucket.startsWith('aws-waf-logs-') ? services.wafLogs : services.vendedLogs;
  return BY_FOLDER.get(folder.toLowerCase()) ?? byName;
}

/** The service behind a principal, whatever its Region; undefined where nobody has said. */
export function serviceOf(principal: string): Service | undefined {
  const family = familyOf(principal);
  return SERVICES.find(({ principals }) => wordsOf(principals).some((name) => family === `${name}.amazonaws.com`));
}

/** Of a principal that is written with a Region (redshift.REGION, guardduty.REGION) the name without it: all of a family are one writer. */
export function familyOf(principal: string): string {
  return principalName(principal).replace(
    /^([a-z0-9-]+)\.[a-z]{2,4}(-[a-z]+)+-\d\.amazonaws\.com$/,
    '$1.amazonaws.com',
  );
}

/** The service that an AWS account delivers for; undefined for any other account. */
export function serviceOfAccount(account: string): Service | undefined {
  return BY_ACCOUNT.get(account);
}

const BY_ACCOUNT = new Map(SERVICES.flatMap((one) => wordsOf(one.accounts).map((id) => [id, one])));

/**
 * The principal of the service that writes for a resource. A bucket as the source means access logs, which take SSE-S3 only, or Inventory,
 * which takes a key: that is left open, as is everything that is not known.
 */
export function principalOfSource(arn: string): string | undefined {
  const [, , source = '', region = '', , resource = ''] = arn.split(':');
  if (source === 'cloudfront') return CLOUDFRONT;
  if (source === 's3') return resource.startsWith('storage-lens/') ? principalOf(services.storageLens) : undefined;
  if (source === 'logs' && resource === 'log-group') {
    return /^[a-z0-9-]+$/.test(region) ? `logs.${region}.amazonaws.com` : undefined;
  }
  return principalOf(SERVICES.find((one) => source === (one.source ?? one.grant?.sourceArn?.split(':')[0])));
}

/** In China some principals end in amazonaws.com.cn. */
export function principalName(principal: string): string {
  return principal.toLowerCase().replace(/\.cn$/, '');
}
