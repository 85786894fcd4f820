import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  GetItemCommand,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';
import { key, openTable, TABLE, TABLE_ARN } from './open-table.ts';

const transaction = (...TransactItems: TransactWriteItem[]) => new TransactWriteItemsCommand({ TransactItems });

const set = (pk: string, value: string, ConditionExpression?: string): TransactWriteItem => ({
  Update: {
    TableName: TABLE,
    Key: key(pk),
    UpdateExpression: 'SET v = :v',
    ExpressionAttributeValues: { ':v': { S: value } },
    ...(ConditionExpression && { ConditionExpression }),
  },
});

const put = (pk: string, value: string): TransactWriteItem => ({
  Put: {
    TableName: TABLE,
    Item: { ...key(pk), v: { S: value } },
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const check = (pk: string, ConditionExpression: string): TransactWriteItem => ({
  ConditionCheck: { TableName: TABLE, Key: key(pk), ConditionExpression },
});

const remove = (pk: string): TransactWriteItem => ({ Delete: { TableName: TABLE, Key: key(pk) } });

async function reasonsOf(sent: Promise<unknown>) {
  const error: unknown = await sent.catch((reason: unknown) => reason);
  assert.ok(error instanceof TransactionCanceledException, String(error));
  return { message: error.message, reasons: error.CancellationReasons, status: error.$metadata.httpStatusCode };
}

describe('a transaction', () => {
  test('does all that it is asked for', async () => {
    await using open = await openTable();
    await open.put('old', '1');
    await open.put('gone', '1');
    await open.put('checked', '1');
    const done = transaction(
      set('old', '2'),
      put('new', '1'),
      remove('gone'),
      check('checked', 'attribute_exists(pk)'),
    );
    const { $metadata: _metadata, ...answer } = await open.db.send(done);
    assert.deepEqual(answer, {});
    const { Items = [] } = await open.db.send(new ScanCommand({ TableName: TABLE }));
    assert.deepEqual(Object.fromEntries(Items.map(({ pk, v }) => [pk?.S, v?.S])), { old: '2', new: '1', checked: '1' });
  });

  test('changes nothing where one condition fails, and says which, with the item where it was asked for', async () => {
    await using open = await openTable();
    await open.put('here', '1');
    await open.put('gone', '1');
    const asked = transaction(
      set('fresh', '2'),
      put('here', '2'),
      remove('gone'),
      check('absent', 'attribute_exists(pk)'),
    );
    assert.deepEqual(await reasonsOf(open.db.send(asked)), {
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None, ConditionalCheckFailed]',
      status: 400,
      reasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...key('here'), v: { S: '1' } },
        },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    const { Items = [] } = await open.db.send(new ScanCommand({ TableName: TABLE }));
    assert.deepEqual(Object.fromEntries(Items.map(({ pk, v }) => [pk?.S, v?.S])), { here: '1', gone: '1' });
  });

  test('leaves no item where a condition check of an absent one holds', async () => {
    await using open = await openTable();
    await open.db.send(transaction(check('absent', 'attribute_not_exists(pk)'), put('new', '1')));
    const { Item } = await open.db.send(new GetItemCommand({ TableName: TABLE, Key: key('absent') }));
    assert.equal(Item, undefined);
  });

  test('names an update that its item does not allow as a reason, and a request that is wrong by itself as an error', async () => {
    await using open = await openTable();
    await open.put('text', 'a');
    const add: TransactWriteItem = {
      Update: {
        TableName: TABLE,
        Key: key('text'),
        UpdateExpression: 'SET v = v + :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      },
    };
    const { reasons } = await reasonsOf(open.db.send(transaction(set('fresh', '1'), add)));
    assert.deepEqual(
      reasons?.map(({ Code }) => Code),
      ['None', 'ValidationError'],
    );
    assert.equal(await open.get('fresh'), undefined);
    const malformed = transaction(set('fresh', '1'), check('text', 'no condition at all'));
    await assert.rejects(open.db.send(malformed), {
      name: 'ValidationException',
      message: /^Invalid ConditionExpression/,
    });
    assert.equal(await open.get('fresh'), undefined);
  });

  test('is never seen half done', async () => {
    await using open = await openTable();
    const pairs = ['a', 'b'];
    await open.db.send(transaction(...pairs.map((pk) => set(pk, '0'))));
    const seen = new Set<string>();
    const writes = Array.from({ length: 20 }, (_, round) =>
      open.db.send(transaction(...pairs.map((pk) => set(pk, String(round))))),
    );
    const refused = open.db.send(transaction(set('a', 'never'), check('b', 'attribute_not_exists(pk)')));
    const reads = Array.from({ length: 40 }, async () => {
      const { Items = [] } = await open.db.send(new ScanCommand({ TableName: TABLE }));
      seen.add([...new Set(Items.map(({ v }) => v?.S))].join(' and '));
    });
    await Promise.all([...writes, ...reads, reasonsOf(refused)]);
    assert.deepEqual(
      [...seen].filter((values) => !/^\d+$/.test(values)),
      [],
    );
  });

  for (const [what, items, message] of [
    [
      'names one item twice',
      [set('a', '1'), remove('a')],
      /^Transaction request cannot include multiple operations on one item$/,
    ],
    ['has no item', [], /length greater than or equal to 1/],
    [
      'has 101 items',
      Array.from({ length: 101 }, (_, index) => remove(String(index))),
      /length less than or equal to 100/,
    ],
    ['has two actions in one place', [{ ...remove('a'), ...put('b', '1') }], /^TransactItems can only contain one of/],
    [
      'lacks an update',
      [{ Update: { TableName: TABLE, Key: key('a'), UpdateExpression: undefined } }],
      /updateExpression/,
    ],
  ] as const) {
    test(`that ${what} is refused whole`, async () => {
      await using open = await openTable();
      await assert.rejects(open.db.send(transaction(...items)), { name: 'ValidationException', message });
      assert.equal((await open.db.send(new ScanCommand({ TableName: TABLE }))).Count, 0);
    });
  }

  test('of a table that is not there is refused whole', async () => {
    await using open = await openTable();
    const elsewhere = { Delete: { TableName: 'nowhere', Key: key('a') } };
    await assert.rejects(open.db.send(transaction(set('a', '1'), elsewhere)), { name: 'ResourceNotFoundException' });
    assert.equal(await open.get('a'), undefined);
  });
});

describe('a request token', () => {
  test('makes a transaction of the same content once within ten minutes', async () => {
    let nowMs = Date.parse('2026-11-22T00:00:00Z');
    await using open = await openTable(undefined, () => new Date(nowMs));
    const again = () =>
      open.db.send(new TransactWriteItemsCommand({ TransactItems: [set('a', '1')], ClientRequestToken: 'token' }));
    await again();
    await open.put('a', 'changed meanwhile');
    await again();
    assert.equal(await open.get('a'), 'changed meanwhile');
    nowMs += 600_001;
    await again();
    assert.equal(await open.get('a'), '1');
  });

  test('is refused for another content, and forgotten where the transaction failed', async () => {
    await using open = await openTable();
    const send = (item: TransactWriteItem, ClientRequestToken: string) =>
      open.db.send(new TransactWriteItemsCommand({ TransactItems: [item], ClientRequestToken }));
    await send(set('a', '1'), 'one');
    await assert.rejects(send(set('a', '2'), 'one'), { name: 'IdempotentParameterMismatchException' });
    await reasonsOf(send(put('a', '3'), 'two'));
    await send(set('a', '4'), 'two');
    assert.equal(await open.get('a'), '4');
  });
});

test('each action of a transaction needs its own permission', async () => {
  await using open = await openTable();
  const allowed = sessionThatMay(open.aws, { actions: ['dynamodb:UpdateItem'], resource: TABLE_ARN });
  await using limited = createClients(open.aws, { credentials: allowed });
  await limited.dynamoDb.send(transaction(set('a', '1')));
  for (const [action, item] of [
    ['PutItem', put('b', '1')],
    ['DeleteItem', remove('b')],
    ['ConditionCheckItem', check('b', 'attribute_not_exists(pk)')],
  ] as const) {
    await assert.rejects(limited.dynamoDb.send(transaction(set('a', '2'), item)), {
      name: /^AccessDenied/,
      message: new RegExp(`dynamodb:${action} on resource: ${TABLE_ARN}`),
    });
  }
  assert.equal(await open.get('a'), '1');
});
