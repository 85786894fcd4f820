import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ResealError } from '../../errors.ts';

export type Queues = ReturnType<typeof createQueues>;

/** Entries that one SendMessageBatch takes. */
const BATCH = 10;

/** The queues of this Region that the stack names by URL. */
export function createQueues(sqs: SQSClient) {
  return {
    /** Sends one message to the queue of this URL in the home Region. Throws the SDK's error. */
    async send(queueUrl: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: stringAttributes(attributes),
        }),
      );
    },

    /** Sends many bodies, ten a call, to one queue of the home Region. Throws where any entry was refused, naming how many. */
    async sendAll(queueUrl: string, bodies: readonly string[]): Promise<void> {
      for (let at = 0; at < bodies.length; at += BATCH) {
        const entries = bodies.slice(at, at + BATCH).map((body, index) => ({ Id: String(index), MessageBody: body }));
        const output = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
        const [refused] = output.Failed ?? [];
        if (refused !== undefined) {
          throw new ResealError(
            'queue-refused',
            `SQS refused ${output.Failed?.length} of ${entries.length} messages: ${refused.Code}`,
            { retryable: true },
          );
        }
      }
    },
  };
}

function stringAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: sendable(value) }]),
  );
}

/** SQS refuses what XML 1.0 cannot carry (API SendMessage, MessageBody), and an error text may quote such a character. */
function sendable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
