import { createQueues } from '../aws/queues.ts';
import { createClients } from './clients.ts';
import { readSettings } from './config.ts';

/** Sends a message to the function's dead-letter queue with the attributes `code` and `message`, so that a person reads why. */
export function deadLetters(): (body: string, reason: { code: string; message: string }) => Promise<void> {
  const settings = readSettings(['AWS_REGION', 'DEAD_LETTER_QUEUE_URL']);
  const queues = createQueues(createClients(settings.AWS_REGION).sqs());
  return (body, reason) => queues.send(settings.DEAD_LETTER_QUEUE_URL, body, reason);
}
