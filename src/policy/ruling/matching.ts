import { nameOf } from '../../bucket-id.ts';
import type { When } from '../document/document-when.ts';
import type { Known } from '../decision.ts';
import { type Answer, lacking, openBecause, openTogether, sure, unreadFor } from './answer.ts';
import { type Fact, missingOf, unreadReason } from '../facts.ts';
import { covers } from '../../iam/glob.ts';
import type { BucketState } from '../model.ts';
import { reasonsOf, safetyOf } from '../safety.ts';
import { WRITER_FACTS, writersOf } from '../writers/writers-of.ts';

/** Who a condition is asked of. */
export interface Subject extends Pick<Known, 'kind' | 'partition' | 'facts'> {
  state: Pick<BucketState, 'bucket' | 'account' | 'region'>;
}

/** Whether every condition of `when` holds; one that surely does not outweighs what is open. `askedBy` names the rule or exception in reasons. */
export function matching(when: When, subject: Subject, askedBy: string): Answer<boolean> {
  if (!holdsByName(when, subject)) return NO;
  const { ou, tags, createdBefore, createdAfter, logTarget } = when;
  const { facts } = subject;
  const asksWhen = createdBefore !== undefined || createdAfter !== undefined;
  const cheap = allOf([
    ofFact('ouPath', facts.ouPath, askedBy, ou === undefined ? undefined : (path) => isUnder(path, ou)),
    ofFact('tags', facts.tags, askedBy, tags && ((has) => tags.every((tag) => has.some((one) => isTag(tag, one))))),
    ofFact('createdAt', facts.createdAt, askedBy, asksWhen ? (at) => isWithin(at, when) : undefined),
  ]);
  const isSettled = cheap.kind === 'sure' ? !cheap.value : cheap.lacks.length > 0;
  if (logTarget === undefined || isSettled) return cheap;
  return allOf([cheap, ofLogTarget(logTarget, subject)]);
}

/** What is known of every bucket without reading. */
function holdsByName(when: When, { state, kind }: Subject): boolean {
  return (
    (when.kind === undefined || when.kind === kind) &&
    (when.accounts === undefined || when.accounts.includes(state.account)) &&
    (when.regions === undefined || when.regions.includes(state.region)) &&
    (when.buckets === undefined || when.buckets.some((glob) => covers(glob, nameOf(state.bucket))))
  );
}

const YES = sure(true);
const NO = sure(false);
/** Thousands of rules that lack the same give one answer. */
const LACKING = { ouPath: lacking('ouPath'), tags: lacking('tags'), createdAt: lacking('createdAt') };
const LACKING_REMEMBERED = lacking('remembered');

/** Without `holds` the condition is not there, and nothing need be known. */
function ofFact<T>(
  name: 'ouPath' | 'tags' | 'createdAt',
  fact: Fact<T> | undefined,
  askedBy: string,
  holds: ((value: T) => boolean) | undefined,
): Answer<boolean> {
  if (holds === undefined) return YES;
  if (fact === undefined) return LACKING[name];
  return fact.kind === 'read' ? sure(holds(fact.value)) : unreadFor(askedBy, name, fact);
}

/** Whether an AWS service is known to write to the bucket. What the ledger remembers comes first: server access logs settle it. */
function ofLogTarget(wanted: boolean, { state, kind, partition, facts }: Subject): Answer<boolean> {
  const { remembered } = facts;
  if (kind !== 'general-purpose') return sure(!wanted);
  if (remembered === undefined) return LACKING_REMEMBERED;
  if (remembered.kind === 'unread') return openBecause(unreadReason('remembered', remembered.why));
  const { logSources } = remembered.value;
  if (logSources.length > 0) return sure(wanted);
  const lacks = missingOf(WRITER_FACTS, facts);
  if (lacks.length > 0) return lacking(...lacks);
  const reading = safetyOf({ state, partition, facts }, { kind: 'none' });
  const reasons = reasonsOf(reading, WRITER_FACTS);
  if (reasons.length > 0) return openBecause(...reasons);
  return sure(writersOf({ state, kind, partition }, logSources, reading.safety).length > 0 === wanted);
}

function allOf(conditions: readonly Answer<boolean>[]): Answer<boolean> {
  if (conditions.some((each) => each.kind === 'sure' && !each.value)) return NO;
  return openTogether(conditions) ?? YES;
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

/** Whether this tag is the wanted one; where no value is wanted, any is. */
export function isTag(wanted: WantedTag, has: WantedTag): boolean {
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
