import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** One message, wherever it is: waiting for its delay, visible, with a consumer, or gone. Times are milliseconds since 1970. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly traceHeader: string | undefined;
  /** What a fair queue is fair between. */
  readonly groupId: string | undefined;
  readonly sentMs: number;
  receives: number;
  firstReceivedMs: number | undefined;
  /** The queue that gave the message up, where this one is its dead-letter queue. */
  deadLetterSource: string | undefined;
  state: 'delayed' | 'visible' | 'in-flight' | 'gone';
  dueMs: number;
  /** Its delay is that of the queue, and not its sender's own. */
  hasDelayOfQueue: boolean;
  endActivity: (() => void) | undefined;
}

export function endActivity(message: Message): void {
  message.endActivity?.();
  message.endActivity = undefined;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly traceHeader?: string | undefined;
  readonly groupId?: string | undefined;
}

export function createMessage(message: NewMessage, sentMs: number): Message {
  return {
    id: randomUUID(),
    body: message.body,
    attributes: message.attributes,
    senderId: message.senderId,
    traceHeader: message.traceHeader,
    groupId: message.groupId,
    sentMs,
    receives: 0,
    firstReceivedMs: undefined,
    deadLetterSource: undefined,
    state: 'visible',
    dueMs: sentMs,
    hasDelayOfQueue: false,
    endActivity: undefined,
  };
}

/** Names a message and the receive that it came from: an older receive's handle no longer deletes. */
export function receiptHandle(message: Message): string {
  return Buffer.from(`${message.id}/${message.receives}`).toString('base64');
}

/** The message id and receive of a handle; undefined where it is none of ours. */
export function readReceiptHandle(handle: string): { id: string; receive: number } | undefined {
  const parts = /^([0-9a-f-]{36})\/(\d+)$/.exec(Buffer.from(handle, 'base64').toString());
  return parts?.[1] === undefined ? undefined : { id: parts[1], receive: Number(parts[2]) };
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** MD5 over the attributes in order of their names, as the SQS guide ("Calculating the MD5 message digest") lays them out. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) {
    return undefined;
  }
  const hash = createHash('md5');
  const add = (part: string | Uint8Array): void => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(name);
    add(DataType);
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue ?? BinaryValue ?? '');
  }
  return hash.digest('hex');
}
