import { randomBytes, randomUUID } from 'node:crypto';
import type { Key } from '../world.ts';

/** One KMS key with what KeyMetadata tells of it, and the master that wraps data keys. */
export interface KeyRecord extends Key {
  state: string;
  policy: unknown;
  description: string;
  readonly origin: string;
  readonly createdAt: Date;
  readonly multiRegion: boolean;
  /** Of a multi-Region key, where its primary is; of others their own. */
  readonly primaryRegion: string;
  deletionDate: Date | undefined;
  /** AES-256, made with the key and never leaving it; related multi-Region keys share it. */
  readonly master: Buffer;
}

export interface NewKey {
  /** A key that a configuration names by ARN keeps its id, of which `mrk-` says multi-Region; a random one where absent. */
  readonly id?: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly description?: string;
  readonly usage?: string;
  readonly spec?: string;
  readonly origin?: string;
  readonly multiRegion?: boolean;
  readonly manager?: 'AWS' | 'CUSTOMER';
  readonly policy?: unknown;
}

/** `primary` is the multi-Region key of which this one is a replica. */
export function createKeyRecord(options: NewKey, primary: KeyRecord | undefined): KeyRecord {
  const multiRegion = options.multiRegion ?? options.id?.startsWith('mrk-') ?? false;
  const id = options.id ?? (multiRegion ? `mrk-${randomBytes(16).toString('hex')}` : randomUUID());
  const origin = options.origin ?? 'AWS_KMS';
  return {
    arn: `arn:aws:kms:${options.region}:${options.accountId}:key/${id}`,
    id,
    accountId: options.accountId,
    region: options.region,
    state: origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
    usage: options.usage ?? 'ENCRYPT_DECRYPT',
    spec: options.spec ?? 'SYMMETRIC_DEFAULT',
    manager: options.manager ?? 'CUSTOMER',
    policy: options.policy ?? defaultKeyPolicy(options.accountId),
    description: options.description ?? '',
    origin,
    createdAt: options.createdAt,
    multiRegion,
    primaryRegion: primary?.region ?? options.region,
    deletionDate: undefined,
    master: primary?.master ?? randomBytes(32),
  };
}

/** What CreateKey sets without a policy: the account's own IAM policies decide (KMS Developer Guide, "Default key policy"). */
function defaultKeyPolicy(accountId: string): object {
  return {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
}

/** The policy of aws/s3 and its kind: used only through the service, read by the account, changed by nobody (KMS Developer Guide, "AWS managed keys"). */
export function managedKeyPolicy(alias: string, accountId: string, region: string): object {
  const service = alias.replace('alias/aws/', '');
  return {
    Version: '2012-10-17',
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:CallerAccount': accountId, 'kms:ViaService': `${service}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  };
}
