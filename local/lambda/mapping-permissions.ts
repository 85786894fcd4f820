import type { StreamMapping } from '../change-stream.ts';
import { checkRole } from './check-role.ts';
import type { RoleCheck } from './check-role.ts';

type Reader = Pick<RoleCheck, 'world' | 'as'>;

/** Throws InvalidParameterValueException where the role could not read the queue. */
export function checkQueueReader(queueArn: string, reader: Reader): void {
  checkRole({
    ...reader,
    permissions: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((operation) => ({
      action: `sqs:${operation}`,
      resource: queueArn,
    })),
    refusal: (operation, denied) =>
      `The function execution role does not have permissions to call ${operation} on SQS: ${denied.message}`,
  });
}

/** The same for a stream, and for the failure destination of its mapping. Streams are listed by their ARNs too (DynamoDB guide, "IAM policy to allow a Lambda function to access stream records"). */
export function checkStreamReader({ streamArn, onFailureQueueArn }: StreamMapping, reader: Reader): void {
  checkRole({
    ...reader,
    permissions: ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((operation) => ({
      action: `dynamodb:${operation}`,
      resource: streamArn,
    })),
    refusal: (_operation, denied) =>
      `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM. ${denied.message}`,
  });
  if (onFailureQueueArn === undefined) return;
  checkRole({
    ...reader,
    permissions: [{ action: 'sqs:SendMessage', resource: onFailureQueueArn }],
    refusal: (operation, denied) =>
      `The function execution role does not have permissions to call ${operation} on ${onFailureQueueArn}: ${denied.message}`,
  });
}
