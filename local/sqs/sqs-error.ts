import { AwsError } from '../errors.ts';
import { entryOf } from '../entry-of.ts';

/** The codes of the older query protocol, which clients still read from a header (SQS model, awsQueryError). */
const QUERY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
};

/** An error of the SQS model, with its name in the query protocol beside it. Every one of them is the sender's. */
export function sqsError(code: string, message: string, status = 400): AwsError {
  return new AwsError(code, message, status, {
    headers: { 'x-amzn-query-error': `${entryOf(QUERY_CODES, code) ?? code};Sender` },
  });
}

export function noSuchQueue(): AwsError {
  return sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function invalidParameter(name: string, value: unknown, reason: string): AwsError {
  return sqsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}.`,
  );
}
