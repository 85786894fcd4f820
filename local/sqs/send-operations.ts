import type {
  MessageAttributeValue,
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { eachEntry } from './batch.ts';
import { md5, md5OfAttributes } from './message.ts';
import type { Message } from './message.ts';
import { readQueueUrl } from './queue-directory.ts';
import type { QueueDirectory } from './queue-directory.ts';
import type { Queue } from './queue.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

/** What SQS allows in a body: XML 1.0 characters. */
const ALLOWED_BODY = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

type Content = Pick<
  SendMessageCommandInput,
  | 'MessageBody'
  | 'DelaySeconds'
  | 'MessageAttributes'
  | 'MessageSystemAttributes'
  | 'MessageGroupId'
  | 'MessageDeduplicationId'
>;

/** SendMessage and SendMessageBatch. */
export function createSendOperations(queues: QueueDirectory) {
  return {
    SendMessage: (input: SendMessageCommandInput, call: Call) => {
      const message = send(queues.get(readQueueUrl(input.QueueUrl, call.region)), input, call);
      return { MessageId: message.id, ...digests(message) };
    },
    SendMessageBatch: (input: SendMessageBatchCommandInput, call: Call) => {
      const queue = queues.get(readQueueUrl(input.QueueUrl, call.region));
      const total = (input.Entries ?? []).reduce((bytes, entry) => bytes + sizeBytes(entry), 0);
      if (total > queue.settings.maximumSizeBytes) {
        throw sqsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${queue.settings.maximumSizeBytes} bytes. You have sent ${total} bytes.`,
        );
      }
      return eachEntry(input.Entries, (entry: SendMessageBatchRequestEntry) => {
        const message = send(queue, entry, call);
        return { MessageId: message.id, ...digests(message) };
      });
    },
  };
}

function send(queue: Queue, content: Content, call: Call): Message {
  const body = content.MessageBody ?? '';
  const groupId = content.MessageGroupId;
  if (groupId !== undefined && !/^[!-~]{1,128}$/.test(groupId)) {
    throw invalidParameter(
      'MessageGroupId',
      groupId,
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length',
    );
  }
  if (content.MessageDeduplicationId !== undefined) {
    throw sqsError('InvalidParameterValue', 'The request includes a parameter that is not valid for this queue type');
  }
  if (body === '' || !ALLOWED_BODY.test(body)) {
    throw body === ''
      ? sqsError('MissingParameter', 'The request must contain the parameter MessageBody.')
      : sqsError('InvalidMessageContents', 'Invalid binary character was found in the message body.');
  }
  if (sizeBytes(content) > queue.settings.maximumSizeBytes) {
    throw sqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maximumSizeBytes} bytes.`,
    );
  }
  const delay = content.DelaySeconds;
  if (delay !== undefined && (!Number.isInteger(delay) || delay < 0 || delay > 900)) {
    throw invalidParameter('DelaySeconds', delay, 'DelaySeconds must be >= 0 and <= 900');
  }
  const attributes = content.MessageAttributes ?? {};
  Object.entries(attributes).forEach(([name, value]) => checkAttribute(name, value));
  const traceHeader = content.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? call.traceHeader;
  return queue.send({ body, attributes, senderId: senderId(call), traceHeader, groupId }, delay);
}

const senderId = ({ caller }: Call): string =>
  caller.role === undefined ? caller.accountId : `AROA${caller.accountId}:${caller.role.sessionName}`;

function checkAttribute(name: string, value: MessageAttributeValue): void {
  const type = value.DataType ?? '';
  if (
    !/^(String|Number|Binary)(\..+)?$/.test(type) ||
    (value.StringValue === undefined && value.BinaryValue === undefined)
  ) {
    throw new AwsError(
      'InvalidParameterValue',
      `The message attribute '${name}' has an invalid type or an empty value. Attribute type should be String, Number or Binary.`,
    );
  }
}

function sizeBytes(content: Content): number {
  return Object.entries(content.MessageAttributes ?? {}).reduce(
    (bytes, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      bytes +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.length ?? 0),
    Buffer.byteLength(content.MessageBody ?? ''),
  );
}

const digests = (message: Message): object => {
  const ofAttributes = md5OfAttributes(message.attributes);
  return {
    MD5OfMessageBody: md5(message.body),
    ...(ofAttributes === undefined ? {} : { MD5OfMessageAttributes: ofAttributes }),
  };
};
