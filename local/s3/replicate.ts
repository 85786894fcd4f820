import type { ReplicationConfiguration, ReplicationRule } from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { noSuchBucket } from './s3-error.ts';
import { type Replica, writeReplica } from './replica.ts';
import { means } from './replication-filter.ts';
import { REPLICATION_SERVICE } from './replication-rule.ts';
import { serviceCall } from './service-call.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** How a replication is listed among the deliveries of services. */
const LISTED_AS = 'replication of s3.amazonaws.com';

/**
 * Live replication of a new object version (S3 guide, "Replicating objects"): PENDING at once, COMPLETED or FAILED a turn of the event
 * loop later. What no enabled rule means, and what is under KMS where its rule does not say so, is passed over without a status.
 * UpdateObjectEncryption makes no new version and so never comes here.
 */
export function replicate(s3: S3, source: Bucket, object: StoredObject): void {
  const configuration = source.replication;
  if (configuration === undefined || object.versionId === 'null') return;
  const rules = rulesFor(configuration, object).filter((rule) => takesEncryption(rule, object));
  if (rules.length === 0) return;
  object.replicationStatus = 'PENDING';
  const end = s3.world.activity.begin('event');
  setImmediate(() => {
    try {
      const done = rules.map((rule) => replicateByRule(s3, { source, object, rule, configuration }));
      object.replicationStatus = done.every(Boolean) ? 'COMPLETED' : 'FAILED';
    } finally {
      end();
    }
  });
}

/** For each destination the rule that means the object; of several the one with the highest priority. */
function rulesFor({ Rules: rules = [] }: ReplicationConfiguration, object: StoredObject): ReplicationRule[] {
  const byDestination = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    if (rule.Status !== 'Enabled' || !means(rule, object)) continue;
    const to = rule.Destination?.Bucket ?? '';
    const chosen = byDestination.get(to);
    if (chosen === undefined || (rule.Priority ?? 0) > (chosen.Priority ?? 0)) byDestination.set(to, rule);
  }
  return [...byDestination.values()];
}

function takesEncryption(rule: ReplicationRule, object: StoredObject): boolean {
  const isUnderKms = 'keyArn' in object.sealed.protection;
  return !isUnderKms || rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled';
}

interface Task {
  readonly source: Bucket;
  readonly object: StoredObject;
  readonly rule: ReplicationRule;
  readonly configuration: ReplicationConfiguration;
}

/** True where the replica was written; a failure is kept by name among the deliveries. */
function replicateByRule(s3: S3, { source, object, rule, configuration }: Task): boolean {
  const target = (rule.Destination?.Bucket ?? '').split(':').at(-1) ?? '';
  const route = { service: LISTED_AS, source: source.name, target };
  try {
    const destination = s3.store.find(target);
    if (destination === undefined) throw noSuchBucket(target);
    const replica: Replica = { source, object, destination, rule };
    writeReplica(s3, replica, callAs(s3, configuration.Role ?? '', source.region));
    s3.store.deliveries.succeeded(route);
    return true;
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    const { code, message } = cause;
    s3.store.deliveries.failed(route, { code, message, time: s3.world.now() });
    return false;
  }
}

function callAs(s3: S3, roleArn: string, region: string): Call {
  const session = s3.world.identity.startSession(roleArn, 's3-replication', { service: REPLICATION_SERVICE });
  return serviceCall(s3, { caller: session.caller, region, service: REPLICATION_SERVICE });
}
