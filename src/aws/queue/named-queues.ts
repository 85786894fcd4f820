import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { failureOf } from '../sdk/service-error.ts';

export type NamedQueues = ReturnType<typeof createNamedQueues>;

/** SQS delays a message by at most this (API SendMessage DelaySeconds). */
const MAX_DELAY_SECONDS = 900;

/** Queues known by name, in any Region of the account. */
export function createNamedQueues(clientOf: (region: string) => SQSClient) {
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
    /** Sends to a queue by name; false where that Region has no such queue. `delaySeconds` is capped at SQS's 900. */
    async sendByName(to: { name: string; region: string; delaySeconds: number }, body: string): Promise<boolean> {
      const url = await urlOf(to.name, to.region);
      if (url === undefined) return false;
      const delay = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.round(to.delaySeconds)));
      await clientOf(to.region).send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delay }));
      return true;
    },
  };
}
