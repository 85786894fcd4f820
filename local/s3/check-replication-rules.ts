import {
  DeleteMarkerReplicationStatus,
  type Destination,
  type ReplicationRule,
  ReplicationRuleStatus,
  SseKmsEncryptedObjectsStatus,
  UseSourceMultiRegionKeyStatus,
} from '@aws-sdk/client-s3';
import { notEmulated } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { checkEnumerated } from './enumerated.ts';
import { checkStorageClass } from './put-object.ts';
import { isFilter } from './replication-filter.ts';
import { isNewSchema, usesSourceKey } from './replication-rule.ts';
import { invalidArgument, invalidRequest, malformedXml } from './s3-error.ts';
import type { S3 } from './store.ts';

const MOST_RULES = 1000;
const LONGEST_ID = 255;

/** The rules as S3 takes them (API PutBucketReplication; S3 guide, "Replication configuration"). Returns them; throws what S3 answers. */
export function checkReplicationRules(s3: S3, source: Bucket, rules: readonly ReplicationRule[]): ReplicationRule[] {
  if (rules.length === 0 || rules.length > MOST_RULES) throw malformedXml();
  for (const rule of rules) {
    checkSchema(rule);
    refuseNotEmulated(rule);
    checkEncryption(rule);
    checkDestination(s3, source, rule.Destination ?? { Bucket: '' });
  }
  if (new Set(rules.map(isNewSchema)).size > 1)
    throw invalidRequest('The rules of a replication configuration must all be of one version of the schema');
  refuseTwice(
    rules.flatMap(({ ID }) => ID ?? []),
    'Rule Id must be unique. Found same Id for more than one rule',
  );
  refuseTwice(
    rules.flatMap(({ Priority, Destination: to }) => (Priority === undefined ? [] : [`${Priority} ${to?.Bucket}`])),
    'Found duplicate priorities. Priorities must be unique for the rules of a destination',
  );
  return [...rules];
}

function checkSchema(rule: ReplicationRule): void {
  checkEnumerated(ReplicationRuleStatus, rule.Status, malformedXml);
  checkEnumerated(DeleteMarkerReplicationStatus, rule.DeleteMarkerReplication?.Status, malformedXml);
  if (rule.Status === undefined || rule.Destination?.Bucket === undefined) throw malformedXml();
  if ((rule.ID ?? '').length > LONGEST_ID)
    throw invalidArgument("The maximum value for the 'ID' field in the configuration is 255 characters", 'ID', rule.ID);
  if (!isNewSchema(rule)) {
    if (rule.Priority !== undefined || rule.DeleteMarkerReplication !== undefined)
      throw invalidRequest('Priority and DeleteMarkerReplication need a Filter in the rule');
    if (rule.Destination.EncryptionConfiguration?.UseSourceMultiRegionKey !== undefined)
      throw invalidRequest('UseSourceMultiRegionKey needs a Filter in the rule');
    return;
  }
  if (rule.Prefix !== undefined) throw malformedXml();
  if (rule.Priority === undefined)
    throw invalidRequest(
      'Priority must be specified for this version of Cross Region Replication configuration schema',
    );
  if (rule.DeleteMarkerReplication === undefined)
    throw invalidRequest(
      'DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema',
    );
  if (!isFilter(rule.Filter ?? {})) throw malformedXml();
}

function refuseNotEmulated(rule: ReplicationRule): void {
  const {
    DeleteMarkerReplication: markers,
    ExistingObjectReplication: existing,
    SourceSelectionCriteria: select,
  } = rule;
  if (markers?.Status === 'Enabled') throw notEmulated('the replication of delete markers');
  if (existing?.Status === 'Enabled') throw notEmulated('the replication of existing objects');
  if (select?.ReplicaModifications?.Status === 'Enabled') throw notEmulated('the replication of changes to replicas');
}

/** A key for replicas, named or related to the source's, and the wish to replicate what is under KMS come together or not at all. */
function checkEncryption(rule: ReplicationRule): void {
  const { SourceSelectionCriteria: select, Destination: to } = rule;
  const status = select?.SseKmsEncryptedObjects?.Status;
  checkEnumerated(SseKmsEncryptedObjectsStatus, status, malformedXml);
  const { ReplicaKmsKeyID: key, UseSourceMultiRegionKey: related } = to?.EncryptionConfiguration ?? {};
  checkEnumerated(UseSourceMultiRegionKeyStatus, related?.Status, malformedXml);
  if (status === 'Enabled' && key === undefined && !usesSourceKey(rule))
    throw invalidRequest('ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.');
  if (to?.EncryptionConfiguration !== undefined && status === undefined)
    throw invalidRequest('SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.');
}

function checkDestination(s3: S3, source: Bucket, to: Destination): void {
  const name = /^arn:[^:]+:s3:::([^/]+)$/.exec(to.Bucket ?? '')?.[1];
  if (name === undefined) throw invalidRequest('Invalid bucket ARN.');
  const destination = s3.store.find(name);
  if (destination === undefined) throw invalidRequest('Destination bucket must exist.');
  if (destination === source) throw invalidRequest('Destination bucket cannot be the same as the source bucket.');
  if (destination.versioning !== 'Enabled') throw invalidRequest('Destination bucket must have versioning enabled.');
  if (to.AccessControlTranslation !== undefined && to.Account === undefined)
    throw invalidRequest('Account must be specified with AccessControlTranslation');
  if (to.Account !== undefined && to.Account !== destination.accountId)
    throw invalidRequest('The destination bucket does not belong to the Account of the rule');
  checkStorageClass(to.StorageClass);
}

function refuseTwice(values: readonly string[], message: string): void {
  if (new Set(values).size < values.length) throw invalidRequest(message);
}
