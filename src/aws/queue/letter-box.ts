import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadMessage } from '../../intake/dead-letter.ts';
import { present } from '../../present.ts';

/** A message with what deletes it or gives it back. */
export interface TakenLetter extends DeadMessage {
  receipt: string;
}

/** So all servers of the queue are asked: a short poll may find nothing where there is something (SQS guide, short and long polling). */
const WAIT_SECONDS = 1;

/** The dead-letter queues of this Region, by URL. Each throws the SDK's error. */
export function createLetterBox(sqs: SQSClient) {
  return {
    /** At most ten messages, which nobody else sees for so many seconds. */
    async take(queueUrl: string, hiddenSeconds: number): Promise<TakenLetter[]> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: hiddenSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn', 'MessageGroupId'],
        }),
      );
      return Messages.map(letterOf);
    },

    async remove(queueUrl: string, receipt: string): Promise<void> {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },

    async giveBack(queueUrl: string, receipt: string): Promise<void> {
      const input = { QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 };
      await sqs.send(new ChangeMessageVisibilityCommand(input));
    },
  };
}

function letterOf({ MessageId, Body, ReceiptHandle, Attributes = {}, MessageAttributes = {} }: Message): TakenLetter {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { StringValue = '' }]) => [name, StringValue] as const,
  );
  return {
    id: MessageId ?? '',
    receipt: ReceiptHandle ?? '',
    body: Body ?? '',
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    ...present({ source: Attributes.DeadLetterQueueSourceArn, group: Attributes.MessageGroupId }),
    attributes: new Map(attributes),
  };
}
