import { type Decision, type Judging, type Known, decided } from './decision.ts';
import { judge } from './judge.ts';
import type { Asking } from './facts.ts';
import type { Reason, Standard } from './model.ts';
import { writersOf } from './writers/writers-of.ts';
import type { Writer } from './writers/writer.ts';

/** Whether an AWS service is known to write to the bucket: the policy language's `logTarget`. */
export function isLogTarget({
  state,
  kind,
  facts,
  partition,
}: Known): Asking<{ isTarget: boolean }> | { kind: 'unread'; reasons: Reason[] } {
  const found = writersOf({ state, kind, facts, partition });
  return found.kind === 'known' ? { kind: 'known', isTarget: found.writers.length > 0 } : found;
}

/**
 * Some services deliver only to SSE-S3 (S3 User Guide, server access logging; ELB guides): for their targets that is the standard,
 * whatever the policy wants, and what is left of it is the SSE-C block.
 */
export function underLogs(judging: Judging, writers: readonly Writer[]): Decision {
  const { known, standard } = judging;
  const sseS3: Standard = {
    algorithm: 'AES256',
    bucketKey: false,
    blockSseC: standard.blockSseC,
    reencrypt: standard.reencrypt,
  };
  const key = { kind: 'none' } as const;
  const verdict = judge({ standard: sseS3, state: known.state, key, now: known.now });
  const reasons = writers.map((writer) => reason(writer, known.state.bucket));
  return decided({ ...judging, standard: sseS3, key }, { ...verdict, reasons: [...reasons, ...verdict.reasons] });
}

function reason({ service, evidence }: Writer, bucket: string): Reason {
  return {
    code: 'log-target-sse-s3',
    message: `${evidence} ${service} delivers only to buckets under SSE-S3, so that is the standard for bucket ${bucket}.`,
  };
}
