import { createHash } from 'node:crypto';
import type { LoggingEnabled } from '@aws-sdk/client-s3';
import type { Outcome } from '../world.ts';
import { accessLogLine } from './access-log-line.ts';
import type { Bucket } from './bucket.ts';
import { deliver } from './deliver.ts';
import { ACCESS_LOGS } from './service-writers.ts';
import type { S3 } from './store.ts';

/**
 * Server access logs: told how each S3 call ended, it delivers one log object for all requests on a bucket of one turn of the event
 * loop. AWS takes hours and promises nothing. A delivery is no request, so that a bucket that logs to itself does not log for ever.
 */
export function createAccessLogs(s3: S3): (outcome: Outcome) => void {
  const pending = new Map<Bucket, string[]>();
  let delivered = 0;

  const flush = (): void => {
    const batch = [...pending];
    pending.clear();
    for (const [bucket, lines] of batch) {
      if (bucket.logging === undefined) continue;
      delivered += 1;
      const key = logKey(bucket, bucket.logging, { time: s3.world.now(), serial: delivered });
      deliver(s3, {
        service: ACCESS_LOGS,
        bucket: bucket.logging.TargetBucket ?? '',
        key,
        body: lines.map((line) => `${line}\n`).join(''),
        sourceArn: bucket.arn,
        sourceAccount: bucket.accountId,
        source: bucket.name,
      });
    }
  };

  return (outcome) => {
    if (outcome.call.service !== 's3') return;
    const bucket = s3.store.find(bucketOf(outcome.input));
    const line = bucket?.logging === undefined ? undefined : accessLogLine(bucket, outcome);
    if (bucket === undefined || line === undefined) return;
    if (pending.size === 0) {
      const end = s3.world.activity.begin('event');
      setImmediate(() => {
        try {
          flush();
        } finally {
          end();
        }
      });
    }
    pending.set(bucket, [...(pending.get(bucket) ?? []), line]);
  };
}

/** TargetPrefixYYYY-mm-DD-HH-MM-SS-UniqueString, or the same below account, Region, bucket and day (API TargetObjectKeyFormat). */
function logKey(bucket: Bucket, logging: LoggingEnabled, { time, serial }: { time: Date; serial: number }): string {
  const partitioned = logging.TargetObjectKeyFormat?.PartitionedPrefix;
  const [day = '', clock = ''] = time.toISOString().slice(0, 19).split('T');
  const unique = createHash('sha256').update(`${bucket.name}/${serial}`).digest('hex').slice(0, 16).toUpperCase();
  const prefix = logging.TargetPrefix ?? '';
  if (partitioned === undefined) return `${prefix}${day}-${clock.replaceAll(':', '-')}-${unique}`;
  const name = partitioned.PartitionDateSource === 'EventTime' ? '00-00-00' : clock.replaceAll(':', '-');
  const { accountId, region, name: source } = bucket;
  return `${prefix}${accountId}/${region}/${source}/${day.replaceAll('-', '/')}/${day}-${name}-${unique}`;
}

function bucketOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'Bucket' in input && typeof input.Bucket === 'string'
    ? input.Bucket
    : '';
}
