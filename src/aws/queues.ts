import { GetQueueUrlCommand, SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ResealError } from '../errors.ts';
import { failureOf } from './service-error.ts';

export type Queues = ReturnType<typeof createQueues>;

/** SQS limits: 10 entries a batch, a delay of at most 900 s. */
const BATCH = 10;
const MAX_DELAY_SECONDS = 900;

/** Sending to SQS, in this Region or (by queue name) in another one of the same account. */
export function createQueues(clientOf: (region: string) => SQSClient, homeRegion: string) {
  const urls = new Map<string, string>();

  async function urlOf(name: string, region: string): Promise<string | undefined> {
    const known = urls.get(`${region}/${name}`);
    if (known !== undefined) return known;
    try {
      const { QueueUrl } = await clientOf(region).send(new GetQueueUrlCommand({ QueueName: name }));
      if (QueueUrl !== undefined) urls.set(`${region}/${name}`, QueueUrl);
      return QueueUrl;
    } catch (error) {
      if (failureOf(error) === 'not-found') return undefined;
      throw error;
    }
  }

  return {
    /** Sends one message to the queue of this URL in the home Region. Throws the SDK's error. */
    async send(queueUrl: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
      await clientOf(homeRegion).send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: stringAttributes(attributes),
        }),
      );
    },

    /** Sends to a queue by name; false where that Region has no such queue. `delaySeconds` is capped at SQS's 900. */
    async sendByName(to: { name: string; region: string; delaySeconds: number }, body: string): Promise<boolean> {
      const url = await urlOf(to.name, to.region);
      if (url === undefined) return false;
      const delay = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.round(to.delaySeconds)));
      await clientOf(to.region).send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delay }));
      return true;
    },

    /** Sends many bodies, ten a call, to one queue of the home Region. Throws where any entry was refused, naming how many. */
    async sendAll(queueUrl: string, bodies: readonly string[]): Promise<void> {
      for (let at = 0; at < bodies.length; at += BATCH) {
        const entries = bodies.slice(at, at + BATCH).map((body, index) => ({ Id: String(index), MessageBody: body }));
        const output = await clientOf(homeRegion).send(
          new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
        );
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
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
