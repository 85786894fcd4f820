import type { Context, SQSEvent } from 'aws-lambda';

/** What Lambda hands a handler beside the event. */
export const CONTEXT: Context = {
  awsRequestId: '11111111-2222-4333-8444-555555555555',
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'reseal-prod-assess-bucket',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:reseal-prod-assess-bucket',
  memoryLimitInMB: '512',
  logGroupName: '/aws/lambda/reseal-prod-assess-bucket',
  logStreamName: '2026/11/02/[$LATEST]0123456789abcdef',
  getRemainingTimeInMillis: () => 60_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** An SQS batch with these bodies; the message ids are m0, m1, and so on. */
export function batchOf(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1793614530000',
        SenderId: 'AIDA',
        ApproximateFirstReceiveTimestamp: '1793614590000',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:111111111111:assess',
      awsRegion: 'eu-west-1',
    })),
  };
}
