import type { ServerSideEncryptionConfiguration, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';

const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The query parameter that names what of the bucket is put or deleted, by operation without its verb. */
const SUB_RESOURCES: Readonly<Record<string, string>> = {
  BucketEncryption: 'encryption',
  BucketPolicy: 'policy',
  BucketVersioning: 'versioning',
  BucketTagging: 'tagging',
  BucketAcl: 'acl',
  BucketCors: 'cors',
  BucketLogging: 'logging',
  BucketWebsite: 'website',
  BucketReplication: 'replication',
  BucketLifecycle: 'lifecycle',
  BucketLifecycleConfiguration: 'lifecycle',
  BucketNotificationConfiguration: 'notification',
  BucketOwnershipControls: 'ownershipControls',
  BucketInventoryConfiguration: 'inventory',
  BucketRequestPayment: 'requestPayment',
  PublicAccessBlock: 'publicAccessBlock',
  ObjectLockConfiguration: 'object-lock',
};

interface BucketInput {
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string };
  readonly ServerSideEncryptionConfiguration?: ServerSideEncryptionConfiguration;
  readonly VersioningConfiguration?: object;
  readonly Policy?: string;
}

/**
 * `requestParameters` as S3 writes them: they mirror the request's XML, so a rule is `Rule` and members have capitals.
 * The bodies of other configurations than encryption, versioning, policy and creation are left out.
 */
export function requestParameters(call: Call, bucket: string, input: unknown): Record<string, unknown> {
  const {
    CreateBucketConfiguration: create,
    ServerSideEncryptionConfiguration: encryption,
    VersioningConfiguration: versioning,
    Policy: policy,
  } = readInput(input);
  const subResource = SUB_RESOURCES[call.operation.replace(/^(?:Put|Delete)/, '')];
  return {
    bucketName: bucket,
    Host: `s3.${call.region}.amazonaws.com`,
    ...(subResource === undefined ? {} : { [subResource]: '' }),
    ...(create?.LocationConstraint === undefined
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: create.LocationConstraint, xmlns: XMLNS } }),
    ...(encryption === undefined
      ? {}
      : { ServerSideEncryptionConfiguration: { xmlns: XMLNS, Rule: single((encryption.Rules ?? []).map(rule)) } }),
    ...(versioning === undefined ? {} : { VersioningConfiguration: { xmlns: XMLNS, ...versioning } }),
    ...(policy === undefined ? {} : { bucketPolicy: parsed(policy) }),
  };
}

const readInput = (input: unknown): BucketInput => (typeof input === 'object' && input !== null ? input : {});

function rule({
  ApplyServerSideEncryptionByDefault: byDefault,
  BucketKeyEnabled,
  BlockedEncryptionTypes: blocked,
}: ServerSideEncryptionRule): object {
  return {
    ...(byDefault === undefined ? {} : { ApplyServerSideEncryptionByDefault: { ...byDefault } }),
    ...(BucketKeyEnabled === undefined ? {} : { BucketKeyEnabled }),
    ...(blocked?.EncryptionType === undefined
      ? {}
      : { BlockedEncryptionTypes: { EncryptionType: single(blocked.EncryptionType) } }),
  };
}

/** One XML element becomes a value, several become a list. */
const single = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : values);

function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch {
    // A malformed policy was refused; the record shows it as it came.
    return policy;
  }
}
