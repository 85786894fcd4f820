import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createKnownBuckets } from '../../../src/aws/ledger/known-buckets.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../fixture.ts';

const HERE = { account: ACCOUNT, region: REGION };
const always = () => true;

async function put({ clients }: Fixture, items: { pk: string; sk: string }[]): Promise<void> {
  for (let at = 0; at < items.length; at += 25) {
    const requests = items.slice(at, at + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await clients.dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
  }
}

const stateOf = (bucket: string, over: object = {}, place = HERE) => ({ ...bucketKey({ ...place, bucket }), ...over });

test('every bucket of the account and Region that is not gone is known, whatever its verdict', async () => {
  await using aws = await openAws();
  await put(aws, [
    stateOf('held', { verdict: 'hold' }),
    stateOf('right', { verdict: 'compliant' }),
    stateOf('claimed'),
    stateOf('deleted', { verdict: 'gone' }),
    stateOf('elsewhere', {}, { account: ACCOUNT, region: 'eu-west-2' }),
    stateOf('theirs', {}, { account: '222222222222', region: REGION }),
    { ...stateOf('changed'), sk: 'CHANGE#2026-11-02T10:00:00Z#1' },
    { pk: 'JOB#token', sk: 'JOB' },
  ]);
  const { names, complete } = await createKnownBuckets(aws.clients.dynamoDb, TABLE)(HERE, always);
  assert.deepEqual([names.toSorted(), complete], [['claimed', 'held', 'right'], true]);
});

test('a large ledger is read page by page, and no longer than it may be', async () => {
  await using aws = await openAws();
  const names = Array.from({ length: 200 }, (_, index) => `bucket-${String(index).padStart(3, '0')}`);
  await put(
    aws,
    names.map((bucket) => stateOf(bucket, { text: 'x'.repeat(100_000) })),
  );
  const read = createKnownBuckets(aws.clients.dynamoDb, TABLE);
  const all = await read(HERE, always);
  assert.deepEqual([all.names.toSorted(), all.complete], [names, true]);
  const some = await read(HERE, () => false);
  assert.equal(some.complete, false);
  assert.ok(some.names.length > 0 && some.names.length < 200, `${some.names.length} names`);
});

test('a ledger that is too large for one sweep is read by several, each of which begins elsewhere', async () => {
  await using aws = await openAws();
  const names = Array.from({ length: 60 }, (_, index) => `bucket-${index}`).toSorted();
  await put(
    aws,
    names.map((bucket) => stateOf(bucket)),
  );
  const seen: string[] = [];
  for (const begin of [0, 8, 16, 24]) {
    const some = await createKnownBuckets(aws.clients.dynamoDb, TABLE, () => begin)(HERE, () => false);
    assert.equal(some.complete, false);
    seen.push(...some.names);
  }
  assert.deepEqual(seen.toSorted(), names);
});
