import { type Decided, type Judging, type Known, decided } from './decision.ts';
import { judge } from './judge.ts';
import type { FactName, Facts, Finding } from './facts.ts';
import { incidents } from './incidents.ts';
import type { Reason, Standard } from './model.ts';
import { underKms } from './writers/under-kms.ts';
import { writersOf } from './writers/writers-of.ts';
import type { Writer } from './writers/writer.ts';

/** Whether an AWS service is known to write to the bucket: the policy language's `logTarget`. */
export function isLogTarget({ state, kind, facts, partition }: Known): Finding<{ isTarget: boolean }> {
  const found = writersOf({ state, kind, facts, partition });
  return found.kind === 'known' ? { kind: 'known', isTarget: found.writers.length > 0 } : found;
}

/** A bucket that a sweep has just seen receive access logs: whether it is right for them, or under a key, is all that needs to be known of it. */
export function sweptLogTarget({ known, standard }: Judging): Writer[] {
  const { state, kind, facts, partition } = known;
  const { logSources = [] } = facts;
  if (logSources.length === 0 || !(isUnderKms(known) || state.rule.algorithm === 'AES256')) return [];
  // A policy that asks for AES256 has its own say of a bucket that has it, and `exactly` puts it back where it is not.
  if (standard.algorithm === 'AES256' && (standard.strength === 'exactly' || !isUnderKms(known))) return [];
  const history: Facts['history'] = { kind: 'read', value: { repairs: [], logSources } };
  const found = writersOf({ state, kind, facts: { history }, partition });
  return found.kind === 'known' ? found.writers.filter(({ takes }) => takes === 'sse-s3-only') : [];
}

/**
 * Some services deliver only to SSE-S3 (S3 User Guide, server access logging; ELB guides): for their targets that is the standard,
 * whatever the policy wants, and what is left of it is the SSE-C block. A target that is under a key already has lost its logs and is
 * never lowered for them: that is told, and what is wrong with that key.
 */
export function underLogs(
  judging: Judging,
  writers: readonly Writer[],
): { kind: 'ask'; facts: readonly FactName[] } | Decided {
  const { known, standard } = judging;
  const sseS3: Standard = {
    algorithm: 'AES256',
    bucketKey: false,
    blockSseC: standard.blockSseC,
    reencrypt: standard.reencrypt,
  };
  const key = { kind: 'none' } as const;
  const verdict = judge({ standard: sseS3, state: known.state, key, now: known.now });
  const under = { ...judging, standard: sseS3, key };
  if (isUnderKms(known)) {
    const found = incidents({ ...under, key: judging.key });
    if (found.kind === 'ask') return found;
    const lacking = verdict.kind === 'repair' ? verdict.reasons : [];
    const failing = writers.map((writer) => underKms(writer, known.state));
    return decided(under, { kind: 'hold', reasons: [...failing, ...found.reasons, ...lacking] });
  }
  const reasons = writers.map((writer) => reason(writer, known.state.bucket));
  return decided(under, { ...verdict, reasons: [...reasons, ...verdict.reasons] });
}

function isUnderKms({ state }: Known): boolean {
  return state.rule.algorithm === 'aws:kms' || state.rule.algorithm === 'aws:kms:dsse';
}

function reason({ service, evidence }: Writer, bucket: string): Reason {
  return {
    code: 'log-target-sse-s3',
    message: `${evidence} ${service} can be delivered only to a bucket under SSE-S3, so that is the standard for bucket ${bucket}.`,
  };
}
