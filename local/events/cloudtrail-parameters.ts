import type {
  AccessControlPolicy,
  BucketLoggingStatus,
  CreateBucketConfiguration,
  ReplicationConfiguration,
  ReplicationRule,
  ReplicationRuleAndOperator,
  ReplicationRuleNotOperator,
  ReplicationRuleOrOperator,
  ServerSideEncryptionConfiguration,
  ServerSideEncryptionRule,
  Tagging,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { entryOf } from '../entry-of.ts';

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
  readonly CreateBucketConfiguration?: CreateBucketConfiguration;
  readonly ServerSideEncryptionConfiguration?: ServerSideEncryptionConfiguration;
  readonly VersioningConfiguration?: object;
  readonly Policy?: string;
  readonly BucketLoggingStatus?: BucketLoggingStatus;
  readonly ReplicationConfiguration?: ReplicationConfiguration;
  readonly Tagging?: Tagging;
  readonly AccessControlPolicy?: AccessControlPolicy;
  readonly ACL?: string;
}

/**
 * `requestParameters` as S3 writes them: they mirror the request's XML, so a rule is `Rule` and members have capitals.
 * The bodies of other configurations than encryption, versioning, policy, logging, replication, tagging, access control
 * and creation are left out.
 */
export function requestParameters(call: Call, bucket: string, input: unknown): Record<string, unknown> {
  const {
    CreateBucketConfiguration: create,
    ServerSideEncryptionConfiguration: encryption,
    VersioningConfiguration: versioning,
    Policy: policy,
    BucketLoggingStatus: logging,
    ReplicationConfiguration: replication,
    Tagging: tagging,
    AccessControlPolicy: acl,
    ACL: canned,
  } = readInput(input);
  const subResource = entryOf(SUB_RESOURCES, call.operation.replace(/^(?:Put|Delete)/, ''));
  return {
    bucketName: bucket,
    Host: `${call.service === 's3express' ? 's3express-control' : 's3'}.${call.region}.amazonaws.com`,
    ...(subResource === undefined ? {} : { [subResource]: '' }),
    ...(create?.LocationConstraint === undefined && create?.Location === undefined
      ? {}
      : { CreateBucketConfiguration: { ...creation(create), xmlns: XMLNS } }),
    ...(encryption === undefined
      ? {}
      : { ServerSideEncryptionConfiguration: { xmlns: XMLNS, Rule: single((encryption.Rules ?? []).map(rule)) } }),
    ...(versioning === undefined ? {} : { VersioningConfiguration: { xmlns: XMLNS, ...versioning } }),
    ...(logging === undefined ? {} : { BucketLoggingStatus: { xmlns: XMLNS, ...logging } }),
    ...(replication === undefined
      ? {}
      : {
          ReplicationConfiguration: {
            xmlns: XMLNS,
            Role: replication.Role,
            Rule: single((replication.Rules ?? []).map(replicationRule)),
          },
        }),
    ...(tagging === undefined
      ? {}
      : { Tagging: { xmlns: XMLNS, TagSet: { Tag: single((tagging.TagSet ?? []).map((tag) => ({ ...tag }))) } } }),
    ...(policy === undefined ? {} : { bucketPolicy: parsed(policy) }),
    ...(acl === undefined ? {} : { AccessControlPolicy: accessControlPolicy(acl) }),
    ...(canned === undefined ? {} : { 'x-amz-acl': canned }),
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

function creation({ LocationConstraint, Location, Bucket }: CreateBucketConfiguration): object {
  return LocationConstraint === undefined ? { Location, Bucket } : { LocationConstraint };
}

function accessControlPolicy({ Grants: grants = [], Owner }: AccessControlPolicy): object {
  const given = grants.map(({ Grantee: grantee, Permission }) => {
    const { Type, ...who } = grantee ?? {};
    return { Grantee: { 'xsi:type': Type, ...who }, Permission };
  });
  return { xmlns: XMLNS, AccessControlList: { Grant: single(given) }, ...(Owner === undefined ? {} : { Owner }) };
}

/** In the XML the tags and prefixes of a filter are single elements, without a list around them. */
function replicationRule({ Filter: filter, ...rest }: ReplicationRule): object {
  if (filter === undefined) return rest;
  const { And: both, Not: not, ...one } = filter;
  return {
    ...rest,
    Filter: {
      ...one,
      ...(both === undefined ? {} : { And: { ...elements(both), ...exclusion(both.Not) } }),
      ...exclusion(not),
    },
  };
}

function exclusion(not: ReplicationRuleNotOperator | undefined): object {
  if (not === undefined) return {};
  const { Or: either, ...one } = not;
  return { Not: { ...one, ...(either === undefined ? {} : { Or: elements(either) }) } };
}

function elements({ Prefix, Prefixes, Tags }: ReplicationRuleAndOperator & ReplicationRuleOrOperator): object {
  return {
    ...(Prefix === undefined ? {} : { Prefix }),
    ...(Prefixes === undefined ? {} : { Prefix: single(Prefixes) }),
    ...(Tags === undefined ? {} : { Tag: single(Tags) }),
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
