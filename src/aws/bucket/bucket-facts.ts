import {
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  type Grant as SdkGrant,
  HeadBucketCommand,
  type ReplicationRule as SdkRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AclGrant, ReplicationRule, Tag, Website } from '../../policy/facts.ts';
import { present } from '../../present.ts';
import { bucketRegionOf } from '../sdk/service-error.ts';
import { bucketFact, type OwnedBucket, targetOf } from './owned-bucket.ts';

/** GetBucketTagging: the bucket's tags, none where it has no tag set. */
export function createBucketTags(s3: S3Client) {
  const fact = { name: 'tags', action: 's3:GetBucketTagging', absent: { NoSuchTagSet: [] } };
  return bucketFact<Tag[]>(fact, async (target, odd) => {
    const { TagSet: tags } = await s3.send(new GetBucketTaggingCommand(target));
    if (tags === undefined) throw odd('it has no TagSet');
    return tags.map(({ Key: key, Value: value }) => {
      if (key === undefined) throw odd('a tag has no key');
      return { key, value: value ?? '' };
    });
  });
}

/** GetBucketPolicy: the JSON text of the bucket's policy; undefined where it has none. */
export function createBucketPolicy(s3: S3Client) {
  const fact = {
    name: 'policy',
    action: 's3:GetBucketPolicy',
    directoryAction: 's3express:GetBucketPolicy',
    absent: { NoSuchBucketPolicy: undefined },
  };
  return bucketFact<string | undefined>(fact, async (target, odd) => {
    const { Policy: policy = '' } = await s3.send(new GetBucketPolicyCommand(target));
    if (policy === '') throw odd('it is empty');
    return policy;
  });
}

/** GetBucketWebsite: whether the website endpoint serves objects of the bucket, only redirects, or is off. */
export function createBucketWebsite(s3: S3Client) {
  const absent = { NoSuchWebsiteConfiguration: 'none' } as const;
  const fact = { name: 'website configuration', action: 's3:GetBucketWebsite', absent };
  return bucketFact<Website>(fact, async (target, odd) => {
    const output = await s3.send(new GetBucketWebsiteCommand(target));
    if (output.RedirectAllRequestsTo !== undefined) return 'redirect';
    if (output.IndexDocument !== undefined) return 'site';
    throw odd('it has neither IndexDocument nor RedirectAllRequestsTo');
  });
}

/** GetBucketAcl: who is granted what beside policies. A bucket without ACLs answers one grant, its owner's. */
export function createBucketAcl(s3: S3Client) {
  const fact = { name: 'access control list', action: 's3:GetBucketAcl' };
  return bucketFact<AclGrant[]>(fact, async (target, odd) => {
    const { Owner: owner, Grants: grants = [] } = await s3.send(new GetBucketAclCommand(target));
    if (owner?.ID === undefined) throw odd('it names no owner');
    return grants.map((grant, at) => {
      const parsed = grantOf(grant, owner.ID);
      if (parsed === undefined) throw odd(`grant ${at + 1} names no grantee or no permission`);
      return parsed;
    });
  });
}

function grantOf({ Grantee: grantee, Permission: permission }: SdkGrant, owner?: string): AclGrant | undefined {
  if (permission === undefined) return undefined;
  if (grantee?.URI !== undefined) return { uri: grantee.URI, permission, isOwner: false };
  if (grantee?.ID !== undefined) return { id: grantee.ID, permission, isOwner: grantee.ID === owner };
  return undefined;
}

/**
 * GetBucketReplication: the rules of a replication source, of the old schema (Prefix) and of the new one (Filter, Priority); none
 * where nothing is replicated. A rule of any other shape makes the whole unread, by its name.
 */
export function createBucketReplication(s3: S3Client) {
  const fact = {
    name: 'replication',
    action: 's3:GetReplicationConfiguration',
    absent: { ReplicationConfigurationNotFoundError: [] },
  };
  const region = createBucketRegion(s3);
  return bucketFact<ReplicationRule[]>(fact, async (target, odd) => {
    const { ReplicationConfiguration: found } = await s3.send(new GetBucketReplicationCommand(target));
    const { Role: role, Rules: rules } = found ?? {};
    if (rules === undefined || role === undefined) throw odd('it has no rules or no role');
    return Promise.all(
      rules.map(async (rule, at) => {
        const oddity = oddityOf(rule);
        if (oddity !== undefined) throw odd(`rule ${nameOfRule(rule, at)} ${oddity}`);
        const parsed = ruleOf(rule, { at, role });
        if (!parsed.usesSourceKey) return parsed;
        const account = rule.Destination?.Account ?? target.ExpectedBucketOwner ?? '';
        return {
          ...parsed,
          ...present({ destinationRegion: await region({ bucket: parsed.destinationBucket, account }) }),
        };
      }),
    );
  });
}

function isSwitch(status: string | undefined): boolean {
  return status === 'Enabled' || status === 'Disabled';
}

/** Undefined where the rule has the shape of one of the two schemas. */
function oddityOf(rule: SdkRule): string | undefined {
  const kms = rule.SourceSelectionCriteria?.SseKmsEncryptedObjects;
  const source = rule.Destination?.EncryptionConfiguration?.UseSourceMultiRegionKey;
  if (!isSwitch(rule.Status)) return `has the status ${rule.Status}`;
  if (kms !== undefined && !isSwitch(kms.Status)) {
    return `has the status ${kms.Status} for SSE-KMS objects`;
  }
  if (source !== undefined && !isSwitch(source.Status)) {
    return `has the status ${source.Status} for UseSourceMultiRegionKey`;
  }
  if (rule.Destination?.Bucket === undefined) return 'names no destination bucket';
  const isNew = rule.Filter !== undefined || rule.Priority !== undefined || source !== undefined;
  if (rule.Prefix !== undefined && isNew) {
    return 'mixes the old schema (Prefix) with the new one (Filter, Priority, UseSourceMultiRegionKey)';
  }
  return undefined;
}

function ruleOf(rule: SdkRule, { at, role }: { at: number; role: string }): ReplicationRule {
  return {
    id: nameOfRule(rule, at),
    enabled: rule.Status === 'Enabled',
    destinationBucket: (rule.Destination?.Bucket ?? '').split(':').at(-1) ?? '',
    replicatesKms: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled',
    usesSourceKey: rule.Destination?.EncryptionConfiguration?.UseSourceMultiRegionKey?.Status === 'Enabled',
    ...present({ replicaKeyId: rule.Destination?.EncryptionConfiguration?.ReplicaKmsKeyID }),
    role,
  };
}

function nameOfRule({ ID: id }: SdkRule, at: number): string {
  return id === undefined || id === '' ? `number ${at + 1}` : id;
}

/**
 * HeadBucket: the Region that S3 itself names in x-amz-bucket-region, which it does on success and with 301, 400 and 403 alike;
 * undefined where it names none. Never throws: a Region is either proven or not known. Needs s3:ListBucket only for the 200.
 */
export function createBucketRegion(s3: S3Client) {
  return async function readBucketRegion(owned: OwnedBucket): Promise<string | undefined> {
    try {
      return (await s3.send(new HeadBucketCommand(targetOf(owned)))).BucketRegion;
    } catch (error) {
      return bucketRegionOf(error);
    }
  };
}
