import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { oddAnswer, failureOf } from '../sdk/service-error.ts';
import { createRemembered } from '../sdk/remembered.ts';

export type NamedQueues = ReturnType<typeof createNamedQueues>;

/** SQS delays a message by at most this (API SendMessage DelaySeconds). */
const MAX_DELAY_SECONDS = 900;

/** Queues known by name, in any Region of the account. */
export function createNamedQueues(clientOf: (region: string) => SQSClient) {
  const remembered = createRemembered<string>(() => new Date());

  async function urlOf(name: string, region: string): Promise<string | undefined> {
    try {
      return await remembered(`${region}/${name}`, Infinity, () => lookUp(name, clientOf(region)));
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

async function lookUp(name: string, sqs: SQSClient): Promise<string> {
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  if (url === undefined) throw oddAnswer('GetQueueUrl', 'QueueUrl', {});
  return url;
}
