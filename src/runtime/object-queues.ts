import type { Queues } from '../aws/queue/queues.ts';
import { pieceMessage } from '../intake/parse-piece-message.ts';
import type { JobRequest } from '../ledger/job-item.ts';
import type { TrackDeps } from '../remediation/deps.ts';

type QueueUrls = Record<'INLINE_QUEUE_URL' | 'OBJECT_QUEUE_URL', string>;

/** The queue of a job that Reseal runs itself: small buckets have one of their own, so that no large object keeps them waiting. */
export function queueOfLane(
  lane: NonNullable<JobRequest['own']>['lane'],
  { INLINE_QUEUE_URL, OBJECT_QUEUE_URL }: QueueUrls,
): string {
  return lane === 'inline' ? INLINE_QUEUE_URL : OBJECT_QUEUE_URL;
}

/** Has the pieces of a job worked on. Throws the SDK's error. */
export function createPieceSender(queues: Pick<Queues, 'sendAll'>, urls: QueueUrls): TrackDeps['sendPieces'] {
  return async ({ account, own }, pieces) => {
    async function* messages() {
      for await (const piece of pieces) yield { body: pieceMessage(piece), group: account };
    }
    await queues.sendAll(queueOfLane(own?.lane, urls), messages());
  };
}
