import { parseBucketMessage } from '../src/intake/parse-bucket-message.ts';
import { assessBucket } from '../src/remediation/assess-bucket.ts';
import { assessDeps } from '../src/runtime/assess-deps.ts';
import { readSettings } from '../src/runtime/config.ts';
import { deadLetters } from '../src/runtime/dead-letters.ts';
import { startProcess } from '../src/runtime/process.ts';
import { queueHandler } from '../src/runtime/queue-handler.ts';

const process = startProcess();
const deps = assessDeps(process);
const { OWN_ROLE_ARN } = readSettings(['OWN_ROLE_ARN']);

export const handler = queueHandler({
  process,
  parse: (body) => parseBucketMessage(body, OWN_ROLE_ARN),
  story: (fact) => assessBucket(fact, deps),
  subject: (fact) => fact.bucket,
  bury: deadLetters(),
});
