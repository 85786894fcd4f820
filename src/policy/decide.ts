import { dangersOf } from './dangers.ts';
import { type Ask, type Decided, type Decision, type Judging, type Known, decided } from './decision.ts';
import { standardForKind } from './directory-standard.ts';
import { isInForce } from './ruling/exceptions.ts';
import type { FactName, History } from './facts.ts';
import { flappingHold } from './flapping.ts';
import { judge } from './judge.ts';
import { keyForm } from './keys/key-form.ts';
import { incidents } from './incidents.ts';
import { isLogTarget, sweptLogTarget, underLogs } from './log-target.ts';
import type { BucketState, Reason, Standard, Verdict } from './model.ts';
import { bringsKey } from './repaired-rule.ts';
import { rolledBackHold } from './rolled-back.ts';
import { rulingFor } from './ruling/ruling.ts';
import { unread } from './unread.ts';
import type { Writer } from './writers/writer.ts';
import { writersOf } from './writers/writers-of.ts';

/**
 * Judges one bucket, or says what it needs to know first. The same facts always give the same answer, and nothing is read here.
 * What could not be read makes the verdict `unreadable`: it is never taken for "not there".
 */
export function decide(known: Known): Decision {
  const { state, kind, facts, policy, now } = known;
  const found = rulingFor({ policy, state, kind, facts, now, isLogTarget: () => isLogTarget(known) });
  if (found.kind === 'ask') return { kind: 'ask', facts: found.facts, keys: {}, below: false, observe: true };
  if (found.kind === 'unread') return unruled(found.reasons);
  const { ruling } = found;
  const { standard, notes } = standardForKind(keeping(ruling.standard, state), kind);
  const decision = underRuling({ known, ruling, standard, key: { kind: 'none' } });
  if (decision.kind === 'ask') return decision;
  const { verdict } = decision;
  return { ...decision, verdict: { ...verdict, reasons: [...verdict.reasons, ...notes, ...ruling.notices] } };
}

/** Which rule applies could not be found out, so nothing is known of what the bucket shall have. */
function unruled(reasons: Reason[]): Decided {
  const standard: Standard = { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave', reencrypt: 'none' };
  return {
    kind: 'decided',
    verdict: { kind: 'unreadable', reasons },
    rule: 'unknown',
    observe: true,
    standard,
    key: { kind: 'none' },
  };
}

function underRuling(judging: Judging): Decision {
  const { known, ruling, standard } = judging;
  const { state, facts, now } = known;
  const { exception } = ruling;
  if (exception !== undefined && isInForce(exception, now)) {
    return decided(judging, judge({ standard, state, key: judging.key, exception, now }));
  }
  const swept = state.own ? [] : sweptLogTarget(judging);
  if (swept.length > 0) return sweptTarget(judging, swept);
  if (standard.key === undefined) return judged(judging);
  if (facts.key === undefined) return ask(judging, ['key'], { below: false });
  if (facts.key.kind === 'unread') return unreadable(judging, unread('key', facts.key.why).reasons);
  return judged({ ...judging, key: facts.key });
}

/** `key: keep`: the customer key that the bucket names takes the place of the policy's. */
function keeping(standard: Standard, { rule }: BucketState): Standard {
  if (standard.keepKey !== true || standard.algorithm === 'AES256' || rule.keyId === undefined) return standard;
  const keeps = rule.algorithm !== 'AES256' && keyForm(rule.keyId).kind !== 'aws-managed';
  return keeps ? { ...standard, key: rule.keyId } : standard;
}

function judged(judging: Judging): Decision {
  const { known, standard, key } = judging;
  const { state, facts, now } = known;
  const verdict = judge({ standard, state, key, now });
  if (verdict.kind === 'compliant') return compliant(judging, verdict);
  if (verdict.kind === 'hold' && verdict.reasons.some(({ code }) => code === 'algorithm-unknown')) {
    return decided(judging, verdict);
  }
  if (facts.history === undefined) return ask(judging, ['history'], { below: true });
  if (facts.history.kind === 'unread') {
    return unreadable(judging, unread('history', facts.history.why).reasons);
  }
  return state.own ? decided(judging, verdict) : belowStandard(judging, verdict, facts.history.value);
}

/** A key that is going away under a bucket that has what it must: nothing to write, and an incident all the same. */
function compliant(judging: Judging, verdict: Verdict): Decision {
  const found = incidents(judging);
  if (found.kind === 'ask') return ask(judging, found.facts, { below: false });
  return found.reasons.length === 0
    ? decided(judging, verdict)
    : decided(judging, { kind: 'hold', reasons: [...found.reasons, ...verdict.reasons] });
}

function belowStandard(judging: Judging, verdict: Verdict, history: History): Decision {
  const { known } = judging;
  const { state, facts } = known;
  const held = heldBy(history, known);
  if (held.length > 0) return decided(judging, { kind: 'hold', reasons: [...held, ...verdict.reasons] });
  if (!putsKey(judging, verdict)) return weighed(judging, verdict, []);
  const writers = writersOf({ state, kind: known.kind, facts, partition: known.partition });
  if (writers.kind === 'ask') return ask(judging, writers.facts, { below: true });
  if (writers.kind === 'unread') return unreadable(judging, writers.reasons);
  const sseS3Only = writers.writers.filter(({ takes }) => takes === 'sse-s3-only');
  if (sseS3Only.length > 0) return logTarget(judging, sseS3Only);
  return weighed(judging, verdict, writers.writers);
}

/** What people put back, or somebody takes away again and again, is not repaired, whatever the repair would be. */
function heldBy(history: History, { state, policy, now }: Known): Reason[] {
  return [...rolledBackHold(history, state), ...flappingHold({ history, state, limits: policy.limits.flapping, now })];
}

/** A log target that a sweep has just seen is right without more reading; only a repair of its SSE-C block rests on the history. */
function sweptTarget(judging: Judging, writers: readonly Writer[]): Decision {
  const { known } = judging;
  const decision = logTarget(judging, writers);
  if (decision.kind === 'ask' || decision.verdict.kind !== 'repair') return decision;
  const { history } = known.facts;
  if (history === undefined) return ask({ ...judging, standard: decision.standard }, ['history'], { below: true });
  if (history.kind === 'unread') return unreadable(judging, unread('history', history.why).reasons);
  const held = heldBy(history.value, known);
  if (held.length === 0) return decision;
  return { ...decision, verdict: { kind: 'hold', reasons: [...held, ...decision.verdict.reasons] } };
}

function logTarget(judging: Judging, writers: readonly Writer[]): Decision {
  const found = underLogs(judging, writers);
  return found.kind === 'ask' ? ask(judging, found.facts, { below: false }) : found;
}

/** True where the repair would bring a KMS key that the bucket does not have: what others write and read depends on it then. */
function putsKey({ known, standard }: Pick<Judging, 'known' | 'standard'>, verdict: Verdict): boolean {
  const { rule } = known.state;
  if (verdict.kind !== 'repair') return standard.algorithm !== 'AES256';
  return bringsKey(verdict.write, rule);
}

function weighed(judging: Judging, verdict: Verdict, writers: readonly Writer[]): Decision {
  if (verdict.kind !== 'repair') return decided(judging, verdict);
  const dangers = dangersOf(judging, verdict.write, writers);
  if (dangers.kind === 'ask') return ask(judging, dangers.facts, { below: true });
  if (dangers.kind === 'unread') return unreadable(judging, dangers.reasons);
  if (dangers.holds.length === 0) return decided(judging, verdict);
  return decided(judging, { kind: 'hold', reasons: [...dangers.holds, ...verdict.reasons] });
}

function unreadable(judging: Judging, reasons: Reason[]): Decided {
  return decided(judging, { kind: 'unreadable', reasons });
}

function ask(
  { known, ruling, standard, key }: Judging,
  facts: readonly FactName[],
  { below }: { below: boolean },
): Ask {
  const keyArn = key.kind === 'found' ? key.key.arn : undefined;
  const { keyId } = known.state.rule;
  return {
    kind: 'ask',
    facts,
    keys: {
      ...(standard.key === undefined ? {} : { key: standard.key }),
      ...(keyId === undefined ? {} : { currentKey: keyId }),
      ...(keyArn === undefined ? {} : { keyPolicy: keyArn }),
    },
    below,
    observe: ruling.observe,
    rule: ruling.rule,
  };
}
