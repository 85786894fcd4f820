import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

const TABLE = 'ledger';
const pk = { pk: { S: 'a' } };

async function openTable() {
  const aws = await startLocal();
  const clients = createClients(aws);
  await clients.dynamoDb.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'open', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-open',
          KeySchema: [{ AttributeName: 'open', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  return {
    aws,
    db: clients.dynamoDb,
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

const query = {
  TableName: TABLE,
  IndexName: 'by-open',
  KeyConditionExpression: '#o = :o',
  ExpressionAttributeNames: { '#o': 'open' },
  ExpressionAttributeValues: { ':o': { S: 'yes' } },
};

describe('DynamoDB', () => {
  test('has a table at once, under the ARN of its account and Region', async () => {
    await using open = await openTable();
    const { Table } = await open.db.send(new DescribeTableCommand({ TableName: TABLE }));
    assert.deepEqual(
      [Table?.TableStatus, Table?.TableArn],
      ['ACTIVE', 'arn:aws:dynamodb:eu-west-1:111111111111:table/ledger'],
    );
    await using elsewhere = createClients(open.aws, { account: '222222222222' });
    await assert.rejects(elsewhere.dynamoDb.send(new DescribeTableCommand({ TableName: TABLE })), {
      name: 'ResourceNotFoundException',
    });
  });

  test('writes, updates under conditions, reads and queries an index', async () => {
    await using open = await openTable();
    await open.db.send(new PutItemCommand({ TableName: TABLE, Item: { ...pk, open: { S: 'yes' } } }));
    const updated = await open.db.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: pk,
        UpdateExpression: 'SET n = if_not_exists(n, :zero) + :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    assert.deepEqual(updated.Attributes, { ...pk, open: { S: 'yes' }, n: { N: '1' } });
    assert.deepEqual((await open.db.send(new QueryCommand(query))).Items, [
      { ...pk, open: { S: 'yes' }, n: { N: '1' } },
    ]);
  });

  for (const onFailure of ['ALL_OLD', 'NONE'] as const) {
    test(`gives the item with a failed condition for ${onFailure}: ${onFailure === 'ALL_OLD'}`, async () => {
      await using open = await openTable();
      const put = { TableName: TABLE, Item: { ...pk, v: { S: 'old' } } };
      await open.db.send(new PutItemCommand(put));
      const again = new PutItemCommand({
        ...put,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: onFailure,
      });
      const failed: unknown = await open.db.send(again).catch((error: unknown) => error);
      const { name, Item }: { name?: unknown; Item?: unknown } = Object(failed);
      assert.deepEqual(
        { name, Item },
        { name: 'ConditionalCheckFailedException', Item: onFailure === 'ALL_OLD' ? put.Item : undefined },
      );
    });
  }

  test('gives the item with a failed condition of an update, and leaves it as it was', async () => {
    await using open = await openTable();
    const Item = { ...pk, v: { S: 'old' } };
    await open.db.send(new PutItemCommand({ TableName: TABLE, Item }));
    const update = (key: typeof pk) =>
      new UpdateItemCommand({
        TableName: TABLE,
        Key: key,
        UpdateExpression: 'SET v = :new',
        ConditionExpression: 'v = :new',
        ExpressionAttributeValues: { ':new': { S: 'new' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    const itemOf = (error: unknown): unknown =>
      error instanceof ConditionalCheckFailedException ? error.Item : assert.fail(String(error));
    assert.deepEqual(await open.db.send(update(pk)).catch(itemOf), Item);
    assert.equal(await open.db.send(update({ pk: { S: 'nobody' } })).catch(itemOf), undefined);
    assert.deepEqual((await open.db.send(new GetItemCommand({ TableName: TABLE, Key: pk }))).Item, Item);
  });

  test('deletes no table that is protected, until that is taken back', async () => {
    await using open = await openTable();
    const protect = (DeletionProtectionEnabled: boolean) =>
      open.db.send(new UpdateTableCommand({ TableName: TABLE, DeletionProtectionEnabled }));
    assert.equal((await protect(true)).TableDescription?.DeletionProtectionEnabled, true);
    const remove = () => open.db.send(new DeleteTableCommand({ TableName: TABLE }));
    await assert.rejects(remove(), { name: 'ValidationException', message: /protected against deletion/ });
    const { Table } = await open.db.send(new DescribeTableCommand({ TableName: TABLE }));
    assert.equal(Table?.DeletionProtectionEnabled, true);
    await protect(false);
    await remove();
    await assert.rejects(protect(true), { name: 'ResourceNotFoundException' });
  });

  test('refuses by name what dynalite would ignore', async () => {
    await using open = await openTable();
    await assert.rejects(open.db.send(new TransactGetItemsCommand({ TransactItems: [] })), {
      name: 'NotImplemented',
      message: /TransactGetItems/,
    });
    const table = new CreateTableCommand({
      TableName: 'other',
      AttributeDefinitions: [],
      KeySchema: [],
      TableClass: 'STANDARD' as const,
    });
    await assert.rejects(open.db.send(table), { name: 'NotImplemented', message: /TableClass/ });
  });

  test("checks a role's permission on the table and on the index", async () => {
    await using open = await openTable();
    const tableArn = `arn:aws:dynamodb:eu-west-1:111111111111:table/${TABLE}`;
    const { identity } = open.aws.world;
    identity.putRole({
      arn: 'arn:aws:iam::111111111111:role/reader',
      name: 'reader',
      trust: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      policies: [
        { Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: tableArn }] },
      ],
    });
    const credentials = identity.startSession('arn:aws:iam::111111111111:role/reader', 's', {
      service: 'lambda.amazonaws.com',
    });
    await using reader = createClients(open.aws, { credentials });
    assert.equal((await reader.dynamoDb.send(new GetItemCommand({ TableName: TABLE, Key: pk }))).Item, undefined);
    await assert.rejects(reader.dynamoDb.send(new QueryCommand(query)), {
      name: /^AccessDenied/,
      message: /index\/by-open/,
    });
    await assert.rejects(reader.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item: pk })), {
      name: /^AccessDenied/,
      message: /dynamodb:PutItem/,
    });
  });
});
