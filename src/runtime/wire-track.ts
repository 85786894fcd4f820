import type { TrackDeps } from '../remediation/deps.ts';
import { createClients } from './clients.ts';
import { readSettings } from './config.ts';
import { type DeadLetters, deadLetters } from './dead-letters.ts';
import type { Process } from './process.ts';
import { trackDeps } from './track-deps.ts';

/** The function track-job, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireTrack(process: Process): { deps: TrackDeps; bury: DeadLetters } {
  const settings = readSettings(['AWS_REGION', 'DEAD_LETTER_QUEUE_URL', 'LEDGER_TABLE']);
  const clients = createClients(settings.AWS_REGION);
  return {
    deps: trackDeps(process, clients, settings.LEDGER_TABLE),
    bury: deadLetters(clients, settings.DEAD_LETTER_QUEUE_URL),
  };
}
