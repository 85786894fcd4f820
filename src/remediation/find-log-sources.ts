import { atOnce } from '../at-once.ts';
import type { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import { type Place, placeText } from '../bucket-id.ts';
import { addLogSource, firstSources, type SourcesByTarget } from '../ledger/log-sources.ts';
import { type LoggingUnread, NAMED } from '../ledger/sweep-item.ts';
import { kindOf } from '../policy/model.ts';
import type { Log } from './deps.ts';

export interface FindDeps {
  here: (place: Place) => { logging: ReturnType<typeof createBucketLogging> };
  /** How long one bucket is asked: it is skipped then. */
  loggingMs: number;
  timeLeftMs: () => number;
  log: Log;
}

export interface FoundSources {
  targets: SourcesByTarget;
  unread: LoggingUnread;
}

/** Reads at a time: S3 publishes no rate for bucket calls. */
const READS_AT_ONCE = 64;

/** With less than this left of the 15 minutes, the rest is unread: the messages need time too, and half of it is kept for a slow day. */
const READ_WHILE_LEFT_MS = 600_000;

/**
 * Asks every bucket where its server access logs go. Source and target are in one account and Region (S3 User Guide, server access
 * logging), so a pass over all of them knows every target. A bucket that cannot be asked is said, and costs the others nothing.
 */
export async function findLogSources(
  buckets: Iterable<string> | AsyncIterable<string>,
  place: Place,
  deps: FindDeps,
): Promise<FoundSources> {
  const { log } = deps;
  const { account } = place;
  const targets: SourcesByTarget = new Map();
  const unread: string[] = [];
  await atOnce(buckets, READS_AT_ONCE, async (bucket) => {
    if (kindOf(bucket) !== 'general-purpose') return;
    if (deps.timeLeftMs() < READ_WHILE_LEFT_MS) return void unread.push(bucket);
    const logging = await deps
      .here(place)
      .logging({ bucket, account }, { abortSignal: AbortSignal.timeout(deps.loggingMs) });
    if (logging.kind === 'read') {
      const { targetBucket, prefix = '' } = logging.value ?? {};
      if (targetBucket !== undefined) addLogSource(targets, targetBucket, { bucket, prefix });
      // What is gone logs nowhere.
    } else if (logging.gone !== true) unread.push(bucket);
  });
  const said = { buckets: unread.length, first: unread.toSorted().slice(0, NAMED) };
  if (unread.length > 0) log.warn('logging not read', { place: placeText(place), ...said });
  return { targets, unread: said };
}

/** The buckets whose logs go to one; undefined where nobody can say that there are none, because one of them could not be asked. */
export function sourcesOf(bucket: string, { targets, unread }: FoundSources) {
  const known = targets.get(bucket);
  if (known !== undefined) return firstSources(known);
  return unread.buckets === 0 ? [] : undefined;
}
