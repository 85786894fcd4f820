import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { startLocal } from '../../../local/start-local.ts';
import { connect } from '../../../scripts/scenario/endpoint.ts';
import { readLedger } from '../../../scripts/scenario/ledger-view.ts';

const ATTRIBUTES = ['pk', 'sk'] as const;

/** What the scenario reads of an item with these members. */
async function viewOf(item: object) {
  await using local = await startLocal();
  const { dynamoDb } = connect(local.endpoint, { account: '111111111111', region: 'eu-west-1' });
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ATTRIBUTES.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: ATTRIBUTES.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const Item = marshall({ pk: 'BUCKET#111111111111/eu-west-1/b', sk: 'STATE', rule: 'default', ...item });
  await dynamoDb.send(new PutItemCommand({ TableName: 'ledger', Item }));
  const { verdict, reasons, repaired, repairs, repairedAt } = await readLedger(dynamoDb, 'ledger', {
    account: '111111111111',
    region: 'eu-west-1',
    bucket: 'b',
  });
  return { verdict, reasons, repaired, repairs, repairedAt };
}

const AT = '2026-11-30T12:00:00.000Z';
const BELOW = [{ code: 'key-missing', message: 'It has no key.' }];
const FLAPPING = [{ code: 'flapping', message: 'Somebody takes it away.' }, ...BELOW];

test('a bucket that was repaired and is compliant since stays a repair, with the reason of it', async () => {
  const view = await viewOf({ verdict: 'compliant', reasons: [], repairs: [{ at: AT, reasons: BELOW }] });
  assert.deepEqual(view, {
    verdict: 'repair',
    reasons: BELOW,
    repaired: true,
    repairs: 1,
    repairedAt: new Date(AT),
  });
});

test('a bucket that is held after its repairs is held, with the reasons of that', async () => {
  const view = await viewOf({ verdict: 'hold', reasons: FLAPPING, repairs: [{ at: AT, reasons: BELOW }] });
  assert.deepEqual(view, { verdict: 'hold', reasons: FLAPPING, repaired: false, repairs: 1, repairedAt: undefined });
});

test('a statement to paste is JSON, as the key policy takes it', async () => {
  const reasons = [{ code: 'key-policy-lacks-writer', message: 'It lacks one.', paste: '{"Sid": "Allow"}' }];
  const { reasons: found } = await viewOf({ verdict: 'hold', reasons });
  assert.deepEqual(found, [{ code: 'key-policy-lacks-writer', message: 'It lacks one.', statement: { Sid: 'Allow' } }]);
});
