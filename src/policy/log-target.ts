import { type Decided, type Judging, type Known, decided } from './decision.ts';
import type { LogSource } from './facts.ts';
import { judge } from './judge.ts';
import { currentKeyReasons } from './current-key-reasons.ts';
import type { Reason, Standard } from './model.ts';
import { ACCESS_LOGS } from './writers/services.ts';
import { underKms } from './writers/writer-reasons.ts';
import { accessLogWriters } from './writers/writers-of.ts';
import type { Writer } from './writers/writer.ts';

/** A bucket that a sweep has just seen receive access logs: whether it is right for them, or under a key, is all that needs to be known of it. */
export function sweptLogTarget({ known, standard }: Pick<Judging, 'known' | 'standard'>): Writer[] {
  const { state, kind, facts } = known;
  const { logSources = [] } = facts;
  if (state.own || kind !== 'general-purpose' || !(isUnderKms(known) || state.rule.algorithm === 'AES256')) return [];
  // A policy that asks for AES256 has its own say of a bucket that has it, and `exactly` puts it back where it is not.
  if (standard.algorithm === 'AES256' && (standard.strength === 'exactly' || !isUnderKms(known))) return [];
  return accessLogWriters(logSources, state.bucket);
}

/**
 * Some services deliver only to SSE-S3 (S3 User Guide, server access logging; ELB guides): for their targets that is the standard,
 * whatever the policy wants, and what is left of it is the SSE-C block. A target that is under a key already has lost its logs and is
 * never lowered for them: that is reported, and what is wrong with that key. `isProven`: buckets are known whose logs come here.
 */
export function underLogs(judging: Judging, writers: readonly Writer[], isProven: boolean): Decided {
  const { known } = judging;
  const under = asLogTarget(judging);
  const { standard, key } = under;
  const verdict = judge({ standard, state: known.state, key, now: known.now });
  if (isUnderKms(known)) {
    const lacking = verdict.kind === 'repair' ? verdict.reasons : [];
    const failing = writers.map((writer) => underKms(writer, known.state));
    const reasons = [...failing, ...currentKeyReasons(judging), ...lacking];
    return decided(under, { kind: 'hold', reasons });
  }
  const reasons = writers.map(({ service, evidence }): Reason => {
    const message = `${evidence} ${service} can be delivered only to a bucket under SSE-S3, so that is the standard for bucket ${known.state.bucket}.`;
    return { code: 'log-target-sse-s3', message };
  });
  const unproven = isProven ? [] : unprovenLogs(writers, known);
  if (unproven.length > 0 && known.policy.logTargets === 'proven') {
    return decided(under, { kind: 'hold', reasons: [...unproven, ...verdict.reasons] });
  }
  return decided(under, { ...verdict, reasons: [...reasons, ...unproven, ...verdict.reasons] });
}

/** Who sends access logs can be asked of every bucket, so a permission alone proves nothing; of other services only the permission is seen. */
function unprovenLogs(writers: readonly Writer[], { state }: Pick<Known, 'state'>): Reason[] {
  if (!writers.every(({ service }) => service === ACCESS_LOGS.service)) return [];
  return writers.map(({ evidence }): Reason => {
    const message = `${evidence} No sweep saw a bucket whose server access logs go to ${state.bucket}, so nothing but this permission keeps it at SSE-S3: take the permission away where no logs come, or write a rule with AES256 for the bucket.`;
    return { code: 'log-target-unproven', message };
  });
}

/** The same bucket by the standard of log targets. */
export function asLogTarget(judging: Judging): Judging {
  const { key: _, keepKey: __, strength: ___, ...kept } = judging.standard;
  const standard: Standard = { ...kept, algorithm: 'AES256', bucketKey: false };
  return { ...judging, standard, key: { kind: 'none' } };
}

/**
 * What shows whether a bucket under a key receives logs that no key lets in. The ACL is one call more, so a sweep reads it only where it let
 * somebody write before. Known sources settle the matter.
 */
export function logFacts(
  { state, kind, facts, readsAcl }: Known,
  sources: readonly LogSource[],
): ('bucketPolicy' | 'acl')[] {
  if (state.own || kind !== 'general-purpose' || !isUnderKms({ state }) || sources.length > 0) return [];
  const remembers = facts.history?.kind === 'read' && facts.history.value.aclWriters === true;
  return ['bucketPolicy', ...(readsAcl === true || remembers ? (['acl'] as const) : [])];
}

export function isUnderKms({ state }: Pick<Known, 'state'>): boolean {
  return state.rule.algorithm === 'aws:kms' || state.rule.algorithm === 'aws:kms:dsse';
}
