import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { atOnce, inGroups } from '../../at-once.ts';
import { ResealError } from '../../errors.ts';

export type Queues = ReturnType<typeof createQueues>;

/** Entries that one SendMessageBatch takes. */
const BATCH = 10;
/** A standard queue takes nearly any number of calls a second (SQS quotas); these are enough to be bound by the CPU. */
const CALLS_AT_ONCE = 16;

/** SQS delays a message by at most this (API SendMessage DelaySeconds). */
const MAX_DELAY_SECONDS = 900;

/**
 * Sends one body into one queue, to be seen after so many seconds, 900 at most. `group` is the account that it is about: SQS hands a standard
 * queue's groups out in turn, so that one with many messages does not delay the others (SQS guide, fair queues). Throws the SDK's error.
 */
export function createDelayedQueue(sqs: SQSClient, queueUrl: string, group: string) {
  return async function sendLater(body: string, delaySeconds: number): Promise<void> {
    const DelaySeconds = Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.round(delaySeconds)));
    const message = { MessageBody: body, DelaySeconds, MessageGroupId: group };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...message }));
  };
}

/** A body, and the account that it is about, as above. */
export interface Grouped {
  body: string;
  group: string;
}

/** The queues of this Region that the stack names by URL. */
export function createQueues(sqs: SQSClient) {
  return {
    /** Sends one message to the queue of this URL in the home Region. Throws the SDK's error. */
    async send(queueUrl: string, body: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
      const MessageAttributes = stringAttributes(attributes);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes }));
    },

    /**
     * Sends many messages, ten a call and several calls at once, to one queue of the home Region. Throws where any entry was refused,
     * naming how many.
     */
    async sendAll(queueUrl: string, messages: Iterable<Grouped> | AsyncIterable<Grouped>): Promise<void> {
      await atOnce(inGroups(messages, BATCH), CALLS_AT_ONCE, async (batch) => {
        const entries = batch.map(({ body, group }, index) => ({
          Id: String(index),
          MessageBody: body,
          MessageGroupId: group,
        }));
        const output = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
        const [refused] = output.Failed ?? [];
        if (refused === undefined) return;
        const message = `SQS refused ${output.Failed?.length} of ${entries.length} messages: ${refused.Code}`;
        throw new ResealError('queue-refused', message, { retryable: true });
      });
    },
  };
}

function stringAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: sendable(value) }]),
  );
}

/** SQS refuses what XML 1.0 cannot carry (API SendMessage, MessageBody), and an error text may quote such a character. */
export function sendable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

export type DeadLetters = (body: string, reason: { code: string; message: string; queue: string }) => Promise<void>;

/** A message with its attributes: their names, types and values count too (SQS quotas). */
const MOST_BYTES = 1_048_576;
/** The attributes `code`, `message` and `queue` without the text of the message: names, the type String, the longest code and the longest ARN. */
const ATTRIBUTES_BYTES = 250;
/** Enough for a person to see what is wrong. */
const MOST_REASON_BYTES = 2_000;
const LEAST_REASON_BYTES = 200;

/**
 * Sends a message to the function's dead-letter queue with the attributes `code` and `message`, so that a person reads why, and `queue`, the ARN
 * of the queue that it was in, so that it can be put back. The reason is shortened, and of the longest bodies the end is cut off: what SQS refuses here would come back for ever.
 */
export function createDeadLetters(sqs: SQSClient, queueUrl: string): DeadLetters {
  const queues = createQueues(sqs);
  return (body, { code, message, queue }) => {
    const kept = clippedToBytes(body, MOST_BYTES - ATTRIBUTES_BYTES - LEAST_REASON_BYTES);
    const room = MOST_BYTES - ATTRIBUTES_BYTES - Buffer.byteLength(kept);
    const why = clippedToBytes(sendable(message), Math.min(MOST_REASON_BYTES, room));
    return queues.send(queueUrl, kept, { code, message: why, queue });
  };
}

/** As much of a text as takes at most so many bytes in UTF-8, whole characters only. */
function clippedToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most - 3;
  // A byte 10xxxxxx goes on a character that began before it.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}...`;
}
