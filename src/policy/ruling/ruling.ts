import type { PolicyDocument, Rule } from '../document/document.ts';
import type { ExceptionRequests } from '../document/document-exceptions.ts';
import type { Known } from '../decision.ts';
import { exceptionRequest } from './exception-request.ts';
import {
  type Exemption,
  type RulingException,
  ended,
  ending,
  endsSoon,
  isInForce,
  lastsLonger,
  tooLong,
} from './exceptions.ts';
import { type Answer, openTogether, sure } from './answer.ts';
import { candidates } from './candidates.ts';
import { keyFor } from '../document/named-keys.ts';
import { matching } from './matching.ts';
import { type BucketState, DEFAULT_OBJECTS, type Reason, type Standard } from '../model.ts';
import { present } from '../../present.ts';

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

export interface RulingCase extends Pick<Known, 'policy' | 'kind' | 'partition' | 'facts' | 'now'> {
  state: Pick<BucketState, 'bucket' | 'account' | 'region' | 'own'>;
}

/** Batch reports are SSE-S3 whatever the bucket says, and a manifest must not be under KMS: no policy can change this. */
const OWN_BUCKET: Standard = {
  ...DEFAULT_OBJECTS,
  algorithm: 'AES256',
  bucketKey: false,
  blockSseC: 'leave',
  reencrypt: 'none',
};

/** The rule of a bucket that is exempt before it is known which rule holds: nothing is read for what is left alone. */
const UNDECIDED = 'built-in: exempt';

/**
 * Finds the standard for a bucket: the first matching rule, and the exceptions. Open only while a fact can still change the answer, or
 * where one of those could not be read, because then nobody knows what the policy wants.
 */
export function rulingFor(given: RulingCase): Answer<Ruling> {
  const { state, now } = given;
  if (state.own) return sure({ standard: OWN_BUCKET, rule: 'built-in: own bucket', observe: false, notices: [] });
  const exemption = exemptionOf(given);
  const choice = ruleOf(given);
  if (exemption.kind === 'sure' && exemption.value.exception !== undefined) {
    const { exception } = exemption.value;
    const under = choice.kind === 'sure' ? choice.value : { ...rulingUnder(undefined, given), rule: UNDECIDED };
    return sure({ ...under, exception, notices: endsSoon(exception, now) ? [ending(exception)] : [] });
  }
  if (exemption.kind === 'sure' && choice.kind === 'sure') {
    return sure({ ...choice.value, notices: exemption.value.notices });
  }
  return openTogether([exemption, choice]) ?? choice;
}

/** The first rule that holds, else the default standard. Rules after a sure one, or after an unreadable one, need nothing. */
function ruleOf(given: RulingCase): Answer<Ruling> {
  const open = new Set<Answer<boolean>>();
  const { rules } = given.policy;
  for (const place of candidates(rules, given)) {
    const rule = rules[place];
    if (rule === undefined) continue;
    const found = matching(rule.when, given, `Rule ${rule.name} of the policy`);
    if (found.kind === 'open') open.add(found);
    if (found.kind === 'open' ? found.lacks.length === 0 : found.value) {
      return openTogether([...open]) ?? sure(rulingUnder(rule, given));
    }
  }
  return openTogether([...open]) ?? sure(rulingUnder(undefined, given));
}

/** The first exception in force that surely holds; else what must be read to know. What is over needs nothing. */
function exemptionOf(given: RulingCase): Answer<Exemption> {
  const { policy, state, facts, now } = given;
  const notices: Reason[] = [];
  const open = new Set<Answer<unknown>>();
  for (const index of candidates(policy.exceptions, given)) {
    const each = policy.exceptions[index];
    if (each === undefined) continue;
    const exception = { bucket: state.bucket, reason: each.reason, owner: each.owner, until: each.until };
    const { exceptionDays = Infinity } = policy.limits;
    const isTooLong = lastsLonger(each.until, exceptionDays, now);
    const isOver = !isInForce(each, now) || isTooLong;
    const found = matching(each.when ?? {}, given, `Exception ${index + 1} of the policy`);
    if (found.kind === 'open') {
      if (!isOver) open.add(found);
    } else if (found.value && isTooLong) notices.push(tooLong(exception, exceptionDays, now));
    else if (found.value && isOver) notices.push(ended(exception));
    else if (found.value) return sure({ exception, notices: [] });
  }
  const { bucket, account } = state;
  const requests = policy.exceptionRequests && limited(policy.exceptionRequests, policy);
  const request = exceptionRequest({ bucket, account, requests, facts, now });
  if (request.kind === 'sure' && request.value.exception !== undefined) return request;
  if (request.kind === 'sure') notices.push(...request.value.notices);
  return openTogether([...open, request]) ?? sure({ notices });
}

/** A tag asks for no longer than any exception may last. */
function limited(
  requests: ExceptionRequests,
  { limits: { exceptionDays = Infinity } }: PolicyDocument,
): ExceptionRequests {
  return { ...requests, maxDays: Math.min(requests.maxDays, exceptionDays) };
}

function rulingUnder(rule: Rule | undefined, { policy, state }: RulingCase): Ruling {
  return {
    standard: standardOf(policy, rule, state),
    rule: rule?.name ?? 'default',
    observe: (rule?.mode ?? policy.mode) === 'observe',
    notices: [],
  };
}

function standardOf(policy: PolicyDocument, rule: Rule | undefined, state: RulingCase['state']): Standard {
  const merged = { ...policy.standard, ...rule?.standard };
  const keeps = merged.algorithm !== 'AES256' && merged.key === 'keep';
  const key = merged.algorithm === 'AES256' ? undefined : keyFor(keeps ? policy.standard.key : merged.key, state);
  const { algorithm, bucketKey, blockSseC, strength } = merged;
  return {
    algorithm,
    ...present({ key }),
    ...(keeps ? { keepKey: true } : {}),
    bucketKey,
    blockSseC,
    ...(strength === 'exactly' ? { strength } : {}),
    ...policy.objects,
    ...rule?.objects,
    ceilingUsd: { ...policy.objects.ceilingUsd, ...rule?.objects?.ceilingUsd },
  };
}
