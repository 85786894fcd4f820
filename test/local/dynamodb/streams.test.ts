import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { StreamRecord } from '../../../local/change-stream.ts';
import { createDynamoDb } from '../../../local/dynamodb/create-dynamodb.ts';
import { createIdentity } from '../../../local/identity/identity.ts';
import { createKms } from '../../../local/kms/definition.ts';
import { key, openTable, TABLE, TABLE_ARN } from './open-table.ts';

const AT = { account: '111111111111', region: 'eu-west-1' };
const NOW = '2026-11-22T01:02:03.456Z';

/** A database without a wire, whose stream is read as Lambda reads it. */
async function openStream(viewType = 'NEW_AND_OLD_IMAGES') {
  let nowMs = Date.parse(NOW);
  const now = (): Date => new Date(nowMs);
  const { tables, streams } = createDynamoDb({ now, identity: createIdentity({ now }), keys: createKms({ now }).keys });
  const run = (operation: string, input: object) => tables.invoke(operation, { TableName: TABLE, ...input }, AT);
  await run('CreateTable', {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
  });
  while (!/"TableStatus":"ACTIVE"/.test(JSON.stringify(await run('DescribeTable', {})))) await turn();
  const arn = `${TABLE_ARN}/stream/2026-11-22T01:02:03.456`;
  return {
    arn,
    streams,
    put: (pk: string, v: string) => run('PutItem', { Item: { ...key(pk), v: { S: v } } }),
    remove: (pk: string) => run('DeleteItem', { Key: key(pk) }),
    wait: (ms: number) => {
      nowMs += ms;
    },
    read: (from: 'TRIM_HORIZON' | 'LATEST') => {
      const records: StreamRecord[] = [];
      const stop = streams.subscribe(arn, from, (record) => void records.push(record));
      return { records, stop };
    },
  };
}

describe('a stream', () => {
  test('is described with its table', async () => {
    await using open = await openTable('NEW_AND_OLD_IMAGES', () => new Date(NOW));
    const described = (await open.db.send(new DescribeTableCommand({ TableName: TABLE }))).Table;
    for (const table of [open.description, described]) {
      assert.deepEqual(
        [table?.StreamSpecification, table?.LatestStreamLabel, table?.LatestStreamArn],
        [
          { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
          '2026-11-22T01:02:03.456',
          `${TABLE_ARN}/stream/2026-11-22T01:02:03.456`,
        ],
      );
    }
  });

  test('tells of an insertion, a change and a removal as Lambda gets them', async () => {
    const open = await openStream();
    const { records } = open.read('TRIM_HORIZON');
    await open.put('a', '1');
    await open.put('a', '2');
    await open.remove('a');
    const [first] = records;
    assert.match(first?.eventID ?? '', /^[0-9a-f]{32}$/);
    assert.deepEqual(first, {
      eventID: first?.eventID,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      dynamodb: {
        ApproximateCreationDateTime: Date.parse('2026-11-22T01:02:03Z') / 1000,
        Keys: key('a'),
        NewImage: { ...key('a'), v: { S: '1' } },
        SequenceNumber: '100000000000000000001',
        SizeBytes: 8,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: open.arn,
    });
    assert.deepEqual(
      records.map(({ eventName, dynamodb: { OldImage, NewImage } }) => [eventName, OldImage?.['v'], NewImage?.['v']]),
      [
        ['INSERT', undefined, { S: '1' }],
        ['MODIFY', { S: '1' }, { S: '2' }],
        ['REMOVE', { S: '2' }, undefined],
      ],
    );
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    assert.deepEqual([numbers.toSorted(), new Set(numbers).size], [numbers, 3]);
  });

  for (const [viewType, images] of [
    ['KEYS_ONLY', []],
    ['NEW_IMAGE', ['NewImage']],
    ['OLD_IMAGE', ['OldImage']],
    ['NEW_AND_OLD_IMAGES', ['NewImage', 'OldImage']],
  ] as const) {
    test(`of ${viewType} has the images ${images.join(' and ') || 'none'}`, async () => {
      const open = await openStream(viewType);
      await open.put('a', '1');
      const { records } = open.read('LATEST');
      await open.put('a', '2');
      assert.deepEqual(
        Object.keys(records[0]?.dynamodb ?? {}).filter((name) => name.endsWith('Image')),
        images,
      );
    });
  }

  test('tells nothing of a write that changes nothing', async () => {
    const open = await openStream();
    await open.put('a', '1');
    const { records } = open.read('LATEST');
    await open.put('a', '1');
    await open.remove('absent');
    assert.deepEqual(records, []);
  });

  test('begins at the oldest record of the last day, or with the next one', async () => {
    const open = await openStream();
    await open.put('old', '1');
    open.wait(86_400_000 + 1000);
    await open.put('kept', '1');
    const horizon = open.read('TRIM_HORIZON');
    const latest = open.read('LATEST');
    await open.put('new', '1');
    latest.stop();
    await open.put('later', '1');
    const names = (records: readonly StreamRecord[]) => records.map(({ dynamodb }) => dynamodb.Keys['pk']);
    assert.deepEqual(names(horizon.records), [{ S: 'kept' }, { S: 'new' }, { S: 'later' }]);
    assert.deepEqual(names(latest.records), [{ S: 'new' }]);
  });

  test('that is not there cannot be read', async () => {
    const { streams, arn } = await openStream();
    assert.throws(() => streams.subscribe(`${arn}0`, 'LATEST', () => {}), { code: 'ResourceNotFoundException' });
  });
});

test('every way to write over the wire reaches the stream, and what fails does not', async () => {
  await using open = await openTable('KEYS_ONLY');
  const { db } = open;
  const seen: string[] = [];
  const stack = open.aws.streams.subscribe(String(open.description?.LatestStreamArn), 'LATEST', (record) => {
    seen.push(`${record.eventName} ${JSON.stringify(record.dynamodb.Keys['pk'])}`);
  });
  await open.put('put', '1');
  await db.send(new UpdateItemCommand({ TableName: TABLE, Key: key('update') }));
  await db.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [TABLE]: [{ PutRequest: { Item: key('batch') } }, { DeleteRequest: { Key: key('put') } }],
      },
    }),
  );
  const put = { Put: { TableName: TABLE, Item: key('transaction') } };
  const check = {
    ConditionCheck: { TableName: TABLE, Key: key('batch'), ConditionExpression: 'attribute_exists(pk)' },
  };
  await db.send(new TransactWriteItemsCommand({ TransactItems: [put, check] }));
  await db.send(new DeleteItemCommand({ TableName: TABLE, Key: key('batch') }));
  await assert.rejects(
    db.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: TABLE, Key: key('update') } }, check] }),
    ),
  );
  await assert.rejects(db.send(new PutItemCommand({ TableName: TABLE, Item: { other: { S: 'a' } } })));
  stack();
  assert.deepEqual(seen, [
    'INSERT {"S":"put"}',
    'INSERT {"S":"update"}',
    'INSERT {"S":"batch"}',
    'REMOVE {"S":"put"}',
    'INSERT {"S":"transaction"}',
    'REMOVE {"S":"batch"}',
  ]);
});

test('a stream specification that says nothing clear is refused', async () => {
  await using open = await openTable();
  const create = (StreamSpecification: object) =>
    open.db.send(
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
      }),
    );
  await assert.rejects(create({}), { name: 'ValidationException', message: /StreamViewType/ });
  await assert.rejects(create({ StreamEnabled: false, StreamViewType: 'KEYS_ONLY' }), { name: 'ValidationException' });
  const { TableDescription } = await create({ StreamEnabled: false });
  assert.equal(TableDescription?.LatestStreamArn, undefined);
});
