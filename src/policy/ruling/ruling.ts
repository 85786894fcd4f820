import type { PolicyDocument, Rule } from '../document/document.ts';
import { exceptionRequest } from './exception-request.ts';
import { type RulingException, ended, ending, endsSoon, isInForce } from './exceptions.ts';
import type { FactName, Facts, Finding, Unreadable } from '../facts.ts';
import { keyFor } from '../document/key-choice.ts';
import { type Matching, type Subject, matching } from './matching.ts';
import type { BucketKind, BucketState, Reason, Standard } from '../model.ts';

/** What one bucket shall have, by which rule, and whether Reseal may change it. */
export interface Ruling {
  standard: Standard;
  /** The rule's name; `default` where none holds. */
  rule: string;
  /** Judge and record, change nothing. */
  observe: boolean;
  /** In force: the bucket is left alone. */
  exception?: RulingException;
  /** What people shall hear beside the verdict: exceptions that end or have ended, and requests that are not honoured. */
  notices: Reason[];
}

export interface RulingCase {
  policy: PolicyDocument;
  state: Pick<BucketState, 'bucket' | 'account' | 'region' | 'own'>;
  kind: BucketKind;
  facts: Facts;
  now: Date;
  /** Called at most once, and only where a `logTarget` condition decides. */
  isLogTarget: Subject['isLogTarget'];
}

/** Batch reports are SSE-S3 whatever the bucket says, and a manifest must not be under KMS: no policy can change this. */
const OWN_BUCKET: Standard = { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'none' };

/** The rule of a bucket that is exempt before it is known which rule holds: nothing is read for what is left alone. */
const UNDECIDED = 'built-in: exempt';

/**
 * Finds the standard for a bucket: the first rule whose conditions hold, and the exceptions. Asks only for facts that can still
 * change the answer; `unread` where one of them could not be read, because then nobody knows what the policy wants.
 */
export function rulingFor(given: RulingCase): Finding<{ ruling: Ruling }> {
  const { policy, state } = given;
  if (state.own) return known({ standard: OWN_BUCKET, rule: 'built-in: own bucket', observe: false, notices: [] });
  const subject: Subject = { ...given, isLogTarget: once(given.isLogTarget) };
  const exemption = exemptionOf(given, subject);
  const choice = ruleOf(policy.rules, subject);
  if (exemption.kind === 'exempt') {
    const decided =
      choice.kind === 'rule' ? rulingUnder(choice.rule, given) : { ...rulingUnder(undefined, given), rule: UNDECIDED };
    const { exception } = exemption;
    return known({ ...decided, exception, notices: endsSoon(exception, given.now) ? [ending(exception)] : [] });
  }
  const asked = [exemption, choice].flatMap((each) => (each.kind === 'ask' ? each.facts : []));
  if (asked.length > 0) return { kind: 'ask', facts: [...new Set(asked)] };
  if (exemption.kind === 'none' && choice.kind === 'rule') {
    return known({ ...rulingUnder(choice.rule, given), notices: exemption.notices });
  }
  return {
    kind: 'unread',
    reasons: [exemption, choice].flatMap((each) => (each.kind === 'unread' ? each.reasons : [])),
  };
}

type Undecided = { kind: 'ask'; facts: readonly FactName[] } | Unreadable;

/** The first rule that holds; undefined means the default standard. Rules after a sure one, or after an unreadable one, ask nothing. */
function ruleOf(rules: readonly Rule[], subject: Subject): { kind: 'rule'; rule: Rule | undefined } | Undecided {
  const asked: FactName[] = [];
  for (const rule of rules) {
    const found = matching(rule.when, subject, `Rule ${rule.name} of the policy`);
    if (found.kind === 'ask') asked.push(...found.facts);
    if (found.kind === 'no' || found.kind === 'ask') continue;
    if (asked.length > 0) break;
    return found.kind === 'match' ? { kind: 'rule', rule } : found;
  }
  return asked.length > 0 ? { kind: 'ask', facts: asked } : { kind: 'rule', rule: undefined };
}

type Exemption = { kind: 'exempt'; exception: RulingException } | { kind: 'none'; notices: Reason[] } | Undecided;

/** The first exception in force that surely holds; else what must be read to know. What is over asks for nothing. */
function exemptionOf({ policy, state, facts, now }: RulingCase, subject: Subject): Exemption {
  const notices: Reason[] = [];
  const open: Matching[] = [];
  for (const [index, each] of policy.exceptions.entries()) {
    if (each.bucket !== undefined && each.bucket !== state.bucket) continue;
    const exception = { bucket: state.bucket, reason: each.reason, owner: each.owner, until: each.until };
    const isOver = !isInForce(each, now);
    const found = each.when === undefined ? SURE : matching(each.when, subject, `Exception ${index + 1} of the policy`);
    if (found.kind === 'match' && isOver) notices.push(ended(exception));
    else if (found.kind === 'match') return { kind: 'exempt', exception };
    else if (!isOver) open.push(found);
  }
  const request = exceptionRequest({
    bucket: state.bucket,
    account: state.account,
    requests: policy.exceptionRequests,
    facts,
    now,
  });
  if (request.kind === 'in-force') return { kind: 'exempt', exception: request.exception };
  if (request.kind === 'refused') notices.push(request.reason);
  const undecided = [...open, request];
  const asked = undecided.flatMap((each) => (each.kind === 'ask' ? each.facts : []));
  if (asked.length > 0) return { kind: 'ask', facts: asked };
  const reasons = undecided.flatMap((each) => (each.kind === 'unread' ? each.reasons : []));
  return reasons.length > 0 ? { kind: 'unread', reasons } : { kind: 'none', notices };
}

const SURE: Matching = { kind: 'match' };

function rulingUnder(rule: Rule | undefined, { policy, state }: RulingCase): Ruling {
  return {
    standard: standardOf(policy, rule, state),
    rule: rule?.name ?? 'default',
    observe: policy.mode === 'observe' || rule?.mode === 'observe',
    notices: [],
  };
}

function standardOf(policy: PolicyDocument, rule: Rule | undefined, state: RulingCase['state']): Standard {
  const merged = { ...policy.standard, ...rule?.standard };
  const keeps = merged.algorithm !== 'AES256' && merged.key === 'keep';
  const key = merged.algorithm === 'AES256' ? undefined : keyFor(keeps ? policy.standard.key : merged.key, state);
  return {
    algorithm: merged.algorithm,
    ...(key === undefined ? {} : { key }),
    ...(keeps ? { keepKey: true } : {}),
    bucketKey: merged.bucketKey,
    blockSseC: merged.blockSseC,
    ...(merged.strength === 'exactly' ? { strength: 'exactly' } : {}),
    reencrypt: rule?.objects?.reencrypt ?? policy.objects.reencrypt,
  };
}

function known(ruling: Ruling): Finding<{ ruling: Ruling }> {
  return { kind: 'known', ruling };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
