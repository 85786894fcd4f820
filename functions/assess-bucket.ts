import { parseBucketMessage } from '../src/intake/parse-bucket-message.ts';
import { assessBucket } from '../src/remediation/assess-bucket.ts';
import { wireAssess } from '../src/runtime/wire-assess.ts';
import { startProcess } from '../src/runtime/process.ts';
import { queueHandler } from '../src/runtime/queue-handler.ts';

const process = startProcess();
const { at, ownRole, isOwnQueue, bury } = wireAssess(process);

export const handler = queueHandler({
  process,
  parse: (body, queueArn) => parseBucketMessage(body, ownRole, isOwnQueue(queueArn)),
  story: (fact) => assessBucket(fact, at(fact)),
  // Two accounts may have directory buckets of one name.
  subject: ({ account, bucket }) => `${account}/${bucket}`,
  bury,
});
