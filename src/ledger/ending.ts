import type { TagHistory } from '../policy/facts.ts';
import type { Encryption, Reason } from '../policy/model.ts';
import { sameEncryption } from '../policy/same-encryption.ts';
import { type BucketItem, ITEM_VERSION, type LookRecord, PASSING, type Pending, type Repair } from './bucket-item.ts';
import { placeText } from '../bucket-id.ts';
import { belowAfter, rulesBelow } from './below.ts';
import { withCovered } from './covered.ts';
import { driftAt, latest, newestDrift, type Reported } from './drift.ts';
import { OF_A_LIVING, ofTag } from './of-living-bucket.ts';
import type { OpenUploads } from './open-uploads.ts';
import { causeOf, repairOfWhoDied, withRepairs } from './repairs.ts';
import { present } from '../present.ts';

interface PlannedObjects {
  leftovers: Reason[];
  jobs: { token: string; objectClass: string; method: string }[];
  /** ISO 8601. Since when objects were looked for. */
  from?: string;
  /** The rules of a window, for which jobs look; absent where it is all objects. */
  rules?: Encryption[];
}

/** What became of the objects of a bucket that has its standard. */
export type ObjectsEnd =
  | { kind: 'nothing-due' }
  | ({ kind: 'planned'; backfilled?: string } & PlannedObjects)
  /** Nothing could be planned now, and nothing was queued: what is due stays due. */
  | ({ kind: 'postponed' } & PlannedObjects);

/** The end of one story of a bucket: what is to be remembered. */
export interface End {
  look: LookRecord;
  /** Why there was a look; a drift of it is remembered. */
  trigger: Reported & { logSources?: BucketItem['logSources'] };
  /** The write that S3 was seen to have taken. */
  repair?: { at: string; replaced: Encryption; wrote: Encryption };
  /** True where nothing may be changed, nor be taken for done: a compliant bucket that is only observed. */
  onlyRecorded?: boolean;
  /** True where a write may have arrived: the work stays pending. */
  mayHaveWritten?: boolean;
  objects?: ObjectsEnd;
  /** The standard that objects are brought to, empty where they are left alone; absent where this look does not say. */
  standardId?: string;
  /** The same of the algorithm by which writes are judged. */
  standardAlgorithm?: string;
  /** Uploads that keep the window open; absent where that stays as it was. */
  openUploads?: OpenUploads;
  /** What the ACL showed; absent where it was not read. */
  aclWriters?: boolean;
  tagHistory?: TagHistory;
  /** Where that rests on an item that was read, and nothing else does: how often it had been written. */
  tagRead?: { rev?: number };
}

/** How an item changes. */
export interface ItemChange {
  set: Record<string, unknown>;
  setOnce?: Record<string, unknown>;
  remove: string[];
}

/**
 * What the end of a story changes in the bucket's item. `item` is what the ledger remembers; without it (the end is written unread, under
 * conditions that make sure that nothing is remembered which it would change) the earliest drift is kept that was there.
 */
export function changeOf(end: End, item: BucketItem | undefined): ItemChange {
  const { look, trigger, repair } = end;
  if (look.verdict === 'gone') return closing(look);
  const known = item ?? {};
  const repairs = repairsOf(end, known);
  const isTaken = repairs.length > 0 && repair === undefined;
  const at = repair?.at ?? look.assessedAt;
  const { stays, pending } = pendingAfter(end, known);
  const belowSince = belowAfter(end, known);
  const below = belowSince === undefined ? {} : { belowSince, belowRules: rulesBelow(end, known) };
  const open = OPEN_VERDICTS.get(look.verdict);
  const memory: Record<string, unknown> = {
    open,
    lastDrift: newestDrift(known.lastDrift, trigger),
    deletedAt: known.deletedAt,
    logSources: trigger.logSources ?? known.logSources,
    // Only a true one is kept, so that a condition can ask whether there is one.
    aclWriters: (end.aclWriters ?? known.aclWriters) === true || undefined,
    openUploads: end.openUploads ?? known.openUploads,
    exceptionTag: known.exceptionTag,
    tagHistory: known.tagHistory,
    ...(end.tagHistory === undefined ? {} : ofTag(end.tagHistory)),
    standardId: end.standardId ?? known.standardId,
    standardAlgorithm: end.standardAlgorithm ?? known.standardAlgorithm,
    ...(repairs.length === 0 ? {} : { repairs: withRepairs(known, repairs) }),
  };
  const set: Record<string, unknown> = {
    v: ITEM_VERSION,
    place: placeText(look),
    ...look,
    ...(look.verdict === 'compliant' && isTaken ? { verdict: 'repair' } : {}),
    asOf: at,
    ...present(memory),
    ...present({ pending, ...objectsAfter(end, known, at) }),
    ...(item === undefined ? {} : below),
  };
  const remove = [
    ...passedBy(end),
    ...(item === undefined ? [] : OF_A_LIVING.filter((name) => known[name] === undefined)),
    ...(belowSince === undefined && isRight(end) ? ['belowSince', 'belowRules'] : []),
    ...(stays ? [] : ['pending']),
    'claimOwner',
    'claimUntil',
  ];
  const isSet = new Set(Object.keys(present(set)));
  return {
    set,
    setOnce: present({ createdAt: open && look.assessedAt, ...(item === undefined ? below : {}) }),
    remove: [...new Set(remove)].filter((name) => !isSet.has(name)),
  };
}

/** What a bucket is listed as in the index `open`, by its verdict: what nobody but a person ends. */
const OPEN_VERDICTS: ReadonlyMap<string, string> = new Map([
  ['hold', 'HELD'],
  ['unreadable', 'UNREADABLE'],
]);
const OPEN = ['open', 'createdAt'];

/** True where the bucket has its standard at the end of the story. */
function isRight({ look, repair, onlyRecorded }: End): boolean {
  return (look.verdict === 'compliant' && onlyRecorded !== true) || repair !== undefined;
}

/** The members of an earlier look that must not stay beside this one. */
function passedBy({ look, objects, aclWriters }: End): string[] {
  // What could not be read says nothing against what was seen before: held for flapping stays held, and parked stays listed.
  const stays: readonly string[] = look.verdict === 'unreadable' ? ['flappingSince', 'parked'] : [];
  return [
    ...PASSING.filter((name) => look[name] === undefined && !stays.includes(name)),
    ...(OPEN_VERDICTS.has(look.verdict) ? [] : OPEN),
    ...(objects !== undefined && objects.kind !== 'nothing-due' ? ['jobs'] : []),
    ...(aclWriters === false ? ['aclWriters'] : []),
  ];
}

/** The repairs that an end tells of: of whoever died before it, and its own. */
export function repairsOf(end: End, known: BucketItem): Repair[] {
  const { look, trigger, repair } = end;
  const taken = repairOfWhoDied(known, {
    at: repair?.at ?? look.assessedAt,
    found: repair?.replaced ?? look.found,
    wrote: repair?.wrote,
    policySha256: look.policySha256,
  });
  if (repair === undefined) return taken;
  // A repair belongs to the work that is pending, unless that was begun over another rule.
  const { pending } = known;
  const isPendings = pending?.replaced === undefined || sameEncryption(pending.replaced, repair.replaced);
  const cause = causeOf((isPendings ? pending : undefined) ?? trigger, repair.at);
  return [...taken, { ...repair, ...cause, policySha256: look.policySha256, reasons: look.reasons }];
}

/** Work that is pending stays until it is done; where the rule that was to be replaced is still there, nothing of it was begun. */
function pendingAfter(end: End, { pending }: BucketItem): { stays: boolean; pending?: Pending } {
  const { look, objects, repair, mayHaveWritten } = end;
  if (pending === undefined) return { stays: false };
  if (objects !== undefined) return { stays: false };
  const { replaced, ...work } = pending;
  const found = repair?.replaced ?? look.found;
  if (replaced === undefined || found === undefined) return { stays: true };
  if (sameEncryption(replaced, found)) {
    if (mayHaveWritten === true) return { stays: true };
    const left = notBegun(pending);
    return { stays: left !== undefined, ...present({ pending: left }) };
  }
  // An invocation died that was about to replace another rule than this one. What this story may have replaced is pending now.
  const rules = [...(work.rules ?? []), replaced];
  return { stays: true, pending: { ...work, ...(mayHaveWritten === true ? { replaced: found } : {}), rules } };
}

/** What stays of work where the rule that it was to replace is there still: what was taken over from work before it. */
export function notBegun(pending: Pending): Pending | undefined {
  const { replaced: _, ...work } = pending;
  return work.rules === undefined ? undefined : work;
}

function objectsAfter(end: End, known: BucketItem, at: string): Record<string, unknown> {
  const { objects } = end;
  if (!isRight(end)) return {};
  if (objects === undefined || objects.kind === 'nothing-due') return { compliantAt: at };
  const { leftovers, jobs } = objects;
  const reported = { leftovers, jobs: jobs.length === 0 ? undefined : jobs };
  if (objects.kind === 'postponed') return { ...reported, compliantAt: at };
  return {
    ...reported,
    compliantAt: at,
    backfilled: objects.backfilled ?? known.backfilled,
    covered: coveredAfter(end, known, at),
  };
}

function coveredAfter(end: End, known: BucketItem, at: string): BucketItem['covered'] {
  const { from, rules } = end.objects?.kind === 'planned' ? end.objects : {};
  if (from === undefined) return known.covered;
  const window = { from, to: coveredTo(end, known, at) };
  const windows = rules === undefined ? [window] : rules.map((rule) => ({ ...window, rule }));
  return withCovered(known.covered, windows, new Date(at));
}

/** Where the clock is behind, the drifts that are answered seem newer than now; told again, they are not to be paid for again. */
function coveredTo({ objects, trigger }: End, { pending, lastDrift }: BucketItem, at: string): string {
  const answered = [trigger, pending, lastDrift].filter((drift) => drift !== undefined);
  const from = objects?.kind === 'planned' ? objects.from : undefined;
  return latest([at, from, ...answered.flatMap((drift) => (driftAt(drift, at) === undefined ? [] : [drift.at]))]) ?? at;
}

/** A bucket that is gone stays in the ledger with its repairs, under no verdict, and is no longer one of its place. */
function closing(look: LookRecord): ItemChange {
  const { assessedAt: at } = look;
  const set = { v: ITEM_VERSION, ...look, reasons: [], goneAt: at, asOf: at, deletedAt: at, standardId: '' };
  const passing: readonly string[] = PASSING.filter((name) => !(name in set));
  return { set, remove: [...new Set([...passing, ...OF_A_LIVING, ...OPEN, 'place', 'undone'])] };
}
