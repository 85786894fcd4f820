import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startLocal } from '../../../local/start-local.ts';
import { type Clients, createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

const TableName = 'ledger';
const ACTIONS = ['GetItem', 'PutItem', 'UpdateItem', 'Query', 'Scan', 'BatchGetItem', 'BatchWriteItem'];
const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'a' } });
const queryOf = (KeyConditionExpression: string, value: string, IndexName?: string) =>
  new QueryCommand({
    TableName,
    KeyConditionExpression,
    ExpressionAttributeValues: { ':v': { S: value } },
    ...(KeyConditionExpression.includes('#') ? { ExpressionAttributeNames: { '#n': 'pk' } } : {}),
    ...(IndexName === undefined ? {} : { IndexName }),
  });

/** A table with an index, and clients of a role that may do everything to items whose partition key begins with JOB#. */
async function limited(condition: object) {
  const aws = await startLocal();
  const clients = createClients(aws);
  await clients.dynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-sk',
          KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  const actions = ACTIONS.map((each) => `dynamodb:${each}`);
  const credentials = sessionThatMay(aws, { actions, resource: '*', condition });
  const role = createClients(aws, { credentials });
  return {
    db: role.dynamoDb,
    [Symbol.asyncDispose]: async () => {
      for (const each of [role, clients] satisfies Clients[]) await each[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

const JOBS = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['JOB#*'] } };

describe('dynamodb:LeadingKeys', () => {
  const asks: [name: string, ask: (db: Clients['dynamoDb'], pk: string) => Promise<unknown>][] = [
    ['GetItem', (db, pk) => db.send(new GetItemCommand({ TableName, Key: item(pk) }))],
    ['PutItem', (db, pk) => db.send(new PutItemCommand({ TableName, Item: item(pk) }))],
    ['UpdateItem', (db, pk) => db.send(new UpdateItemCommand({ TableName, Key: item(pk) }))],
    ['Query', (db, pk) => db.send(queryOf('pk = :v', pk))],
    ['Query by a name of its own', (db, pk) => db.send(queryOf('(#n = :v)', pk))],
    [
      'BatchGetItem',
      (db, pk) =>
        db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [item('JOB#0'), item(pk)] } } })),
    ],
    [
      'BatchWriteItem',
      (db, pk) =>
        db.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [TableName]: [{ DeleteRequest: { Key: item('JOB#0') } }, { PutRequest: { Item: item(pk) } }],
            },
          }),
        ),
    ],
    [
      'TransactWriteItems',
      (db, pk) =>
        db.send(
          new TransactWriteItemsCommand({
            TransactItems: ['JOB#0', pk].map((one) => ({
              Update: {
                TableName,
                Key: item(one),
                UpdateExpression: 'SET v = :v',
                ExpressionAttributeValues: { ':v': { S: 'v' } },
              },
            })),
          }),
        ),
    ],
  ];
  for (const [name, ask] of asks) {
    test(`${name} is let through for its own keys only`, async () => {
      await using table = await limited(JOBS);
      await ask(table.db, 'JOB#1');
      await assert.rejects(ask(table.db, 'POLICY'), { name: 'AccessDeniedException' });
    });
  }

  test('of an index is the key of the index', async () => {
    await using table = await limited({ 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'OPEN' } });
    await table.db.send(queryOf('sk = :v', 'OPEN', 'by-sk'));
    await assert.rejects(table.db.send(queryOf('sk = :v', 'JOB#1', 'by-sk')), { name: 'AccessDeniedException' });
  });

  test('is absent from a Scan: ForAllValues lets that pass, and Null shows it', async () => {
    await using table = await limited(JOBS);
    await table.db.send(new ScanCommand({ TableName }));
    await using strict = await limited({ ...JOBS, Null: { 'dynamodb:LeadingKeys': 'false' } });
    await strict.db.send(new GetItemCommand({ TableName, Key: item('JOB#1') }));
    await assert.rejects(strict.db.send(new ScanCommand({ TableName })), { name: 'AccessDeniedException' });
  });
});
