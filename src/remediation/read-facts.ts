import { messageOf, nameOf } from '../aws/sdk/service-error.ts';
import type { Ledger } from '../aws/ledger/ledger.ts';
import type { BucketItem } from '../aws/ledger/ledger-item.ts';
import type { BucketFact } from '../intake/fact.ts';
import type { Ask } from '../policy/decision.ts';
import type { Fact, FactName, Facts, History, Unread } from '../policy/facts.ts';
import type { KeyReading } from '../policy/model.ts';
import { type Claimed, claimBucket } from './claim.ts';
import type { AssessDeps } from './deps.ts';
import type { ReadFacts } from './gather.ts';
import { historyOf } from './history.ts';
import type { Looked } from './judged.ts';

/** How old a remembered key may be: to compare with, and before a write that makes every later object depend on it. */
const KEY_AGE_MS = { compare: 60_000, write: 2_000 };

/** The facts of one bucket as the story reads them, and the claim that came with its history. */
export interface FactReading {
  read: ReadFacts;
  claimed: () => Claimed | undefined;
}

/**
 * Reads what a verdict asks for, everything at once. The history of a bucket that is to be changed comes with the claim on it, so that
 * both cost one call; `undefined` while another invocation has the bucket.
 */
export function createFactReading(looked: Looked, observe: boolean, deps: AssessDeps): FactReading {
  let claimed: Claimed | undefined;
  const { fact, found } = looked;
  return {
    claimed: () => claimed,
    read: async (ask, facts) => {
      if (!ask.facts.includes('history')) return readAll(ask.facts, ask, fact, deps);
      const fresh = ask.below ? await refreshed(ask, facts, deps) : undefined;
      if (fresh !== undefined) return { key: fresh };
      const others = ask.facts.filter((name) => name !== 'history');
      if (!ask.below || ask.observe || observe) {
        const [item, rest] = await Promise.all([readItem(fact, deps), readAll(others, ask, fact, deps)]);
        return { ...rest, history: item };
      }
      claimed = await claimBucket(looked, found, deps);
      if (claimed === undefined) return undefined;
      return {
        ...(await readAll(others, ask, fact, deps)),
        history: { kind: 'read', value: historyOf(claimed.item, fact) },
      };
    },
  };
}

/** A key that was not there a moment ago may be by now, and one that was may be gone: asked again before anything rests on it. */
async function refreshed({ keys }: Ask, facts: Facts, deps: AssessDeps): Promise<Facts['key']> {
  if (keys.key === undefined) return undefined;
  const fresh = await readKey(keys.key, KEY_AGE_MS.write, deps);
  return JSON.stringify(fresh) === JSON.stringify(facts.key) ? undefined : fresh;
}

async function readItem(fact: Named, deps: FactDeps): Promise<Fact<History>> {
  const item: BucketItem = await deps.ledger.read(fact.bucket);
  return { kind: 'read', value: historyOf(item, fact) };
}

/** What reading facts takes: `reseal policy explain` reads them with nothing else. */
export type FactDeps = Pick<AssessDeps, 'account' | 'facts' | 'keys' | 'ouPath'> & { ledger: Pick<Ledger, 'read'> };
type Named = Pick<BucketFact, 'bucket' | 'account' | 'createdAt' | 'logSources'>;

/** Reads the named facts of one bucket, all at once. */
export async function readAll(
  names: readonly FactName[],
  ask: Pick<Ask, 'keys'>,
  fact: Named,
  deps: FactDeps,
): Promise<Partial<Facts>> {
  const read = await Promise.all(names.map(async (name) => [name, await readOne(name, ask, fact, deps)] as const));
  return Object.fromEntries(read);
}

async function readOne(
  name: FactName,
  { keys }: Pick<Ask, 'keys'>,
  fact: Named,
  deps: FactDeps,
): Promise<Facts[FactName]> {
  const owned = { bucket: fact.bucket, account: fact.account };
  const { facts } = deps;
  switch (name) {
    case 'tags':
      return facts.tags(owned);
    case 'createdAt':
      return fact.createdAt === undefined ? facts.createdAt(fact.bucket) : { kind: 'read', value: fact.createdAt };
    case 'ouPath':
      return ouPath(deps);
    case 'key':
      return readKey(keys.key ?? '', KEY_AGE_MS.compare, deps);
    case 'currentKey':
      return readKey(keys.currentKey ?? '', KEY_AGE_MS.compare, deps);
    case 'history':
      return readItem(fact, deps);
    case 'bucketPolicy':
      return facts.bucketPolicy(owned);
    case 'acl':
      return facts.acl(owned);
    case 'keyPolicy':
      return facts.keyPolicy(keys.keyPolicy ?? '');
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
    const why = `The key ${asked} could not be read with kms:DescribeKey: ${nameOf(error)}: ${messageOf(error)}; allow this role kms:DescribeKey on it.`;
    return { kind: 'unread', why, denied: true };
  }
}

function ouPath({ ouPath: path, account }: FactDeps): Fact<string> {
  if (path !== undefined) return { kind: 'read', value: path };
  const why = `The policy has rules for organizational units, and nobody told this stack where account ${account} is: deploy it with the parameter OuPath.`;
  return { kind: 'unread', why, denied: false };
}
