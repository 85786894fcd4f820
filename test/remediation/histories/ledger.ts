import type { BucketTable, Claim, Terms, Written } from '../../../src/aws/ledger/bucket-table.ts';
import { type BucketItem, readBucketItem } from '../../../src/ledger/bucket-item.ts';
import { queue } from './job-ledger.ts';
import type { Step } from './scheduler.ts';
import type { World } from './world.ts';

/** The terms under which the ledger is written, told a second time in other words: as docs/architecture.md promises them. */
export function imaginedLedger(world: World, step: Step): BucketTable {
  return {
    read: () => step('ledger.read', () => itemOf(world)),
    keepEvent: (_id, event) =>
      step('ledger.keepEvent', () => {
        world.eventItems.set(event.causeId, event);
      }),
    eventOf: (_id, causeId) => step('ledger.eventOf', () => world.eventItems.get(causeId)),
    claim: (claim) => step('ledger.claim', () => take(world, claim)),
    settle: (_id, change, terms, queued) =>
      step('ledger.settle', () => {
        const jobs = queued ?? [];
        // One transaction: the end with all of its jobs, or nothing.
        const isAllowed = holds(world.item, terms, false) && !jobs.some(({ token }) => world.jobItems.has(token));
        const written = write(world, isAllowed, change);
        if (isAllowed) for (const job of jobs) queue(world, job);
        return written;
      }),
  };
}

function itemOf({ item }: World): BucketItem {
  return readBucketItem(structuredClone(item ?? {}));
}

interface Changing {
  set: Readonly<Record<string, unknown>>;
  setOnce?: Readonly<Record<string, unknown>>;
  remove: readonly string[];
}

function write(world: World, isAllowed: boolean, { set, setOnce = {}, remove }: Changing): Written {
  if (!isAllowed) return { written: false, item: itemOf(world) };
  const before = world.item ?? {};
  const once = Object.entries(setOnce).filter(([name]) => before[name] === undefined);
  const kept = Object.entries(before).filter(([name]) => !remove.includes(name));
  const named = [...kept, ...once, ...Object.entries(set)].filter(([, value]) => value !== undefined);
  const rev = Number(before['rev'] ?? 0) + 1;
  world.item = structuredClone({ ...Object.fromEntries(named), rev });
  return { written: true, item: itemOf(world) };
}

function take(world: World, { id, owner, nowMs, untilMs, pending, terms, over }: Claim): Written {
  const { item } = world;
  const holder = item?.['claimOwner'];
  const until = item?.['claimUntil'];
  const isFree = until === undefined || Number(until) < nowMs || holder === owner || (over ?? owner) === holder;
  const isOwn = terms.kind === 'read' && holder === owner;
  const set = { bucket: id.bucket, account: id.account, region: id.region, claimOwner: owner, claimUntil: untilMs };
  return write(world, isFree && (isOwn || holds(item, terms, true)), { set, setOnce: { pending }, remove: [] });
}

function holds(item: World['item'], terms: Terms, claims: boolean): boolean {
  const known = readBucketItem(structuredClone(item ?? {}));
  if (terms.kind === 'owner') return known.claimOwner === terms.owner;
  if (terms.kind === 'read') return known.rev === terms.rev;
  const { lookedAt, policyOrder, driftAt, unless, exists } = terms;
  const isOlder = known.asOf === undefined || (claims ? known.asOf < lookedAt : known.asOf <= lookedAt);
  if (!isOlder || (known.policyOrder ?? policyOrder) > policyOrder) return false;
  if (exists === true && known.rev === undefined) return false;
  if (unless?.below === true && (known.belowSince ?? known.undone ?? known.openUploads) !== undefined) return false;
  if (unless?.logTarget === true && (known.logSources ?? []).length > 0) return false;
  if (unless?.aclWriters === true && known.aclWriters !== undefined) return false;
  if (unless?.notBackfilledFor !== undefined && known.backfilled !== unless.notBackfilledFor) return false;
  if (terms.begins === true && known.belowSince !== undefined) return false;
  if (claims) return true;
  if (known.pending !== undefined || known.claimOwner !== undefined) return false;
  return driftAt === undefined || known.lastDrift === undefined || known.lastDrift.at <= driftAt;
}
