import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as sqs from '@aws-sdk/client-sqs';
import { AwsError } from '../../../local/errors.ts';
import { createClients } from '../clients.ts';
import { serve, serviceOf } from './endpoint.ts';
import { send } from './raw-request.ts';

const KMS = { id: 'kms', signingName: 'kms', protocol: 'awsJson1.1', sdk: kms } as const;
const SQS = { id: 'sqs', signingName: 'sqs', protocol: 'awsJson1.0', sdk: sqs } as const;
const LAMBDA = { id: 'lambda', signingName: 'lambda', protocol: 'restJson1', sdk: lambda } as const;
const QUERY = {
  id: 'cloudformation',
  signingName: 'cloudformation',
  protocol: 'awsQuery',
  sdk: cloudFormation,
} as const;

function json(port: number, target: string, body: string, signedFor = 'kms') {
  return send({ port, method: 'POST', target: '/', body, signedFor, headers: { 'x-amz-target': target } });
}

test('blobs and times cross JSON unchanged', async () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  await using endpoint = await serve([
    serviceOf(KMS, {
      Encrypt: (input: { Plaintext: Uint8Array; EncryptionContext: object }) => ({
        CiphertextBlob: Buffer.concat([input.Plaintext, Buffer.from(JSON.stringify(input.EncryptionContext))]),
      }),
      DescribeKey: () => ({ KeyMetadata: { KeyId: 'k', CreationDate: at } }),
    }),
  ]);
  await using clients = createClients(endpoint);
  const sealed = await clients.kms.send(
    new kms.EncryptCommand({ KeyId: 'k', Plaintext: Buffer.from([0, 255, 128]), EncryptionContext: { a: 'b' } }),
  );
  assert.deepEqual(Buffer.from(sealed.CiphertextBlob ?? []), Buffer.from([0, 255, 128, ...Buffer.from('{"a":"b"}')]));
  const described = await clients.kms.send(new kms.DescribeKeyCommand({ KeyId: 'k' }));
  assert.deepEqual(described.KeyMetadata?.CreationDate, at);
});

test('a missing member is the validation error of the service', async () => {
  await using endpoint = await serve([
    serviceOf(KMS, { CreateAlias: () => undefined }),
    serviceOf(SQS, { GetQueueAttributes: () => undefined }),
  ]);
  const alias = await json(endpoint.port, 'TrentService.CreateAlias', '{"AliasName":"alias/a"}');
  assert.deepEqual(JSON.parse(alias.body.toString()), {
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value null at 'targetKeyId' failed to satisfy constraint: Member must not be null",
    Message:
      "1 validation error detected: Value null at 'targetKeyId' failed to satisfy constraint: Member must not be null",
  });
  const queue = await json(endpoint.port, 'AmazonSQS.GetQueueAttributes', '{}', 'sqs');
  assert.deepEqual([queue.status, JSON.parse(queue.body.toString()).__type], [400, 'MissingParameter']);
});

test('a body that is no JSON is SerializationException', async () => {
  await using endpoint = await serve([serviceOf(KMS, { CreateAlias: () => undefined })]);
  for (const body of ['{', '[1', 'x', '"text"', 'null']) {
    const answer = await json(endpoint.port, 'TrentService.CreateAlias', body);
    assert.deepEqual([answer.status, answer.headers['x-amzn-errortype']], [400, 'SerializationException'], body);
  }
});

test('an operation that the model does not have is 501 by name', async () => {
  await using endpoint = await serve([serviceOf(KMS, {})]);
  const answer = await json(endpoint.port, 'TrentService.MakeTea', '{}');
  assert.equal(answer.status, 501);
  assert.equal(
    JSON.parse(answer.body.toString()).message,
    'MakeTea is no operation of com.amazonaws.kms that is known here',
  );
});

test('an error of SQS carries the name that query clients know', async () => {
  await using endpoint = await serve([
    serviceOf(SQS, {
      GetQueueUrl: () => {
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      },
    }),
  ]);
  await using clients = createClients(endpoint);
  await assert.rejects(clients.sqs.send(new sqs.GetQueueUrlCommand({ QueueName: 'q' })), sqs.QueueDoesNotExist);
  const answer = await json(endpoint.port, 'AmazonSQS.GetQueueUrl', '{"QueueName":"q"}', 'sqs');
  assert.equal(answer.headers['x-amzn-query-error'], 'AWS.SimpleQueueService.NonExistentQueue;Sender');
  assert.equal(JSON.parse(answer.body.toString()).__type, 'com.amazonaws.sqs#QueueDoesNotExist');
});

test('Lambda takes and answers payloads as bytes, with its headers and status', async () => {
  await using endpoint = await serve([
    serviceOf(LAMBDA, {
      Invoke: (input: { FunctionName: string; Payload: Buffer; InvocationType?: string }) =>
        input.InvocationType === 'Event'
          ? { StatusCode: 202 }
          : {
              StatusCode: 200,
              FunctionError: 'Unhandled',
              Payload: Buffer.concat([Buffer.from(input.FunctionName), input.Payload]),
            },
      GetFunction: () => {
        throw new AwsError('ResourceNotFoundException', 'Function not found', 404, { fields: { Type: 'User' } });
      },
    }),
  ]);
  await using clients = createClients(endpoint);
  const answer = await clients.lambda.send(
    new lambda.InvokeCommand({ FunctionName: 'f', Payload: Buffer.from('{"ü":1}') }),
  );
  assert.deepEqual(
    [answer.StatusCode, answer.FunctionError, Buffer.from(answer.Payload ?? []).toString()],
    [200, 'Unhandled', 'f{"ü":1}'],
  );
  const queued = await clients.lambda.send(new lambda.InvokeCommand({ FunctionName: 'f', InvocationType: 'Event' }));
  assert.equal(queued.StatusCode, 202);
  await assert.rejects(
    clients.lambda.send(new lambda.GetFunctionCommand({ FunctionName: 'g' })),
    lambda.ResourceNotFoundException,
  );
});

test('lists and structures cross the Query form', async () => {
  const seen: object[] = [];
  await using endpoint = await serve([
    serviceOf(QUERY, {
      CreateStack: (input: object) => {
        seen.push(input);
        return { StackId: 'arn:stack<&>' };
      },
    }),
  ]);
  const client = new cloudFormation.CloudFormationClient({
    ...endpoint.clientConfig({ account: '111111111111', region: 'eu-west-1' }),
    maxAttempts: 1,
  });
  const input = {
    StackName: 's 1',
    TemplateBody: 'a=b&c+d\n',
    Parameters: Array.from({ length: 11 }, (_, index) => ({ ParameterKey: `k${index}`, ParameterValue: '%' })),
    Capabilities: ['CAPABILITY_IAM' as const],
    DisableRollback: true,
    TimeoutInMinutes: 5,
  };
  const answer = await client.send(new cloudFormation.CreateStackCommand(input));
  client.destroy();
  assert.deepEqual([seen, answer.StackId], [[input], 'arn:stack<&>']);
});

test('a Query request without its required member, or of an unknown action, is an ErrorResponse', async () => {
  await using endpoint = await serve([serviceOf(QUERY, { CreateStack: () => ({}) })]);
  const post = (body: string) =>
    send({ port: endpoint.port, method: 'POST', target: '/', body, signedFor: 'cloudformation' });
  const lacking = await post('Action=CreateStack&Version=2010-05-15');
  assert.equal(lacking.status, 400);
  assert.match(
    lacking.body.toString(),
    /<ErrorResponse xmlns="[^"]+"><Error><Type>Sender<\/Type><Code>ValidationError<\/Code>.*'stackName'/,
  );
  const unknown = await post('Action=MakeTea');
  assert.deepEqual([unknown.status, /<Message>(\w+)/.exec(unknown.body.toString())?.[1]], [501, 'MakeTea']);
});
