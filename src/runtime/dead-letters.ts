import { createQueues } from '../aws/queue/queues.ts';
import type { Clients } from './clients.ts';

export type DeadLetters = (body: string, reason: { code: string; message: string }) => Promise<void>;

/** Sends a message to the function's dead-letter queue with the attributes `code` and `message`, so that a person reads why. */
export function deadLetters(clients: Clients, queueUrl: string): DeadLetters {
  const queues = createQueues(clients.sqs());
  return (body, reason) => queues.send(queueUrl, body, reason);
}
