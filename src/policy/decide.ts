import { type Decided, type Decision, type Judging, type Known, type Needs, decided, needed } from './decision.ts';
import { type FactName, type Facts, unreadReason } from './facts.ts';
import { historyHolds } from './history-holds.ts';
import { fixedEncryption } from './fixed-encryption.ts';
import { KINDS, standardForKind } from './kinds.ts';
import { lacksCurrentKey } from './current-key-reasons.ts';
import { judge } from './judge.ts';
import { keyForm } from './keys/key-form.ts';
import { asLogTarget, isUnderKms, sweptLogTarget, underLogs } from './log-target.ts';
import { inOneLine } from '../problem.ts';
import { type BucketState, DEFAULT_OBJECTS, type Reason, type Standard, type Verdict } from './model.ts';
import { exemption } from './ruling/exceptions.ts';
import { rightAlready } from './right-already.ts';
import { rulingFor } from './ruling/ruling.ts';
import { weigh } from './weigh.ts';
import type { Writer } from './writers/writer.ts';

/**
 * Judges one bucket, or names the stage whose facts it needs first: ruling, key, history, safety, writers. The same facts always give the same
 * answer, and nothing is read here. What could not be read makes the verdict `unreadable`: it never counts as "not there".
 */
export function decide(known: Known): Decision {
  const found = rulingFor(known);
  if (found.kind === 'open') return found.lacks.length > 0 ? rulingNeeds(known, found) : unruled(found.reasons);
  const ruling = found.value;
  const { standard, notes } = standardForKind(keeping(ruling.standard, known.state), known.kind);
  const decision = underRuling({ known, ruling, standard, key: { kind: 'none' } });
  if (decision.kind === 'needs') return decision;
  const { verdict } = decision;
  const reasons = printable([...verdict.reasons, ...notes, ...ruling.notices]);
  return { ...decision, verdict: { ...verdict, reasons } };
}

/** The name of the rule that a bucket falls under; undefined where it was not found out. */
export function ruleOf(known: Known): string | undefined {
  const found = rulingFor(known);
  return found.kind === 'sure' ? found.value.rule : undefined;
}

/** Names of statements, keys and tags are other people's, and reasons go to terminals, mail and findings. */
function printable(reasons: readonly Reason[]): Reason[] {
  return reasons.map((reason) => ({ ...reason, message: inOneLine(reason.message) }));
}

/** The facts that the policy document speaks of for this bucket and that are not there: to be read before the first decision. */
export function rulingNeeds(known: Known, found = rulingFor(known)): Needs {
  const lacksOf = (answer: typeof found): readonly FactName[] => (answer.kind === 'open' ? answer.lacks : []);
  const more = (facts: Facts) => lacksOf(rulingFor({ ...known, facts }));
  return { kind: 'needs', stage: 'ruling', facts: lacksOf(found), more, keys: {}, observe: true };
}

/** Which rule applies could not be found out, so nothing is known of what the bucket shall have. */
function unruled(reasons: readonly Reason[]): Decided {
  const sseS3 = { algorithm: 'AES256', bucketKey: false, blockSseC: 'leave' } as const;
  const standard: Standard = { ...DEFAULT_OBJECTS, ...sseS3, reencrypt: 'none' };
  const verdict: Verdict = { kind: 'unreadable', reasons: printable(reasons) };
  return { kind: 'decided', verdict, rule: 'unknown', observe: true, standard, key: { kind: 'none' } };
}

function underRuling(judging: Judging): Decision {
  const { known, ruling, standard } = judging;
  const { facts } = known;
  const { exception } = ruling;
  if (exception !== undefined) return decided(judging, { kind: 'exempt', reasons: [exemption(exception)] });
  const swept = sweptLogTarget(judging);
  if (swept.length > 0) return sweptTarget(judging, swept);
  if (standard.key === undefined) return judged(judging);
  if (facts.key === undefined) return needed(judging, 'key', ['key']);
  if (facts.key.kind === 'unread') return unreadable(judging, 'key', facts.key.why);
  return judged({ ...judging, key: facts.key });
}

/** `key: keep`: the customer key that the bucket names takes the place of the policy's. */
export function keeping(standard: Standard, { rule }: BucketState): Standard {
  if (standard.keepKey !== true || standard.algorithm === 'AES256' || rule.keyId === undefined) return standard;
  const keeps = rule.algorithm !== 'AES256' && keyForm(rule.keyId).kind !== 'aws-managed';
  return keeps ? { ...standard, key: rule.keyId } : standard;
}

function judged(judging: Judging): Decision {
  const { known, standard, key } = judging;
  const { state, now } = known;
  const verdict = judge({ standard, state, key, now });
  if (verdict.kind === 'compliant') return rightAlready(judging, verdict);
  if (verdict.kind === 'hold' && verdict.reasons.some(({ code }) => code === 'algorithm-unknown')) {
    return decided(judging, verdict);
  }
  if (KINDS[known.kind].isFixed === true) {
    return decided(judging, { kind: 'hold', reasons: [fixedEncryption(judging), ...verdict.reasons] });
  }
  return belowStandard(judging, verdict);
}

function belowStandard(judging: Judging, verdict: Verdict): Decision {
  const { state, facts, policy, now } = judging.known;
  if (facts.history === undefined) return needed(judging, 'history', ['history']);
  if (facts.history.kind === 'unread') return unreadable(judging, 'history', facts.history.why);
  if (state.own) return decided(judging, verdict);
  const history = facts.history.value;
  const held = historyHolds({ history, state, limits: policy.limits.flapping, now });
  if (held.length > 0) return decided(judging, { kind: 'hold', reasons: [...held, ...verdict.reasons] });
  return weigh(judging, verdict, history.logSources);
}

/** A log target that a sweep has just seen is right without more reading; only a repair of its SSE-C block rests on the history. */
function sweptTarget(judging: Judging, writers: readonly Writer[]): Decision {
  const target = asLogTarget(judging);
  if (isUnderKms(judging.known) && lacksCurrentKey(target)) return needed(judging, 'key', ['currentKey']);
  const decision = underLogs(target, writers, true);
  return decision.verdict.kind === 'repair' ? belowStandard(target, decision.verdict) : decision;
}

function unreadable(judging: Judging, fact: FactName, why: string): Decided {
  return decided(judging, { kind: 'unreadable', reasons: [unreadReason(fact, why)] });
}
