import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchWriteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createKnownBuckets } from '../../../src/aws/ledger/known-buckets.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import { placeText } from '../../../src/bucket-id.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../fixture.ts';

const HERE = { account: ACCOUNT, region: REGION };
const THERE = { account: '222222222222', region: REGION };

async function put({ clients }: Fixture, items: { pk: string; sk: string }[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await clients.dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
  }
}

const knownIn = (bucket: string, place = HERE, over: object = {}) => ({
  ...bucketKey({ ...place, bucket }),
  place: placeText(place),
  ...over,
});
const named = (count: number) => Array.from({ length: count }, (_, at) => `bucket-${String(at).padStart(5, '0')}`);

test('every bucket of the account and Region that is one of its place is known, in the order of the names', async () => {
  await using aws = await openAws();
  await put(aws, [
    knownIn('right'),
    knownIn('held'),
    knownIn('elsewhere', { account: ACCOUNT, region: 'eu-west-2' }),
    knownIn('theirs', THERE),
    { ...bucketKey({ ...HERE, bucket: 'gone' }) },
    { ...bucketKey({ ...HERE, bucket: 'held' }), sk: 'CHANGE#2026-11-02T10:00:00Z#1' },
    { pk: 'JOB#token', sk: 'JOB' },
  ]);
  assert.deepEqual(await Array.fromAsync(createKnownBuckets(aws.clients.dynamoDb, TABLE)(HERE)), ['held', 'right']);
});

test('the index has the keys alone, so that what a look writes costs it nothing', async () => {
  await using aws = await openAws();
  await put(aws, [knownIn('right', HERE, { verdict: 'compliant', reasons: [] })]);
  const query = new QueryCommand({
    TableName: TABLE,
    IndexName: 'by-place',
    KeyConditionExpression: 'place = :place',
    ExpressionAttributeValues: marshall({ ':place': placeText(HERE) }),
  });
  const { Items = [] } = await aws.clients.dynamoDb.send(query);
  assert.deepEqual(
    Items.map((item) => unmarshall(item)),
    [knownIn('right')],
  );
});

test('to know the buckets of one account nothing of another one is read', async () => {
  await using aws = await openAws();
  const { dynamoDb } = aws.clients;
  const [ours, theirs] = [named(40), named(4_000)];
  await put(aws, [...ours.map((bucket) => knownIn(bucket)), ...theirs.map((bucket) => knownIn(bucket, THERE))]);
  const read = { calls: 0, items: 0 };
  const counting =
    (next: (args: { input: object }) => Promise<{ output: object }>) => async (args: { input: object }) => {
      const answer = await next(args);
      read.calls += 1;
      read.items += Number(Reflect.get(answer.output, 'ScannedCount'));
      return answer;
    };
  dynamoDb.middlewareStack.add(counting as never, { step: 'initialize', name: 'counting' });
  const known = createKnownBuckets(dynamoDb, TABLE);
  assert.deepEqual(await Array.fromAsync(known(HERE)), ours);
  assert.deepEqual(read, { calls: 1, items: 40 });
  assert.deepEqual(await Array.fromAsync(known(THERE)), theirs);
  assert.equal(read.items, 4_040);
});

test('a place of many buckets is read page by page', async () => {
  await using aws = await openAws();
  const names = named(60);
  await put(
    aws,
    names.map((bucket) => knownIn(bucket, HERE, { text: 'x'.repeat(100_000) })),
  );
  assert.deepEqual(await Array.fromAsync(createKnownBuckets(aws.clients.dynamoDb, TABLE)(HERE)), names);
});
