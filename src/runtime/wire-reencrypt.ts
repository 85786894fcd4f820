import { randomUUID } from 'node:crypto';
import { createKeyRange } from '../aws/bucket/key-range.ts';
import { createObjectHead } from '../aws/bucket/object-head.ts';
import { createBucketReader } from '../aws/ledger/bucket-table.ts';
import { createJobLedger } from '../aws/ledger/job-ledger.ts';
import { createPieceTable } from '../aws/ledger/piece-table.ts';
import { createAbortUnfinished } from '../aws/object/abort-upload.ts';
import { createObjectCopier } from '../aws/object/object-copier.ts';
import { createDeadLetters, createDelayedQueue, createQueues, type DeadLetters } from '../aws/queue/queues.ts';
import { jobMessage } from '../intake/open-job-message.ts';
import { pieceMessage } from '../intake/parse-piece-message.ts';
import type { ReencryptDeps, ReencryptPlace } from '../remediation/deps.ts';
import { copyingSettings, createClients } from './clients.ts';
import { readSettings } from './config.ts';
import { timeLeftMs } from './deadline.ts';
import { createHubClients } from './hub-clients.ts';
import { createMembers } from './members.ts';
import { createPieceSender, queueOfLane } from './object-queues.ts';

/** The function reencrypt-object, wired. */
export interface ReencryptWiring {
  deps: ReencryptDeps;
  bury: DeadLetters;
}

/** The function reencrypt-object, wired from its environment. Throws ResealError naming every setting that is missing. */
export function wireReencrypt(): ReencryptWiring {
  const settings = readSettings([
    'AWS_REGION',
    'DEAD_LETTER_QUEUE_URL',
    'INLINE_QUEUE_URL',
    'JOB_QUEUE_URL',
    'LEDGER_TABLE',
    'MEMBER_ROLE',
    'OBJECT_QUEUE_URL',
  ]);
  const { LEDGER_TABLE: table } = settings;
  const clients = createHubClients(settings.AWS_REGION);
  const now = () => new Date();
  const at = createMembers(settings, ({ region }, credentials): ReencryptPlace => {
    const there = createClients(region, credentials, copyingSettings());
    const copy = createObjectCopier(there, now);
    return {
      keyRange: createKeyRange(there.s3()),
      readObject: createObjectHead(there.s3(), now),
      copyObject: (task) => copy(task, { timeLeftMs }),
      abortUnfinished: createAbortUnfinished(there.s3()),
    };
  });
  const sendNow = createPieceSender(createQueues(clients.sqs()), settings);
  const deps: ReencryptDeps = {
    at,
    jobLedger: createJobLedger(clients.dynamoDb(), table),
    readBucket: createBucketReader(clients.dynamoDb(), table),
    pieces: createPieceTable(clients.dynamoDb(), table),
    sendPieces: async (job, pieces, delaySeconds) => {
      if (delaySeconds === 0) return sendNow(job, pieces);
      const { account, own } = job;
      const send = createDelayedQueue(clients.sqs(), queueOfLane(own?.lane, settings), account);
      for (const piece of pieces) await send(pieceMessage(piece), delaySeconds);
    },
    askToClose: ({ token, account }) =>
      createDelayedQueue(clients.sqs(), settings.JOB_QUEUE_URL, account)(jobMessage({ token }), 0),
    timeLeftMs,
    now,
    newOwner: randomUUID,
  };
  return { deps, bury: createDeadLetters(clients.sqs(), settings.DEAD_LETTER_QUEUE_URL) };
}
