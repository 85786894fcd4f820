import { randomUUID } from 'node:crypto';
import type { BusEvent, Events, Outcome } from '../world.ts';
import { entryOf } from '../entry-of.ts';
import { recordDetail } from './cloudtrail-record.ts';
import { DataEvents, writtenKey } from './data-events.ts';

export interface CloudTrailDeps {
  readonly events: Events;
  /** The account that owns a bucket; undefined where there is no such bucket. */
  readonly ownerOf: (bucket: string) => string | undefined;
  /** Default: no trail logs any. */
  readonly dataEvents?: DataEvents;
}

/** CloudTrail's names for S3 operations where they differ from the API's (S3 guide, "Amazon S3 CloudTrail events"). */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'DeleteBucketPublicAccessBlock',
  PutBucketLifecycleConfiguration: 'PutBucketLifecycle',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
};

/** Sources of S3's events on the bus, by the service that was called (EventBridge events reference). */
const SOURCES: Readonly<Record<string, string>> = { s3: 'aws.s3', s3control: 'aws.s3', s3express: 'aws.s3express' };

/** Writes on buckets. */
const MANAGEMENT_WRITE =
  /^(?:(?:Create|Delete|Put)(?:Bucket|PublicAccessBlock|ObjectLockConfiguration)|(?:Tag|Untag)Resource$)/;

/**
 * Publishes every management write on a bucket, directory buckets too, and every write of an object whose data events a trail logs, failed ones included, to the default bus of the account and Region of the request; where the bucket
 * belongs to another account, that account gets its own event with the same sharedEventID (CloudTrail guide, "Record contents").
 */
export function createCloudTrail({
  events,
  ownerOf,
  dataEvents = new DataEvents(),
}: CloudTrailDeps): (outcome: Outcome) => void {
  return (outcome) => {
    const { call, input } = outcome;
    const bucket = bucketOf(input);
    if (entryOf(SOURCES, call.service) === undefined || bucket === undefined) return;
    const key = writtenKey(call, input);
    if (key === undefined && !MANAGEMENT_WRITE.test(call.operation)) return;
    const owner = ownerOf(bucket);
    const callers = call.caller.isAnonymous === true ? [] : [call.caller.accountId];
    const recipients = [...new Set([...callers, ...(owner === undefined ? [] : [owner])])].filter(
      (account) => key === undefined || dataEvents.isLogged(account, bucket, key),
    );
    const shared = recipients.length > 1 ? { sharedEventID: randomUUID() } : {};
    for (const account of recipients) {
      const detail = recordDetail({
        outcome,
        eventName: entryOf(EVENT_NAMES, call.operation) ?? call.operation,
        bucket,
        key,
        owner,
      });
      events.publish(busEvent(account, outcome, { ...detail, recipientAccountId: account, ...shared }));
    }
  };
}

/** The bucket that a request names, by name or by ARN. */
function bucketOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if ('Bucket' in input && typeof input.Bucket === 'string') return input.Bucket;
  if (!('ResourceArn' in input) || typeof input.ResourceArn !== 'string') return undefined;
  return /^arn:[^:]+:s3:::([^/]+)$/.exec(input.ResourceArn)?.[1];
}

const busEvent = (account: string, { call }: Outcome, detail: BusEvent['detail']): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'AWS API Call via CloudTrail',
  source: entryOf(SOURCES, call.service) ?? 'aws.s3',
  account,
  time: `${call.time.toISOString().slice(0, 19)}Z`,
  region: call.region,
  resources: [],
  detail,
});
