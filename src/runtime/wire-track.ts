import { createJobEvidence } from '../aws/ledger/job-evidence.ts';
import { createDeadLetters, type DeadLetters } from '../aws/queue/queues.ts';
import type { TrackDeps } from '../remediation/deps.ts';
import { wireClose } from './wire-close.ts';
import type { Process } from './process.ts';

/** The function track-job, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireTrack(process: Process): { deps: TrackDeps; bury: DeadLetters } {
  const { settings, clients, deps } = wireClose(process, ['DEAD_LETTER_QUEUE_URL']);
  return {
    deps: {
      ...deps,
      jobEvidence: createJobEvidence(clients.dynamoDb(), settings.LEDGER_TABLE),
    },
    bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL),
  };
}
