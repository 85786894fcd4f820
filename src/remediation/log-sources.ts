import type { Fact, LogSource } from '../policy/facts.ts';
import type { Log } from './deps.ts';

/** Where the server access logs of each bucket go. */
export interface LogSources {
  /** The sources of one bucket; undefined where nobody can say that there are none. */
  of: (bucket: string) => LogSource[] | undefined;
  targets: number;
  /** Buckets whose logging could not be read. */
  unread: string[];
}

export interface LoggingDeps {
  account: string;
  logging: (bucket: {
    bucket: string;
    account: string;
  }) => Promise<Fact<{ targetBucket: string; prefix: string } | undefined>>;
  log: Log;
}

/** Reads at a time: S3 publishes no rate for bucket calls. */
const AT_ONCE = 16;

/**
 * Asks every bucket where its server access logs go. Source and target are in one account and Region (S3 User Guide, server access
 * logging), so a pass over both knows every target. One bucket that cannot be read makes "none" unknown for the others.
 */
export async function readLogSources(buckets: readonly string[], deps: LoggingDeps): Promise<LogSources> {
  const sources = new Map<string, LogSource[]>();
  const unread: string[] = [];
  for (let at = 0; at < buckets.length; at += AT_ONCE) {
    await Promise.all(
      buckets.slice(at, at + AT_ONCE).map(async (bucket) => {
        const fact = await deps.logging({ bucket, account: deps.account });
        if (fact.kind === 'unread') {
          // What is gone logs nowhere.
          if (fact.gone !== true) unread.push(bucket);
        } else if (fact.value !== undefined) {
          const { targetBucket: target, prefix } = fact.value;
          sources.set(target, [...(sources.get(target) ?? []), { bucket, prefix }]);
        }
      }),
    );
  }
  if (unread.length > 0) deps.log.warn('logging not read', { buckets: unread.length, first: unread.slice(0, 20) });
  const none = unread.length === 0 ? [] : undefined;
  return {
    of: (bucket) =>
      sources
        .get(bucket)
        ?.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))
        .slice(0, MOST_SOURCES) ?? none,
    targets: sources.size,
    unread: unread.toSorted(),
  };
}

/** One is enough for the verdict; the others are for people. */
const MOST_SOURCES = 20;
