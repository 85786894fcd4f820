import type {
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchRequestEntry,
  DeleteMessageCommandInput,
  ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import type { Call } from '../call.ts';
import { eachEntry } from './batch.ts';
import { md5, md5OfAttributes, receiptHandle } from './message.ts';
import type { Message } from './message.ts';
import { readQueueUrl } from './queue-directory.ts';
import type { QueueDirectory } from './queue-directory.ts';
import type { Queue } from './queue.ts';
import { invalidParameter } from './sqs-error.ts';

/** ReceiveMessage and what is done with a receipt handle. */
export function createReceiveOperations(queues: QueueDirectory, nowMs: () => number) {
  const named = (input: { readonly QueueUrl: string | undefined }, call: Call): Queue =>
    queues.get(readQueueUrl(input.QueueUrl, call.region));

  return {
    ReceiveMessage: async (input: ReceiveMessageCommandInput, call: Call) => {
      const queue = named(input, call);
      const limit = inRange('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, [1, 10]);
      const waitSeconds = inRange('WaitTimeSeconds', input.WaitTimeSeconds ?? queue.settings.waitSeconds, [0, 20]);
      const visibility = inRange(
        'VisibilityTimeout',
        input.VisibilityTimeout ?? queue.settings.visibilitySeconds,
        [0, 43_200],
      );
      const untilMs = nowMs() + waitSeconds * 1000;
      let messages = queue.receive(limit, visibility);
      while (messages.length === 0 && nowMs() < untilMs) {
        await queue.untilVisible(untilMs - nowMs());
        messages = named(input, call).receive(limit, visibility);
      }
      return messages.length === 0 ? {} : { Messages: messages.map((message) => print(message, input)) };
    },
    DeleteMessage: (input: DeleteMessageCommandInput, call: Call) => {
      named(input, call).delete(input.ReceiptHandle ?? '');
      return {};
    },
    DeleteMessageBatch: (input: DeleteMessageBatchCommandInput, call: Call) => {
      const queue = named(input, call);
      return eachEntry(input.Entries, (entry: DeleteMessageBatchRequestEntry) => {
        queue.delete(entry.ReceiptHandle ?? '');
        return {};
      });
    },
    ChangeMessageVisibility: (input: ChangeMessageVisibilityCommandInput, call: Call) => {
      const seconds = inRange('VisibilityTimeout', input.VisibilityTimeout ?? Number.NaN, [0, 43_200]);
      named(input, call).changeVisibility(input.ReceiptHandle ?? '', seconds);
      return {};
    },
  };
}

function inRange(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalidParameter(name, value, `Must be between ${least} and ${most}, if provided`);
  }
  return value;
}

function print(message: Message, input: ReceiveMessageCommandInput): object {
  const wanted = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
  const system = Object.entries(systemAttributes(message)).filter(([name]) =>
    wanted.some((one) => one === 'All' || one === name),
  );
  const own = Object.entries(message.attributes).filter(([name]) => isWanted(name, input.MessageAttributeNames ?? []));
  const attributes = Object.fromEntries(own);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(own.length === 0 ? {} : { MessageAttributes: attributes, MD5OfMessageAttributes: md5OfAttributes(attributes) }),
  };
}

/** A name, `All`, `.*`, or a prefix followed by `.*`. */
const isWanted = (name: string, wanted: readonly string[]): boolean =>
  wanted.some((one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))));

const systemAttributes = (message: Message): Record<string, string> => ({
  SenderId: message.senderId,
  SentTimestamp: String(message.sentMs),
  ApproximateReceiveCount: String(message.receives),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
  ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
  ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
  ...(message.deadLetterSource === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
});
