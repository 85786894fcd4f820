import type { Permission } from '../service.ts';
import { entryOf } from '../entry-of.ts';
import { allowsCloudFrontLogs, allowsLogDelivery } from './acl-grants.ts';
import type { Bucket } from './bucket.ts';
import { onObject } from './resource-permission.ts';
import { isAuthorized, serviceCall } from './service-call.ts';
import type { S3 } from './store.ts';

/** What one AWS service needs of a bucket whose default encryption is under KMS (aws-facts section 5). */
export interface ServiceWriter {
  /** `never`: it delivers under SSE-S3 only. `customer`: a customer key whose policy admits it; never an AWS managed key. */
  readonly kms: 'never' | 'customer';
  /** What the key policy must let it do. */
  readonly keyActions: readonly string[];
  /** With a bucket key, or for those that always do: kms:Decrypt too. */
  readonly decrypts: 'always' | 'with bucket key' | 'no';
  readonly dsse: boolean;
  /** Neither takes a bucket with a default retention. */
  readonly refusesDefaultRetention: boolean;
}

export const ACCESS_LOGS = 'logging.s3.amazonaws.com';
const VENDED_LOGS = 'delivery.logs.amazonaws.com';
const LOAD_BALANCERS = 'logdelivery.elasticloadbalancing.amazonaws.com';

const SSE_S3_ONLY: ServiceWriter = {
  kms: 'never',
  keyActions: [],
  decrypts: 'no',
  dsse: false,
  refusesDefaultRetention: false,
};
const ONLY_WITHOUT_RETENTION: ServiceWriter = { ...SSE_S3_ONLY, refusesDefaultRetention: true };
const CUSTOMER_KEY: ServiceWriter = {
  kms: 'customer',
  keyActions: ['kms:GenerateDataKey'],
  decrypts: 'no',
  dsse: true,
  refusesDefaultRetention: false,
};

const WRITERS: Readonly<Record<string, ServiceWriter>> = {
  [ACCESS_LOGS]: ONLY_WITHOUT_RETENTION,
  [LOAD_BALANCERS]: SSE_S3_ONLY,
  'logdelivery.elb.amazonaws.com': SSE_S3_ONLY,
  'redshift.amazonaws.com': ONLY_WITHOUT_RETENTION,
  [VENDED_LOGS]: { ...CUSTOMER_KEY, decrypts: 'with bucket key' },
  'cloudtrail.amazonaws.com': { ...CUSTOMER_KEY, decrypts: 'with bucket key' },
  'config.amazonaws.com': { ...CUSTOMER_KEY, decrypts: 'always' },
  'ses.amazonaws.com': CUSTOMER_KEY,
  's3.amazonaws.com': CUSTOMER_KEY,
  'storage-lens.s3.amazonaws.com': CUSTOMER_KEY,
};
const EXPORT_TASKS: ServiceWriter = { ...CUSTOMER_KEY, decrypts: 'always', dsse: false };

/** Names that stand for many: one per Region. */
const REGIONAL: readonly (readonly [name: RegExp, writer: ServiceWriter])[] = [
  [/^logs\.[a-z0-9-]+\.amazonaws\.com$/, EXPORT_TASKS],
  [/^redshift\.[a-z0-9-]+\.amazonaws\.com$/, ONLY_WITHOUT_RETENTION],
];

/** The writer of that service principal; undefined for one that is not known here. */
export function writerOf(service: string): ServiceWriter | undefined {
  return entryOf(WRITERS, service) ?? REGIONAL.find(([name]) => name.test(service))?.[1];
}

/** Every service principal that can deliver; `<region>` stands for any Region. */
export function knownWriters(): readonly string[] {
  return [...Object.keys(WRITERS), 'logs.<region>.amazonaws.com', 'redshift.<region>.amazonaws.com'];
}

/** The accounts that load balancers of older Regions write from (Application Load Balancer guide, "Access logs"). */
const LOAD_BALANCER_ACCOUNTS: Readonly<Record<string, string>> = {
  'us-east-1': '127311923021',
  'us-east-2': '033677994240',
  'us-west-1': '027434742980',
  'us-west-2': '797873946194',
  'af-south-1': '098369216593',
  'ap-east-1': '754344448648',
  'ap-southeast-3': '589379963580',
  'ap-south-1': '718504428378',
  'ap-northeast-3': '383597477331',
  'ap-northeast-2': '600734575887',
  'ap-southeast-1': '114774131450',
  'ap-southeast-2': '783225319266',
  'ap-northeast-1': '582318560864',
  'ca-central-1': '985666609251',
  'eu-central-1': '054676820928',
  'eu-west-1': '156460612806',
  'eu-west-2': '652711504416',
  'eu-south-1': '635631232127',
  'eu-west-3': '009996457667',
  'eu-north-1': '897822967062',
  'me-south-1': '076674570225',
  'sa-east-1': '507241528517',
  'us-gov-east-1': '190560391635',
  'us-gov-west-1': '048591011584',
};

export interface ServiceWrite {
  readonly service: string;
  readonly target: Bucket;
  readonly key: string;
  /** What the service acts for: `aws:SourceArn` and `aws:SourceAccount` of its request. */
  readonly from: { readonly arn?: string | undefined; readonly account?: string | undefined };
}

/**
 * Whether the bucket policy lets the service put the object. Access logs and CloudFront's legacy logs may be let in by the bucket's ACL
 * instead, load balancers by the account of their Region.
 */
export function mayWrite(s3: S3, write: ServiceWrite): boolean {
  const { service, target, key } = write;
  const put: Permission = onObject(target, { Key: key }, 's3:PutObject', requestKeys(write));
  return (
    s3.world.identity.allowsService(service, put) ||
    (service === ACCESS_LOGS && allowsLogDelivery(target)) ||
    (service === VENDED_LOGS && allowsCloudFrontLogs(target)) ||
    (service === LOAD_BALANCERS && mayWriteAsAccount(s3, target, put))
  );
}

/** The condition keys of a request that a service makes by itself. Every known writer asks for the bucket owner's full control. */
export function requestKeys({ target, from }: Pick<ServiceWrite, 'target' | 'from'>): Record<string, string> {
  return {
    's3:x-amz-acl': 'bucket-owner-full-control',
    'aws:SourceAccount': from.account ?? target.accountId,
    ...(from.arn === undefined ? {} : { 'aws:SourceArn': from.arn }),
  };
}

function mayWriteAsAccount(s3: S3, target: Bucket, put: Permission): boolean {
  const account = entryOf(LOAD_BALANCER_ACCOUNTS, target.region);
  if (account === undefined) return false;
  const caller = s3.world.identity.administrator(account);
  return isAuthorized(s3, serviceCall(s3, { caller, region: target.region, service: LOAD_BALANCERS }), [put]);
}
