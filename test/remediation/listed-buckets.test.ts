import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { createKnownBuckets } from '../../src/aws/ledger/known-buckets.ts';
import { TABLE } from '../aws/fixture.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';

const HOLDS = { policy: policyWith({ standard: { algorithm: 'aws:kms', key: 'alias/not-there' } }) };

/** What the index `open` has under a word. */
async function listed({ clients }: GuardedAccount, open: string): Promise<Record<string, unknown>[]> {
  const query = {
    TableName: TABLE,
    IndexName: 'open',
    KeyConditionExpression: '#open = :open',
    ExpressionAttributeNames: { '#open': 'open' },
    ExpressionAttributeValues: marshall({ ':open': open }),
  };
  const { Items = [] } = await clients.dynamoDb.send(new QueryCommand(query));
  return Items.map((item) => unmarshall(item));
}

const namesOf = async (account: GuardedAccount, open: string) =>
  (await listed(account, open)).map(({ bucket }) => bucket);

test('a bucket that is held is listed since it is, however often it is looked at, until it is no more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const since = account.now().toISOString();
  for (let looks = 0; looks < 2; looks += 1) {
    assert.equal((await account.assess(eventFact(account, bucket, { causeId: `look-${looks}` }), HOLDS)).kind, 'hold');
    const key = { pk: `BUCKET#${ACCOUNT}/${REGION}/data`, sk: 'STATE' };
    const place = { bucket, account: ACCOUNT, region: REGION };
    assert.deepEqual(await listed(account, 'HELD'), [{ ...key, ...place, open: 'HELD', createdAt: since }]);
    account.advance(60);
  }
  await account.assess(eventFact(account, bucket, { causeId: 'mended' }));
  assert.deepEqual(await namesOf(account, 'HELD'), []);
});

test('a bucket that cannot be read is listed from its first look on, and is no more when it is right or gone', async () => {
  await using account = await openGuardedAccount();
  const names = [await account.bucket('denied'), await account.bucket('deleted')];
  const fault = { kind: 'access-denied', operation: 'GetBucketEncryption' } as const;
  const id = account.aws.faults.add(fault);
  for (const name of names) await account.assess(eventFact(account, name));
  assert.deepEqual(new Set(await namesOf(account, 'UNREADABLE')), new Set(names));
  account.aws.faults.remove(id);
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: 'deleted' }));
  account.advance(60);
  for (const name of names) await account.assess(eventFact(account, name));
  assert.deepEqual(await namesOf(account, 'UNREADABLE'), []);
});

test('a bucket is one of its place from its first look until it is gone, and again when it is made anew', async () => {
  await using account = await openGuardedAccount();
  const known = async () =>
    Array.fromAsync(createKnownBuckets(account.clients.dynamoDb, TABLE)({ account: ACCOUNT, region: REGION }));
  const bucket = await account.bucket('data');
  await account.assess(eventFact(account, bucket, { cause: 'created' }));
  assert.deepEqual(await known(), ['data']);
  await account.clients.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  account.advance(60);
  await account.assess(eventFact(account, bucket, { cause: 'deleted', causeId: 'deletion' }));
  assert.deepEqual([(await account.item(bucket))?.['verdict'], await known()], ['gone', []]);
  account.advance(60);
  await account.bucket('data');
  await account.assess(eventFact(account, bucket, { cause: 'created', causeId: 'again' }));
  assert.deepEqual(await known(), ['data']);
});
