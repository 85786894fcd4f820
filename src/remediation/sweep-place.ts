import type { BucketList } from '../aws/bucket/bucket-list.ts';
import type { createBucketLogging } from '../aws/bucket/bucket-logging.ts';
import type { createKnownBuckets } from '../aws/ledger/known-buckets.ts';
import type { createPlaceTable } from '../aws/ledger/place-table.ts';
import type { SweepParts } from '../aws/ledger/sweep-parts.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { nameOf, type Place, placeText } from '../bucket-id.ts';
import { type SweepCounts, type Swept, takesAllBuckets } from '../ledger/sweep-item.ts';
import { present } from '../present.ts';
import { type FindDeps, findLogSources } from './find-log-sources.ts';
import { partsOf } from './parts-of.ts';
import { type SendDeps, sendBuckets } from './sweep-buckets.ts';
import { startParts } from './sweep-part.ts';

/** What the sweep uses in one account and Region, under its role there. */
export interface SweptPlace {
  bucketList: Pick<BucketList, 'list' | 'listDirectory' | 'listTables' | 'listVectors'>;
  logging: ReturnType<typeof createBucketLogging>;
  /** The state of the rule that forwards events to the hub. */
  forwardRule: () => Promise<string>;
}

export interface PlaceDeps extends SendDeps, FindDeps {
  here: (place: Place) => SweptPlace;
  parts: (place: Place, swept: Swept) => SweepParts;
  writePlace: ReturnType<typeof createPlaceTable>;
  /** True for a bucket that the account has for job reports in that Region. */
  isReportsBucket: (bucket: string, place: Place) => boolean;
  knownBuckets: ReturnType<typeof createKnownBuckets>;
  /** How many buckets one invocation takes: more are swept in parts. */
  mostInPart: number;
  /** The queue of the function itself. */
  membershipQueueUrl: string;
}

/** Undefined where it goes on in parts. */
type Answer = Partial<SweepCounts> | undefined;

/**
 * Every bucket of one account and Region becomes one message, in parts where there are too many for one invocation; the queue's own concurrency
 * decides how fast they are judged. Throws where the buckets cannot be listed.
 */
export async function sweepPlace(swept: Swept, place: Place, deps: PlaceDeps): Promise<Answer> {
  const { prefix = '', buckets: asked } = swept.scope;
  const [listed, others] = await Promise.all([
    Array.fromAsync(deps.here(place).bucketList.list(place.region, swept.scope.prefix)),
    otherKinds(place, prefix, deps),
  ]);
  const wanted = asked && new Set(asked);
  const all = listed.concat(others).sort();
  const found = wanted === undefined ? all : all.filter((name) => wanted.has(name));
  const isWhole = takesAllBuckets(swept.scope);
  // Such a bucket may be gone, whatever its last verdict, which only a look at it can tell.
  const [unlisted] = isWhole
    ? await Promise.all([unlistedBuckets(found, place, deps), keepPlace(found, swept, place, deps)])
    : [[]];
  const parts = wanted === undefined ? partsOf(listed.sort(), deps.mostInPart, prefix) : [];
  if (parts.length > 1) {
    await sendBuckets(unlisted, { swept, place }, deps);
    parts[0]?.names.push(...others);
    await startParts(swept, place, { parts, unlisted: unlisted.length }, deps);
    return undefined;
  }
  // Who logs where is known only where every bucket of the account and Region is asked.
  const sources = isWhole ? await findLogSources(found, place, deps) : undefined;
  const { logTargets } = await sendBuckets(found.concat(unlisted), { swept, place, sources }, deps);
  const counts = { buckets: found.length, unlisted: unlisted.length, logTargets };
  return { ...counts, ...present({ loggingUnread: sources?.unread, found: wanted && found }) };
}

/** What `reseal status` shows of the place. */
async function keepPlace(found: readonly string[], { at }: Swept, place: Place, deps: PlaceDeps): Promise<void> {
  const reports = found.some((bucket) => deps.isReportsBucket(bucket, place));
  const said = async () => {
    const rule = await readFirst('rule not read', () => deps.here(place).forwardRule(), undefined, place, deps);
    await deps.writePlace({ ...place, sweptAt: at, buckets: found.length, reports, ...present({ rule }) });
  };
  await readFirst('place not recorded', said, undefined, place, deps);
}

/** The buckets that the ledger knows and S3 lists no more. Both come in the order of names, so that of a million only these are kept. */
async function unlistedBuckets(inOrder: readonly string[], place: Place, deps: PlaceDeps): Promise<string[]> {
  const unlisted: string[] = [];
  const addKnown = async () => {
    let at = 0;
    for await (const bucket of deps.knownBuckets(place)) {
      while ((inOrder[at] ?? bucket) < bucket) at += 1;
      if (inOrder[at] !== bucket) unlisted.push(bucket);
    }
  };
  await readFirst('known buckets not read', addKnown, undefined, place, deps);
  return unlisted;
}

/** The kinds that ListBuckets never shows. They must not cost the others their sweep. */
const OTHER_KINDS = [
  ['directory', 'listDirectory'],
  ['table', 'listTables'],
  ['vector', 'listVectors'],
] as const;

async function otherKinds(place: Place, prefix: string, deps: PlaceDeps): Promise<string[]> {
  const { bucketList } = deps.here(place);
  const listed = await Promise.all(
    OTHER_KINDS.map(([kind, list]) =>
      readFirst(`${kind} buckets not listed`, () => Array.fromAsync(bucketList[list]()), [], place, deps),
    ),
  );
  return listed.flat().filter((bucket) => nameOf(bucket).startsWith(prefix));
}

/** What is read first costs a sweep no message. */
async function readFirst<T>(
  unread: string,
  read: () => Promise<T>,
  instead: T,
  place: Place,
  { log }: Pick<PlaceDeps, 'log'>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    log.warn(unread, { place: placeText(place), error: messageOf(error) });
    return instead;
  }
}
