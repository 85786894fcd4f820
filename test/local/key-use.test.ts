import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { startLocal } from '../../local/start-local.ts';
import { createClients } from './clients.ts';
import { sessionThatMay } from './role-session.ts';

const AT = { accountId: '111111111111', region: 'eu-west-1' };

/** A queue and a table under a key, and the clients of a role that may do these actions, whatever the resource. */
async function open(actions: readonly string[], condition?: object) {
  await using opened = new AsyncDisposableStack();
  const aws = opened.use(await startLocal());
  const own = opened.use(createClients(aws));
  const { arn } = aws.world.keys.create(AT);
  const { QueueUrl } = await own.sqs.send(
    new CreateQueueCommand({ QueueName: 'q', Attributes: { KmsMasterKeyId: arn } }),
  );
  await own.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' }));
  await own.dynamoDb.send(
    new CreateTableCommand({
      TableName: 'table',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: arn },
    }),
  );
  const may = { actions, resource: '*', ...(condition && { condition }) };
  const role = opened.use(createClients(aws, { credentials: sessionThatMay(aws, may) }));
  const item = { pk: { S: 'a' } };
  const all = opened.move();
  const dispose = () => all.disposeAsync();
  return {
    own,
    arn,
    QueueUrl,
    send: () => role.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'm' })),
    receive: () => role.sqs.send(new ReceiveMessageCommand({ QueueUrl })),
    put: () => role.dynamoDb.send(new PutItemCommand({ TableName: 'table', Item: item })),
    get: () => role.dynamoDb.send(new GetItemCommand({ TableName: 'table', Key: item })),
    [Symbol.asyncDispose]: dispose,
  };
}

const denied = (action: string) => ({ message: new RegExp(`not authorized to perform: ${action} `) });

describe('what is under a customer key', () => {
  test('is for those who may use the key', async () => {
    await using opened = await open(['sqs:*', 'dynamodb:*', 'kms:Decrypt', 'kms:GenerateDataKey']);
    for (const call of [opened.send, opened.receive, opened.put, opened.get]) await call();
  });

  test('is closed to others', async () => {
    await using opened = await open(['sqs:*', 'dynamodb:*', 'kms:Encrypt']);
    await assert.rejects(opened.send(), denied('kms:GenerateDataKey'));
    await assert.rejects(opened.receive(), denied('kms:Decrypt'));
    await assert.rejects(opened.put(), denied('kms:Decrypt'));
    await assert.rejects(opened.get(), denied('kms:Decrypt'));
  });

  test('is asked for through its service', async () => {
    const condition = { StringEqualsIfExists: { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' } };
    await using opened = await open(['sqs:*', 'dynamodb:*', 'kms:*'], condition);
    await opened.send();
    await assert.rejects(opened.put(), denied('kms:Decrypt'));
  });

  test('shows its key, and not the encryption of SQS', async () => {
    await using opened = await open(['kms:Encrypt']);
    const { QueueUrl, own, arn } = opened;
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    const { Attributes } = await own.sqs.send(asked);
    assert.deepEqual([Attributes?.['KmsMasterKeyId'], Attributes?.['SqsManagedSseEnabled']], [arn, 'false']);
  });
});
