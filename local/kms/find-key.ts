import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { KeyRecord } from './key-record.ts';
import type { KeyStore } from './key-store.ts';

/** Aliases that AWS predefines: naming one makes its key (KMS API, DescribeKey). */
const PREDEFINED = new Set(['s3', 'sqs', 'sns', 'lambda', 'dynamodb', 'ebs'].map((service) => `alias/aws/${service}`));

/** The key that a request names, as its endpoint sees it: ids and names in the caller's account, ARNs only of the endpoint's own Region. */
export function findKey(store: KeyStore, keyId: string, call: Call): KeyRecord {
  const region = /^arn:[^:]+:kms:([^:]*):/.exec(keyId)?.[1];
  if (region !== undefined && region !== call.region)
    throw new AwsError('NotFoundException', `Invalid arn ${region}`, 400);
  if (PREDEFINED.has(keyId)) return store.managed(keyId, call.caller.accountId, call.region);
  return store.resolve(keyId, call.caller.accountId, call.region);
}
