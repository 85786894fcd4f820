import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { tryUpdate, type Update, update, updateAll } from '../../../src/aws/ledger/ledger-update.ts';
import { type ApiAnswer, answering, jsonError } from '../canned-answers.ts';
import { openAws, TABLE } from '../fixture.ts';

const at = (sk: string, over: Partial<Update> = {}): Update => ({
  table: TABLE,
  key: { pk: 'X', sk },
  set: { a: 1 },
  ...over,
});
const IS_NEW = { condition: 'attribute_not_exists(#a)' };

test('members that are undefined are left out, and deep ones too; what is written once stays', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const first = at('Y', { set: { a: 1, b: undefined, c: { d: undefined, e: [] } }, setOnce: { f: undefined, g: '' } });
  await update(dynamoDb, first);
  const written = await update(dynamoDb, at('Y', { set: { a: 2 }, setOnce: { f: 1, g: 'other' } }));
  assert.deepEqual(written, marshall({ pk: 'X', sk: 'Y', a: 2, c: { e: [] }, f: 1, g: '' }));
});

test('writes are counted, and what is removed is gone', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  for (const rev of [1, 2]) {
    const written = await update(dynamoDb, at('Y', { count: 'rev', remove: ['b'], set: { a: rev } }));
    assert.deepEqual(written, marshall({ pk: 'X', sk: 'Y', a: rev, rev }));
    await update(dynamoDb, at('Y', { set: { b: 1 } }));
  }
});

test('where the condition does not hold, nothing is written, and the item as it is comes back', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  await update(dynamoDb, at('Y', { set: { a: 1, b: 'x' } }));
  const item = marshall({ pk: 'X', sk: 'Y', a: 1, b: 'x' });
  assert.deepEqual(await tryUpdate(dynamoDb, at('Y', { set: { a: 2 }, ...IS_NEW })), { written: false, item });
  assert.equal(await update(dynamoDb, at('Y', { set: { a: 2 }, ...IS_NEW })), undefined);
  const none = await tryUpdate(dynamoDb, at('Z', { condition: 'attribute_exists(#a)' }));
  assert.deepEqual(none, { written: false, item: undefined });
});

test('many updates are all written or none', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  await update(dynamoDb, at('there', { set: { a: 1 } }));
  const there = at('there', IS_NEW);
  assert.deepEqual(await updateAll(dynamoDb, [at('one', IS_NEW), there]), [there]);
  assert.deepEqual(await updateAll(dynamoDb, [at('one', IS_NEW), at('two', IS_NEW)]), [], 'the first wrote nothing');
});

test('a text joins a set and leaves it, and an update may do no more than that', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  for (const tokens of ['a', 'b', 'a']) await update(dynamoDb, at('Y', { set: {}, join: { tokens } }));
  const written = await update(dynamoDb, at('Y', { set: {}, leave: { tokens: 'b' }, join: { others: 'c' } }));
  assert.deepEqual(written, marshall({ pk: 'X', sk: 'Y', tokens: new Set(['a']), others: new Set(['c']) }));
  assert.deepEqual(
    await update(dynamoDb, at('Y', { set: {}, remove: ['tokens', 'others'] })),
    marshall({ pk: 'X', sk: 'Y' }),
  );
});

const TYPE = 'com.amazonaws.dynamodb.v20120810#';
const CONFLICT = jsonError(400, `${TYPE}TransactionConflictException`);
const WRITTEN: ApiAnswer = { status: 200, body: JSON.stringify({ Attributes: { a: { N: '1' } } }) };
const answered = (...answers: ApiAnswer[]) => new DynamoDBClient(answering(...answers));

/** What waits between two tries, and after how many. */
function pauses() {
  const seen: number[] = [];
  return { seen, pause: async (tries: number) => void seen.push(tries) };
}

test('an update waits for a transaction that is at the item, and not for ever', async () => {
  const { seen, pause } = pauses();
  const late = await tryUpdate(answered(CONFLICT, CONFLICT, CONFLICT, WRITTEN), at('Y'), pause);
  assert.deepEqual(late, { written: true, item: { a: { N: '1' } } });
  assert.deepEqual(seen, [1, 2, 3]);
  const name = 'TransactionConflictException';
  await assert.rejects(tryUpdate(answered(CONFLICT, CONFLICT, CONFLICT, CONFLICT, WRITTEN), at('Y'), pause), { name });
  assert.deepEqual(seen, [1, 2, 3, 1, 2, 3]);
});

function cancelled(...codes: string[]): ApiAnswer {
  const reasons = codes.map((Code) => ({ Code }));
  const body = JSON.stringify({ __type: `${TYPE}TransactionCanceledException`, CancellationReasons: reasons });
  return { status: 400, body, headers: { 'content-type': 'application/x-amz-json-1.0' } };
}

test('a transaction that another writer stopped is an error, and only a condition is a "no"', async () => {
  const [one, two] = [at('one'), at('two')];
  const { seen, pause } = pauses();
  const all = (...answers: ApiAnswer[]) => updateAll(answered(...answers), [one, two], pause);
  assert.deepEqual(await all(cancelled('None', 'ConditionalCheckFailed')), [two]);
  assert.deepEqual(seen, []);
  assert.deepEqual(await all(cancelled('TransactionConflict', 'None'), WRITTEN), []);
  assert.deepEqual(seen, [1]);
  const stays = Array.from({ length: 4 }, () => cancelled('TransactionConflict', 'None'));
  for (const answers of [stays, [cancelled('ThrottlingError')], [cancelled()]]) {
    await assert.rejects(all(...answers), { name: 'TransactionCanceledException' });
  }
  const bare = all(jsonError(400, `${TYPE}TransactionCanceledException`));
  await assert.rejects(bare, { name: 'TransactionCanceledException' });
  await assert.rejects(all(jsonError(400, `${TYPE}ThrottlingException`)), { name: 'ThrottlingException' });
});
