import { parseJobMessage } from '../src/intake/parse-job-message.ts';
import { trackJob } from '../src/remediation/track-job.ts';
import { createClients } from '../src/runtime/clients.ts';
import { readSettings } from '../src/runtime/config.ts';
import { deadLetters } from '../src/runtime/dead-letters.ts';
import { startProcess } from '../src/runtime/process.ts';
import { queueHandler } from '../src/runtime/queue-handler.ts';
import { trackDeps } from '../src/runtime/track-deps.ts';

const process = startProcess();
const { AWS_REGION, LEDGER_TABLE } = readSettings(['AWS_REGION', 'LEDGER_TABLE']);
const deps = trackDeps(process, createClients(AWS_REGION), LEDGER_TABLE);

export const handler = queueHandler({
  process,
  parse: parseJobMessage,
  story: (fact) => trackJob(fact, deps),
  subject: (fact) => fact.jobId,
  bury: deadLetters(),
});
