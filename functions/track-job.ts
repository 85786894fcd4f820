import { parseJobMessage, subjectOfJobs } from '../src/intake/parse-job-message.ts';
import { trackJob } from '../src/remediation/track-job.ts';
import { startProcess } from '../src/runtime/process.ts';
import { queueHandler } from '../src/runtime/queue-handler.ts';
import { wireTrack } from '../src/runtime/wire-track.ts';

const process = startProcess();
const { deps, bury } = wireTrack(process);

export const handler = queueHandler({
  process,
  parse: parseJobMessage,
  story: (fact) => trackJob(fact, deps),
  subject: subjectOfJobs,
  bury,
});
