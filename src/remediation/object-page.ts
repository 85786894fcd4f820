import { atOnce } from '../at-once.ts';
import type { ListedKey } from '../aws/bucket/key-range.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import { newObject, type ObjectPiece, type RangePiece } from '../ledger/piece-item.ts';
import { mayMeet } from '../policy/plan/objects-met.ts';
import { present } from '../present.ts';
import type { ReencryptPlace } from './deps.ts';
import { type Handled, handleObject } from './one-object.ts';

/** How many objects of a page are looked at and changed at once; and how many of those that S3 was too busy for, a second time. */
const AT_ONCE = [64, 4];

/** So many objects that failed for one reason are named with their range; each has an item of its own. */
const NAMED = 3;

/** What is worked on with. Nothing more is begun as soon as it may not. */
interface PageWork {
  job: OpenJob;
  here: ReencryptPlace;
  mayBegin: () => boolean;
  now: () => Date;
}

/** What was done of one page, in the order of its keys and without gaps. */
interface DonePage {
  isAll: boolean;
  /** The last key that is done with; absent where there is none. */
  last?: string;
  /** The objects that take time of their own. */
  pieces: ObjectPiece[];
  /** Those that failed for good. */
  failed: ObjectPiece[];
  tallyAfter: (range: RangePiece) => Pick<RangePiece, 'succeeded' | 'right' | 'left'>;
}

/** Looks at every object of a page that the job may be about, and brings it to the standard. */
export async function doPage(objects: readonly ListedKey[], work: PageWork): Promise<DonePage> {
  const { job, here, mayBegin, now } = work;
  const results = new Map<number, Handled>();
  for (const most of AT_ONCE) {
    const rest = Array.from(objects.entries()).filter(([index]) => isOpen(results.get(index)));
    await atOnce(rest, most, async ([index, object]) => {
      if (!mayBegin()) return;
      const isMet = mayMeet(job, object);
      const asked = { key: object.key, listed: object.etag, isAlone: false };
      results.set(index, isMet ? await handleObject(asked, job, here) : NOT_OURS);
    });
  }
  const until = objects.findIndex((_, index) => !results.has(index));
  const handled = objects
    .slice(0, until === -1 ? undefined : until)
    .map((object, index) => ({ object, handled: results.get(index) ?? NOT_OURS }));
  return {
    isAll: until === -1,
    ...present({ last: handled.at(-1)?.object.key }),
    pieces: handled.flatMap((each) => pieceOf(each, job) ?? []),
    failed: handled.flatMap((each) => failedOf(each, job, now()) ?? []),
    tallyAfter: (range) => tallyAfter(range, handled),
  };
}

const NOT_OURS = { kind: 'not-ours' } as const;

function isOpen(handled: Handled | undefined): boolean {
  return handled === undefined || isBusy(handled);
}

function isBusy(handled: Handled): boolean {
  return handled.kind === 'failed' && handled.cause.again === 'now';
}

interface HandledObject {
  object: ListedKey;
  handled: Handled;
}

function pieceOf({ object: { key, etag }, handled }: HandledObject, { token }: OpenJob): ObjectPiece | undefined {
  switch (handled.kind) {
    case 'own-piece':
      return newObject(token, { key, etag: handled.etag });
    case 'unfinished':
      return newObject(token, { key, etag: handled.etag, uploadId: handled.uploadId });
    case 'waits':
      return newObject(token, { key, etag, ...waiting(handled) });
    case 'failed':
      return isBusy(handled) ? newObject(token, { key, etag, ...whyFailed(handled) }) : undefined;
    default:
      return undefined;
  }
}

function failedOf({ object, handled }: HandledObject, { token }: OpenJob, now: Date): ObjectPiece | undefined {
  if (handled.kind !== 'failed' || isBusy(handled)) return undefined;
  const { key, etag } = object;
  return newObject(token, { key, etag, ...whyFailed(handled), endedAt: now.toISOString() });
}

function whyFailed({ code, cause, why }: Extract<Handled, { kind: 'failed' }>) {
  return { code, cause: cause.id, why };
}

/** How a piece is that waits; a date that is known stays. */
export function waiting({ code, until }: Extract<Handled, { kind: 'waits' }>) {
  return { code, ...present({ waitsUntil: until }) };
}

/** The counts of a range with what these objects add to them. What is a piece of its own counts for itself. */
function tallyAfter({ succeeded, right, left }: RangePiece, handled: readonly HandledObject[]) {
  const kinds = Map.groupBy(handled, (each) => each.handled.kind);
  const of = (kind: Handled['kind']) => kinds.get(kind)?.length ?? 0;
  const codes = new Map(left.map((each) => [`${each.code} ${each.cause}`, each]));
  for (const { object, handled: each } of handled) {
    if (each.kind !== 'left' && (each.kind !== 'failed' || isBusy(each))) continue;
    const cause = each.kind === 'failed' ? each.cause.id : undefined;
    const id = `${each.code} ${cause}`;
    const { count, keys } = codes.get(id) ?? { count: 0, keys: [] };
    const named = keys.length < NAMED ? [...keys, object.key] : keys;
    codes.set(id, { code: each.code, ...present({ cause }), count: count + 1, keys: named });
  }
  return {
    succeeded: succeeded + of('done'),
    right: right + of('right') + of('gone') + of('not-ours'),
    left: [...codes.values()],
  };
}
