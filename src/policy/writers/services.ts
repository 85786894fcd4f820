import type { Writer, WriterGrant } from './writer.ts';

/** How one AWS service writes to buckets. The pages it rests on are named beside each row. */
export interface Service {
  service: string;
  takes: Writer['takes'];
  grant?: ServiceGrant;
}

export interface ServiceGrant extends Omit<WriterGrant, 'who' | 'contexts'> {
  /** What aws:SourceArn looks like where the bucket policy does not say. */
  sourceArn?: (of: { partition: string; account: string }) => string;
}

const GENERATE = ['kms:GenerateDataKey'];
const DECRYPT = ['kms:Decrypt'];

/** CloudWatch Logs guide, "Logs sent to Amazon S3": the same five for Network Load Balancers, flow logs and Resolver. */
const VENDED: ServiceGrant = {
  needs: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKey',
    'kms:DescribeKey',
  ],
  needsWithBucketKey: [],
  documented: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
  limit: 'source-account',
  refusesDsse: false,
  sourceArn: logsArn,
};

function logsArn({ partition, account }: { partition: string; account: string }): string {
  return `arn:${partition}:logs:*:${account}:*`;
}

function generateOnly(more: Partial<ServiceGrant> = {}): ServiceGrant {
  return {
    needs: GENERATE,
    needsWithBucketKey: [],
    documented: ['kms:GenerateDataKey*'],
    limit: 'source-account',
    refusesDsse: false,
    ...more,
  };
}

/** CloudFront's standard logs come through delivery.logs.amazonaws.com with no source that AWS documents (CloudFront guide). */
export const CLOUDFRONT_LOGS: Service = {
  service: 'CloudFront standard logs',
  takes: 'customer-key',
  grant: generateOnly({
    needsWithBucketKey: DECRYPT,
    documented: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    limit: 'none',
  }),
};

/** The third part of AWSLogs/ACCOUNT/SERVICE tells who is behind delivery.logs.amazonaws.com. */
const DELIVERED: Readonly<Record<string, Service>> = {
  elasticloadbalancing: { service: 'Network Load Balancer access logs', takes: 'customer-key', grant: VENDED },
  vpcflowlogs: { service: 'VPC flow logs', takes: 'customer-key', grant: VENDED },
  vpcdnsquerylogs: { service: 'Route 53 Resolver query logs', takes: 'customer-key', grant: VENDED },
  cloudfront: { service: 'CloudFront standard logs (v2)', takes: 'customer-key', grant: VENDED },
  waflogs: {
    service: 'AWS WAF logs',
    takes: 'customer-key',
    // The WAF guide names no more than GenerateDataKey*; with a bucket key CloudFront's logs, which come the same way, need Decrypt.
    grant: generateOnly({
      needsWithBucketKey: DECRYPT,
      documented: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      sourceArn: logsArn,
    }),
  },
};

const ANY_DELIVERY: Service = { service: 'vended logs', takes: 'customer-key', grant: VENDED };

/** Which service is behind delivery.logs.amazonaws.com, by the folder it writes to and the bucket's name. */
export function deliveredService(folder: string | undefined, bucket: string): Service {
  const known = folder === undefined ? undefined : DELIVERED[folder.toLowerCase()];
  if (known !== undefined) return known;
  return bucket.startsWith('aws-waf-logs-') ? (DELIVERED['waflogs'] ?? ANY_DELIVERY) : ANY_DELIVERY;
}

export const ACCESS_LOGS: Service = { service: 'S3 server access logs', takes: 'sse-s3-only' };
export const LOAD_BALANCER_LOGS: Service = {
  service: 'Application or Classic Load Balancer logs',
  takes: 'sse-s3-only',
};
const REDSHIFT_LOGS: Service = { service: 'Redshift audit logs', takes: 'sse-s3-only' };

/** CloudWatch Logs guide, "Export log data to Amazon S3": not under DSSE-KMS. */
const LOG_EXPORT: Service = {
  service: 'CloudWatch Logs exports',
  takes: 'customer-key',
  grant: generateOnly({
    needs: [...GENERATE, ...DECRYPT],
    documented: ['kms:GenerateDataKey', 'kms:Decrypt'],
    limit: 'none',
    refusesDsse: true,
  }),
};

const SERVICES: Readonly<Record<string, Service>> = {
  'logging.s3.amazonaws.com': ACCESS_LOGS,
  'logdelivery.elasticloadbalancing.amazonaws.com': LOAD_BALANCER_LOGS,
  'logdelivery.elb.amazonaws.com': LOAD_BALANCER_LOGS,
  'redshift.amazonaws.com': REDSHIFT_LOGS,
  'logs.amazonaws.com': LOG_EXPORT,
  // CloudTrail guide, "Configure AWS KMS key policies for CloudTrail".
  'cloudtrail.amazonaws.com': {
    service: 'CloudTrail logs',
    takes: 'customer-key',
    grant: generateOnly({
      needs: [...GENERATE, 'kms:DescribeKey'],
      needsWithBucketKey: DECRYPT,
      documented: ['kms:GenerateDataKey*', 'kms:Decrypt', 'kms:DescribeKey'],
      limit: 'source-arn',
      sourceArn: ({ partition, account }) => `arn:${partition}:cloudtrail:*:${account}:trail/*`,
    }),
  },
  // Config guide, "Permissions for the KMS key".
  'config.amazonaws.com': {
    service: 'AWS Config snapshots and history',
    takes: 'customer-key',
    grant: generateOnly({ needs: [...GENERATE, ...DECRYPT], documented: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
  },
  // SES guide, "Giving permissions to Amazon SES for email receiving".
  'ses.amazonaws.com': {
    service: 'SES incoming mail',
    takes: 'customer-key',
    grant: generateOnly({
      needs: [...GENERATE, ...DECRYPT],
      documented: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      sourceArn: ({ partition, account }) => `arn:${partition}:ses:*:${account}:receipt-rule-set/*`,
    }),
  },
  // S3 guide, "Configuring Amazon S3 Inventory".
  's3.amazonaws.com': {
    service: 'S3 Inventory reports',
    takes: 'customer-key',
    grant: generateOnly({
      documented: ['kms:GenerateDataKey'],
      sourceArn: ({ partition }) => `arn:${partition}:s3:::*`,
    }),
  },
  // S3 guide, "Using an AWS KMS key to encrypt your metrics exports".
  'storage-lens.s3.amazonaws.com': {
    service: 'S3 Storage Lens exports',
    takes: 'customer-key',
    grant: generateOnly({
      documented: ['kms:GenerateDataKey'],
      sourceArn: ({ partition, account }) => `arn:${partition}:s3:*:${account}:storage-lens/*`,
    }),
  },
};

/** The service behind a principal, also where it is written with a Region (redshift.REGION, logs.REGION); undefined where nobody has said. */
export function serviceOf(principal: string): Service | undefined {
  const name = principalName(principal);
  return SERVICES[name] ?? SERVICES[name.replace(/^(redshift|logs)\.[a-z0-9-]+\.amazonaws\.com$/, '$1.amazonaws.com')];
}

/** In China some principals end in amazonaws.com.cn. */
export function principalName(principal: string): string {
  return principal.toLowerCase().replace(/\.cn$/, '');
}
