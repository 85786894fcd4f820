import type { When } from '../document/document-when.ts';
import type { Fact, FactName, Facts, Finding, Unreadable } from '../facts.ts';
import { covers } from '../../iam/covers.ts';
import type { BucketKind, BucketState } from '../model.ts';
import { unreadFact } from '../unread.ts';

/** Who a condition is asked of. */
export interface Subject {
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
  kind: BucketKind;
  facts: Facts;
  /** Whether an AWS service writes to the bucket; called only where nothing cheaper says no. */
  isLogTarget: () => Finding<{ isTarget: boolean }>;
}

/** `no` wins over all else: what is not known, or could not be read, cannot change it. */
export type Matching = { kind: 'match' } | { kind: 'no' } | { kind: 'ask'; facts: readonly FactName[] } | Unreadable;

const MATCH: Matching = { kind: 'match' };
const NO: Matching = { kind: 'no' };

/** Whether every condition of `when` holds, as far as it can be said; `askedBy` names the rule or exception in reasons. */
export function matching(when: When, subject: Subject, askedBy: string): Matching {
  if (!holdsByName(when, subject)) return NO;
  const { ou, tags, createdBefore, createdAfter, logTarget } = when;
  if (ou === undefined && tags === undefined && createdBefore === undefined && createdAfter === undefined) {
    return logTarget === undefined ? MATCH : ofLogTarget(logTarget, subject);
  }
  const { facts } = subject;
  const found = together([
    ou === undefined ? MATCH : ofFact('ouPath', facts.ouPath, askedBy, (path) => isUnder(path, ou)),
    tags === undefined
      ? MATCH
      : ofFact('tags', facts.tags, askedBy, (has) => tags.every((tag) => has.some((one) => isTag(tag, one)))),
    createdBefore === undefined && createdAfter === undefined
      ? MATCH
      : ofFact('createdAt', facts.createdAt, askedBy, (at) => isWithin(at, when)),
  ]);
  if (logTarget === undefined || found.kind === 'no' || found.kind === 'ask') return found;
  return together([found, ofLogTarget(logTarget, subject)]);
}

/** What is known of every bucket without asking. */
function holdsByName(when: When, { state, kind }: Subject): boolean {
  return (
    (when.kind === undefined || when.kind === kind) &&
    (when.accounts === undefined || when.accounts.includes(state.account)) &&
    (when.regions === undefined || when.regions.includes(state.region)) &&
    (when.buckets === undefined || when.buckets.some((glob) => covers(glob, state.bucket)))
  );
}

type MatchedFact = 'ouPath' | 'tags' | 'createdAt';

function ofFact<T>(
  name: MatchedFact,
  fact: Fact<T> | undefined,
  askedBy: string,
  holds: (value: T) => boolean,
): Matching {
  if (fact === undefined) return { kind: 'ask', facts: [name] };
  if (fact.kind === 'unread') return { kind: 'unread', reasons: [unreadFact(name, fact, askedBy)] };
  return holds(fact.value) ? MATCH : NO;
}

function ofLogTarget(wanted: boolean, { isLogTarget }: Subject): Matching {
  const answer = isLogTarget();
  if (answer.kind !== 'known') return answer;
  return answer.isTarget === wanted ? MATCH : NO;
}

function together(conditions: readonly Matching[]): Matching {
  if (conditions.some(({ kind }) => kind === 'no')) return NO;
  const asked = conditions.flatMap((each) => (each.kind === 'ask' ? each.facts : []));
  if (asked.length > 0) return { kind: 'ask', facts: asked };
  const reasons = conditions.flatMap((each) => (each.kind === 'unread' ? each.reasons : []));
  return reasons.length > 0 ? { kind: 'unread', reasons } : MATCH;
}

function isUnder(path: string, ou: NonNullable<When['ou']>): boolean {
  return ousOf(ou).some((one) => asFolder(path).startsWith(one));
}

/** Every OU of a condition as a path that ends with a slash, so that ou-1 never takes ou-12 for its own. */
export function ousOf(ou: NonNullable<When['ou']>): string[] {
  return (typeof ou === 'string' ? [ou] : ou).map(asFolder);
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

type WantedTag = NonNullable<When['tags']>[number];

function isTag(wanted: WantedTag, has: { key: string; value: string }): boolean {
  return has.key === wanted.key && (wanted.value === undefined || has.value === wanted.value);
}

/** A day stands for the moment at which it begins, in UTC. */
function isWithin(createdAt: string, { createdBefore, createdAfter }: When): boolean {
  const at = Date.parse(createdAt);
  return (
    (createdBefore === undefined || at < Date.parse(createdBefore)) &&
    (createdAfter === undefined || at >= Date.parse(createdAfter))
  );
}
