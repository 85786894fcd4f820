import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createLedgerScan } from '../../../src/aws/ledger/ledger-scan.ts';
import { createOrganizationReader } from '../../../src/aws/ledger/organization-reader.ts';
import { addToTally, emptyTally, type Tallied } from '../../../src/ledger/tally.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../fixture.ts';

async function write(dynamoDb: DynamoDBClient, items: object[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: marshall(item) } }));
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
  }
}

const bucket = (name: string, more: object = {}) => ({
  pk: `BUCKET#${ACCOUNT}/${REGION}/${name}`,
  sk: 'STATE',
  v: 1,
  account: ACCOUNT,
  region: REGION,
  bucket: name,
  verdict: 'compliant',
  reasons: [],
  // Large enough that 1,000 of them are several pages.
  history: 'x'.repeat(3_000),
  ...more,
});

describe('a scan of the ledger', () => {
  test('hands on buckets and jobs once each, of several pages, and nothing else', async () => {
    await using open = await openAws();
    const { dynamoDb } = open.clients;
    const items = Array.from({ length: 1_000 }, (_, at) => bucket(`bucket-${at}`, { causeId: 'sweep-1' }));
    const others = [
      { ...bucket('orders'), sk: 'CHANGE#1' },
      { pk: 'ACCOUNTS', sk: `ACCOUNT#${ACCOUNT}` },
      {
        pk: 'JOB#t',
        sk: 'JOB',
        account: ACCOUNT,
        region: REGION,
        bucket: 'orders',
        jobId: 'j',
        status: 'open',
        open: 'OPEN',
      },
    ];
    await write(dynamoDb, [...items, ...others]);
    const tally = emptyTally();
    const causes = new Set<string | undefined>();
    let calls = 0;
    dynamoDb.middlewareStack.add((next) => (call) => ((calls += 1), next(call)), { step: 'initialize' });
    await createLedgerScan(
      dynamoDb,
      TABLE,
      2,
    )((each: Tallied) => {
      if (each.kind === 'bucket') causes.add(each.item.causeId);
      addToTally(tally, each, '');
    });
    assert.deepEqual([tally.verdicts.get('compliant'), tally.jobs.open, tally.odd], [1_000, 1, 0]);
    assert.deepEqual([...causes], ['sweep-1']);
    assert.ok(calls > 2, `${calls} calls`);
  });

  test('of an empty ledger finds nothing', async () => {
    await using open = await openAws();
    const found: Tallied[] = [];
    await createLedgerScan(open.clients.dynamoDb, TABLE)((each) => found.push(each));
    assert.deepEqual(found, []);
  });
});

describe('the organization in the ledger', () => {
  test('is read as its accounts, places and sweeps, the newest first; what a later version wrote is counted', async () => {
    await using open = await openAws();
    const { dynamoDb } = open.clients;
    const role = { there: true, at: 'x' };
    const sweep = (id: string, at: string) => ({
      pk: 'SWEEP#all',
      sk: `SWEEP#${id}`,
      sweep: id,
      at,
      observe: false,
      scope: {},
    });
    await write(dynamoDb, [
      { pk: 'ACCOUNTS', sk: 'ACCOUNT#1', account: '1', readAt: 'x', role, rev: 1 },
      { pk: 'ACCOUNTS', sk: 'ACCOUNT#2', account: '2', readAt: 7 },
      { pk: 'PLACES', sk: 'PLACE#1/eu-west-1', account: '1', region: 'eu-west-1' },
      sweep('b', '2026-11-01T00:00:00Z'),
      sweep('a', '2026-11-02T00:00:00Z'),
      { pk: 'SWEEP#all', sk: 'ACCOUNT#a#1', account: '1', buckets: 3, large: [] },
      { pk: 'SWEEP#all', sk: 'ACCOUNT#b#2', account: '2', buckets: 4, large: [] },
    ]);
    const read = createOrganizationReader(dynamoDb, TABLE);
    const accounts = await read.accounts();
    assert.deepEqual([accounts.items.map(({ account }) => account), accounts.odd], [['1'], 1]);
    assert.deepEqual((await read.places()).items, [{ account: '1', region: 'eu-west-1' }]);
    assert.deepEqual(
      (await read.sweeps()).items.map((each) => each.sweep),
      ['a', 'b'],
    );
    assert.deepEqual(
      (await read.accountsOf('a')).items.map(({ account }) => account),
      ['1'],
    );
  });
});
