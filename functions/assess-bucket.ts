import { parseBucketMessage } from '../src/intake/parse-bucket-message.ts';
import { parseWriteEvent } from '../src/intake/write-event.ts';
import { assessBucket } from '../src/remediation/assess-bucket.ts';
import { countWrites } from '../src/remediation/count-writes.ts';
import { wireAssess } from '../src/runtime/wire-assess.ts';
import { startProcess } from '../src/runtime/process.ts';
import { twoQueuesHandler } from '../src/runtime/queue-handler.ts';

const process = startProcess();
const { at, counting, ownRole, isOwnQueue, isWriteQueue, subject, bury } = wireAssess(process);
const work = { process, subject, bury };
const parse = (body: string, queueArn: string) => parseBucketMessage(body, ownRole, isOwnQueue(queueArn));
const parseWrite = (body: string) => parseWriteEvent(body, ownRole);

export const handler = twoQueuesHandler(
  isWriteQueue,
  { ...work, parse: parseWrite, storyOfAll: (writes) => countWrites(writes, counting) },
  { ...work, parse, story: (fact) => assessBucket(fact, at(fact)) },
);
