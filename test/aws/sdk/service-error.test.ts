import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeJobCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  bucketRegionOf,
  changedNothing,
  credentialsHint,
  errorName,
  type Failure,
  failureOf,
  isNotThere,
  messageOf,
  oddAnswer,
} from '../../../src/aws/sdk/service-error.ts';
import { type ApiAnswer, answering, jsonError, s3ControlError, s3Error, timeout } from '../canned-answers.ts';

async function thrown(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => assert.fail('the call did not fail'),
    (error: unknown) => error,
  );
}

const fromS3 = (answer: ApiAnswer) =>
  thrown(new S3Client(answering(answer)).send(new GetBucketEncryptionCommand({ Bucket: 'example-bucket' })));

const S3_ERRORS: [code: string, status: number, failure: Failure][] = [
  ['NoSuchBucket', 404, 'gone'],
  ['AccessDenied', 403, 'denied'],
  ['AllAccessDisabled', 403, 'denied'],
  ['InvalidAccessKeyId', 403, 'unavailable'],
  ['InvalidToken', 400, 'unavailable'],
  ['PermanentRedirect', 301, 'elsewhere'],
  ['TemporaryRedirect', 307, 'elsewhere'],
  ['AuthorizationHeaderMalformed', 400, 'elsewhere'],
  ['IllegalLocationConstraintException', 400, 'elsewhere'],
  ['OperationAborted', 409, 'conflict'],
  ['SlowDown', 503, 'throttled'],
  ['SlowDown', 429, 'throttled'],
  ['InternalError', 500, 'unavailable'],
  ['ServiceUnavailable', 503, 'unavailable'],
  ['RequestTimeout', 400, 'unavailable'],
  ['ExpiredToken', 400, 'unavailable'],
  ['RequestTimeTooSkewed', 403, 'unavailable'],
  ['MalformedXML', 400, 'refused'],
  ['MethodNotAllowed', 405, 'refused'],
  ['InvalidBucketState', 409, 'refused'],
  ['NotImplemented', 501, 'unavailable'],
];

for (const [code, status, failure] of S3_ERRORS) {
  test(`S3's ${code} with HTTP ${status} is ${failure}`, async () => {
    const error = await fromS3(s3Error(status, code));
    assert.deepEqual([errorName(error), messageOf(error), failureOf(error)], [code, 'said S3', failure]);
  });
}

const answered = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('said AWS'), { name, $metadata: { httpStatusCode } });

/** What each name means, and whether a write that ended so has surely changed nothing. */
const BY_NAME: [failure: Failure, changedNothing: boolean, ...names: string[]][] = [
  ['gone', true, 'NoSuchBucket'],
  ['denied', true, 'AccessDenied', 'AccessDeniedException', 'AllAccessDisabled'],
  ['elsewhere', true, 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
  ['conflict', false, 'OperationAborted', 'ConditionalCheckFailedException'],
  ['throttled', false, 'SlowDown', 'Throttling', 'ThrottlingException', 'RequestThrottled', 'TooManyRequests'],
  ['throttled', false, 'TooManyRequestsException', 'TransactionConflictException'],
  ['unavailable', false, 'TransactionCanceledException', 'RequestTimeout', 'RequestTimeTooSkewed'],
  ['unavailable', false, 'ExpiredToken', 'ExpiredTokenException'],
  ['not-found', true, 'NotFoundException', 'NoSuchKey', 'NoSuchVersion', 'NoSuchJob', 'NoSuchJobException'],
  ['not-found', true, 'InvalidArnException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
  ['refused', true, 'ValidationException'],
];

for (const [failure, surely, ...names] of BY_NAME) {
  for (const name of names) {
    test(`${name} is ${failure}, whatever its status`, () => {
      const error = answered(name, 400);
      assert.deepEqual([failureOf(error), changedNothing(failureOf(error))], [failure, surely]);
      assert.equal(isNotThere(error), failure === 'not-found');
      assert.equal(isNotThere(answered(name, 404)), true);
    });
  }
}

test('a name that says nothing is sorted by its status, to the number', () => {
  const sorted: [status: number | undefined, failure: Failure][] = [
    [undefined, 'unavailable'],
    [301, 'elsewhere'],
    [307, 'elsewhere'],
    [399, 'unavailable'],
    [400, 'refused'],
    [403, 'denied'],
    [404, 'refused'],
    [429, 'unavailable'],
    [499, 'refused'],
    [500, 'unavailable'],
  ];
  for (const [status, failure] of sorted) assert.equal(failureOf(answered('X', status)), failure, String(status));
});

test('an answer without what every answer has can be retried, and names what it was about', () => {
  const rows: [about: { bucket?: string; jobId?: string }, start: string][] = [
    [{ jobId: 'j', bucket: 'b' }, 'DescribeJob for b'],
    [{ jobId: 'j' }, 'DescribeJob for j'],
    [{}, 'DescribeJob'],
  ];
  for (const [about, start] of rows) {
    const { code, retryable, bucket, jobId, message } = oddAnswer('DescribeJob', 'a Job', about);
    assert.deepEqual([code, retryable, bucket, jobId], ['unreadable', true, about.bucket, about.jobId]);
    assert.equal(message.split(':')[0], start);
  }
});

test('a name that JavaScript knows is a name that AWS does not know', async () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.equal(failureOf(await fromS3(s3Error(400, name))), 'refused');
  }
});

test('an answer without an error document is sorted by its status', async () => {
  assert.equal(failureOf(await fromS3({ status: 403 })), 'denied');
  assert.equal(failureOf(await fromS3({ status: 503, body: '<html>busy</html>' })), 'unavailable');
  assert.equal(failureOf(await fromS3({ status: 429 })), 'unavailable');
});

test('an answer that breaks off is unavailable and not refused', async () => {
  const error = await fromS3({ status: 200, body: '<?xml version="1.0"?><ServerSideEncryptionConfiguration><Rule>' });
  assert.equal(failureOf(error), 'unavailable');
});

test('a timeout, a reset connection and missing credentials are unavailable', async () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const credentials = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
  const errors = [await fromS3(timeout()), await fromS3(reset), credentials];
  assert.deepEqual(
    errors.map((error) => [errorName(error), failureOf(error)]),
    [
      ['TimeoutError', 'unavailable'],
      ['Error', 'unavailable'],
      ['CredentialsProviderError', 'unavailable'],
    ],
  );
});

test('what is no error at all still has a name and a text', () => {
  assert.deepEqual([errorName('oops'), messageOf('oops'), failureOf('oops')], ['UnknownError', 'oops', 'unavailable']);
});

test('the Region is read from S3 alone, and only where its answer names it', async () => {
  const named = await fromS3(s3Error(301, 'PermanentRedirect', { 'x-amz-bucket-region': 'us-west-2' }));
  const unnamed = await fromS3(s3Error(301, 'PermanentRedirect'));
  const foreign = new Error('PermanentRedirect');
  assert.deepEqual([named, unnamed, foreign].map(bucketRegionOf), ['us-west-2', undefined, undefined]);
});

test('the errors of KMS, SQS, S3 Control and DynamoDB are known by the names their clients give them', async () => {
  const kms = (answer: ApiAnswer) =>
    thrown(new KMSClient(answering(answer)).send(new DescribeKeyCommand({ KeyId: 'x' })));
  const sqs = (answer: ApiAnswer) =>
    thrown(new SQSClient(answering(answer)).send(new GetQueueUrlCommand({ QueueName: 'x' })));
  const control = (answer: ApiAnswer) =>
    thrown(
      new S3ControlClient(answering(answer)).send(
        new DescribeJobCommand({ AccountId: '111111111111', JobId: '0a1b2c3d-0000-4000-8000-000000000000' }),
      ),
    );
  const table = (answer: ApiAnswer) =>
    thrown(new DynamoDBClient(answering(answer)).send(new GetItemCommand({ TableName: 'ledger', Key: {} })));
  const noQueue = { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' };
  const failures = {
    'no key': failureOf(await kms(jsonError(400, 'NotFoundException'))),
    'bad key ARN': failureOf(await kms(jsonError(400, 'InvalidArnException'))),
    'key denied': failureOf(await kms(jsonError(400, 'AccessDeniedException'))),
    'KMS busy': failureOf(await kms(jsonError(400, 'ThrottlingException'))),
    'KMS slow': failureOf(await kms(jsonError(503, 'DependencyTimeoutException'))),
    'KMS broken': failureOf(await kms(jsonError(500, 'KMSInternalException'))),
    'no queue': failureOf(await sqs(jsonError(400, 'com.amazonaws.sqs#QueueDoesNotExist', noQueue))),
    'queue denied': failureOf(await sqs(jsonError(403, 'com.amazonaws.sqs#AccessDeniedException'))),
    'queue busy': failureOf(await sqs(jsonError(400, 'com.amazonaws.sqs#RequestThrottled'))),
    'no job': failureOf(await control(s3ControlError(404, 'NoSuchJob'))),
    'no job, as modelled': failureOf(await control(s3ControlError(404, 'NotFoundException'))),
    'jobs busy': failureOf(await control(s3ControlError(400, 'TooManyRequestsException'))),
    'jobs slow': failureOf(await control(s3ControlError(503, 'SlowDown'))),
    'jobs broken': failureOf(await control(s3ControlError(500, 'InternalServiceException'))),
    'job refused': failureOf(await control(s3ControlError(400, 'BadRequestException'))),
    'condition not met': failureOf(await table(jsonError(400, 'ConditionalCheckFailedException'))),
    'table refused': failureOf(await table(jsonError(400, 'ValidationException'))),
  };
  assert.deepEqual(failures, {
    'no key': 'not-found',
    'bad key ARN': 'not-found',
    'key denied': 'denied',
    'KMS busy': 'throttled',
    'KMS slow': 'unavailable',
    'KMS broken': 'unavailable',
    'no queue': 'not-found',
    'queue denied': 'denied',
    'queue busy': 'throttled',
    'no job': 'not-found',
    'no job, as modelled': 'not-found',
    'jobs busy': 'throttled',
    'jobs slow': 'throttled',
    'jobs broken': 'unavailable',
    'job refused': 'refused',
    'condition not met': 'conflict',
    'table refused': 'refused',
  });
});

test('missing and refused credentials are told from everything else', async () => {
  const refused = [
    await fromS3(s3Error(403, 'InvalidAccessKeyId')),
    await fromS3(s3Error(400, 'ExpiredToken')),
    await thrown(
      new KMSClient(answering(jsonError(400, 'UnrecognizedClientException'))).send(
        new DescribeKeyCommand({ KeyId: 'k' }),
      ),
    ),
    await thrown(
      new S3Client({
        region: 'eu-west-1',
        credentials: async () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
      }).send(new GetBucketEncryptionCommand({ Bucket: 'example-bucket' })),
    ),
  ];
  assert.deepEqual(
    refused.map((error) => credentialsHint(error)?.slice(0, 28)),
    refused.map(() => 'the AWS credentials of this '),
  );
  for (const other of [await fromS3(s3Error(403, 'AccessDenied')), await fromS3(timeout()), new Error('no')]) {
    assert.equal(credentialsHint(other), undefined);
  }
});
