import { createHash } from 'node:crypto';
import type { PublicAccessBlockConfiguration, Tag } from '@aws-sdk/client-s3-control';
import { partitionOf } from './bucket.ts';

/** A named way into one bucket, with a policy of its own (S3 guide, "Managing access with access points"). */
export interface AccessPoint {
  readonly name: string;
  readonly arn: string;
  /** Usable as a bucket name in object calls. */
  readonly alias: string;
  readonly accountId: string;
  readonly region: string;
  readonly bucket: string;
  readonly bucketAccountId: string;
  /** Only requests of this network are let in; from anywhere where absent. */
  readonly vpcId: string | undefined;
  readonly publicAccessBlock: Required<PublicAccessBlockConfiguration>;
  readonly tags: readonly Tag[];
  readonly createdAt: Date;
  policy: { readonly text: string; readonly document: unknown } | undefined;
}

export type NewAccessPoint = Omit<AccessPoint, 'arn' | 'alias' | 'policy'>;

export function newAccessPoint(of: NewAccessPoint): AccessPoint {
  const arn = accessPointArn(of);
  return { ...of, arn, alias: aliasOf(of.name, arn), policy: undefined };
}

export function accessPointArn({
  name,
  accountId,
  region,
}: Pick<AccessPoint, 'name' | 'accountId' | 'region'>): string {
  return `arn:${partitionOf(region)}:s3:${region}:${accountId}:accesspoint/${name}`;
}

/** The name, 34 letters and digits, and the suffix that no bucket may have; 63 characters at most. */
function aliasOf(name: string, arn: string): string {
  const letters = [...createHash('sha512').update(arn).digest()].map((byte) => (byte % 36).toString(36)).join('');
  return `${name.slice(0, 20)}-${letters.slice(0, 34)}-s3alias`;
}
