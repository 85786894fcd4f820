import { ResealError } from '../errors.ts';
import { decide, rulingNeeds } from '../policy/decide.ts';
import type { Decided, Decision, Known, Needs } from '../policy/decision.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import type { BucketTable } from '../aws/ledger/bucket-table.ts';
import type { BucketId } from '../bucket-id.ts';
import type { BucketTrigger } from '../intake/bucket-message.ts';
import type { Fact, FactName, Facts, History, Unread } from '../policy/facts.ts';
import type { KeyReading } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import type { Membership } from '../ledger/account-item.ts';
import { historyOf } from '../ledger/history.ts';
import { present } from '../present.ts';

/**
 * How old what was remembered of a key may be. `fresh`: it is looked up again. `shared`: its policy too may be what another bucket of the same
 * sweep was told.
 */
export type Age = 'fresh' | 'shared';

/** Reads the named facts, all at once. */
export type ReadFacts = (names: readonly FactName[], keys: Needs['keys'], age?: Age) => Promise<Partial<Facts>>;

export interface Gathered<D extends Decision = Decided> {
  decision: D;
  facts: Facts;
}

/**
 * Reads the stages ruling, key and safety, and judges. A bucket below its standard comes back with what the stage history needs: its
 * story supplies that, with the claim where it may change the bucket, and goes on by `concluded`.
 */
export async function gather(known: Known, read: ReadFacts): Promise<Gathered<Decision>> {
  let facts = await readRuling(known, read);
  for (;;) {
    const decision = decide({ ...known, facts });
    if (decision.kind === 'decided') return { decision, facts };
    const more =
      decision.stage === 'history'
        ? await freshKey(decision, facts, read)
        : await readStage(decision, facts, read, decision.stage === 'writers' ? 'shared' : undefined);
    if (more === undefined) return { decision, facts };
    facts = more;
  }
}

/** The verdict, once the history is there. */
export async function concluded(known: Known, read: ReadFacts): Promise<Gathered> {
  const { decision, facts } = await gather(known, read);
  if (decision.kind === 'decided') return { decision, facts };
  throw endless(decision.facts);
}

/** Everything that which rule applies rests on. */
export function readRuling(known: Known, read: ReadFacts): Promise<Facts> {
  return readStage(rulingNeeds(known), known.facts, read);
}

/** A stage is read at once, but for facts that only another shows to be needed. Throws ResealError unreadable where an answer does not answer. */
export async function readStage(
  needs: Pick<Needs, 'facts' | 'more' | 'keys'>,
  known: Facts,
  read: ReadFacts,
  age?: Age,
): Promise<Facts> {
  let facts = known;
  for (let names = needs.facts; names.length > 0; names = needs.more(facts)) {
    const answers = await read(names, needs.keys, age);
    if (names.some((name) => answers[name] === undefined)) throw endless(names);
    facts = { ...facts, ...answers };
  }
  return facts;
}

/** A key that was not there a moment ago may be by now, and one that was may be gone; undefined where it is as it was. */
async function freshKey({ keys }: Needs, facts: Facts, read: ReadFacts): Promise<Facts | undefined> {
  if (keys.key === undefined) return undefined;
  const fresh = await read(['key'], keys, 'fresh');
  return JSON.stringify(fresh.key) === JSON.stringify(facts.key) ? undefined : { ...facts, ...fresh };
}

function endless(names: readonly FactName[]): ResealError {
  return new ResealError('unreadable', `the verdict on a bucket needs ${names.join(', ')} without end`);
}

/** How old a remembered key may be: to compare with, and before a write that makes every later object depend on it. */
const KEY_AGE_MS = { compare: 60_000, shared: 60_000, fresh: 2_000 };

/** What reading facts takes: `reseal policy explain` reads them with nothing else. */
export type FactDeps = Pick<AssessDeps, 'region' | 'facts' | 'keys' | 'membership'> & {
  ledger: Pick<BucketTable, 'read'>;
};
type Named = Pick<BucketTrigger, 'bucket' | 'account' | 'createdAt' | 'logSources'> &
  Partial<Pick<BucketTrigger, 'cause' | 'causeId'>>;

/** What is known of a bucket without asking for it by name. */
export function factsAtHand({ logSources }: Named, { ouPath }: Membership): Facts {
  return { ouPath, ...present({ logSources }) };
}

/** Reads facts of one bucket from AWS and the ledger. */
export function factReading(trigger: Named, deps: FactDeps): ReadFacts {
  return async (names, keys, age) => {
    const maxAgeMs = KEY_AGE_MS[age ?? 'compare'];
    // A key's policy decides for all its buckets, so a sweep reads it once; for events and before a write it is as new as the key.
    const sharedBy = trigger.cause === 'sweep' && age === 'shared' ? trigger.causeId : undefined;
    const asked = { trigger, keys, maxAgeMs, sharedBy };
    const read = names.map(async (name) => [name, await readOne(name, asked, deps)] as const);
    return Object.fromEntries(await Promise.all(read));
  };
}

/** What the ledger remembers of a bucket that is not claimed. */
export async function readHistory(trigger: Named, deps: FactDeps): Promise<Fact<History>> {
  const { bucket, account, logSources } = trigger;
  const id: BucketId = { account, region: deps.region, bucket };
  return { kind: 'read', value: historyOf(await deps.ledger.read(id), logSources) };
}

interface Asked {
  trigger: Named;
  keys: Needs['keys'];
  maxAgeMs: number;
  /** The sweep whose looks share what was read of a key's policy. */
  sharedBy: string | undefined;
}

async function readOne(name: FactName, asked: Asked, deps: FactDeps): Promise<Facts[FactName]> {
  const { trigger, keys, maxAgeMs } = asked;
  const owned = { bucket: trigger.bucket, account: trigger.account };
  const { facts } = deps;
  switch (name) {
    case 'tags':
      return facts.tags(owned);
    case 'createdAt':
      return trigger.createdAt === undefined
        ? facts.createdAt(trigger.bucket)
        : { kind: 'read', value: trigger.createdAt };
    case 'ouPath':
      return (await deps.membership(trigger.account)).ouPath;
    case 'key':
      return readKey(keys.key ?? '', maxAgeMs, deps);
    case 'currentKey':
      return readKey(keys.currentKey ?? '', maxAgeMs, deps);
    case 'remembered':
    case 'history':
      return readHistory(trigger, deps);
    case 'bucketPolicy':
      return facts.bucketPolicy(owned);
    case 'acl':
      return facts.acl(owned);
    case 'keyPolicy':
      return facts.keyPolicy(keys.keyPolicy ?? '', asked.sharedBy);
    case 'replication':
      return facts.replication(owned);
    case 'website':
      return facts.website(owned);
    case 'accessPoints':
      return facts.accessPoints(owned);
  }
}

/** A denied or failed DescribeKey is not "no such key". */
async function readKey(asked: string, maxAgeMs: number, deps: Pick<FactDeps, 'keys'>): Promise<KeyReading | Unread> {
  try {
    return await deps.keys.read(asked, maxAgeMs);
  } catch (error) {
    const why = `The key ${asked} could not be read with kms:DescribeKey: ${whyOf(error)}; allow this role kms:DescribeKey on it.`;
    return { kind: 'unread', why, denied: true };
  }
}
