import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketClaims } from '../../../src/aws/ledger/bucket-claims.ts';
import { type Assessment, createLedger } from '../../../src/aws/ledger/ledger.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { answering, jsonError } from '../canned-answers.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../fixture.ts';
import { bucketItemOf } from './ledger-item-of.ts';

let local: Fixture;
before(async () => {
  local = await openAws();
});
after(() => local[Symbol.asyncDispose]());

const ledger = () => createLedger(local.clients.dynamoDb, TABLE);
const itemOf = (bucket: string) => bucketItemOf(local.clients.dynamoDb, bucket);

function assessmentOf(bucket: string, over: Partial<Assessment> = {}): Assessment {
  return {
    bucket,
    account: ACCOUNT,
    region: REGION,
    verdict: 'compliant',
    reasons: [],
    rule: 'default',
    policySha256: 'abc',
    assessedAt: '2026-11-02T10:16:30.000Z',
    causeId: 'event-1',
    cause: 'created',
    ...over,
  };
}

/** No object of the bucket is to be done. */
const NONE = { below: false };

test('a compliant bucket is one UpdateItem, on the condition that no work is pending', async () => {
  const dynamoDb = new DynamoDBClient({ region: REGION });
  const mock = mockClient(dynamoDb).on(UpdateItemCommand).resolves({ Attributes: {} });
  const { verdict, reasons, ...rest } = assessmentOf('one');
  await createLedger(dynamoDb, TABLE).recordCompliant(
    { verdict, reasons, ...rest },
    { below: true, notBackfilledFor: 'standard-1' },
  );
  const names = ['verdict', 'reasons', ...Object.keys(rest), 'compliantAt'];
  const removed = [
    'belowSince',
    'actor',
    'attempt',
    'createdAt',
    'flappingSince',
    'found',
    'nextTry',
    'nextTryAt',
    'observed',
    'open',
    'parked',
    'price',
    'sourceAddress',
    'userAgent',
    'goneAt',
  ];
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [
      {
        TableName: TABLE,
        Key: { pk: { S: 'BUCKET#one' }, sk: { S: 'STATE' } },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')} REMOVE ${removed.map((name) => `#${name}`).join(', ')}`,
        ConditionExpression:
          '(attribute_not_exists(#assessedAt) OR #assessedAt <= :assessedAt) AND attribute_not_exists(#pending) AND attribute_not_exists(#belowSince) AND #backfilled = :backfillFor',
        ExpressionAttributeNames: Object.fromEntries(
          [...names, ...removed, 'pending', 'backfilled'].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: marshall({
          ...Object.fromEntries(
            Object.entries(assessmentOf('one', { ...rest })).map(([name, value]) => [`:${name}`, value]),
          ),
          ':compliantAt': rest.assessedAt,
          ':backfillFor': 'standard-1',
        }),
        ReturnValues: 'ALL_NEW',
      },
    ],
  );
});

test('a new bucket that is compliant is recorded with the time', async () => {
  assert.equal(await ledger().recordCompliant(assessmentOf('new'), NONE), true);
  assert.deepEqual(await itemOf('new'), { ...assessmentOf('new'), compliantAt: '2026-11-02T10:16:30.000Z' });
});

test('being compliant ends being below, and clears what an earlier look said of itself', async () => {
  const unreadable = assessmentOf('cleared', {
    verdict: 'unreadable',
    actor: 'arn:aws:iam::111111111111:user/eve',
    found: { algorithm: 'AES256' },
    attempt: 3,
    nextTryAt: '2026-11-02T10:20:00.000Z',
    observed: true,
    parked: true,
  });
  await ledger().record(unreadable, '2026-11-02T10:00:00.000Z');
  assert.deepEqual(await itemOf('cleared'), { ...unreadable, belowSince: '2026-11-02T10:00:00.000Z' });
  const swept = assessmentOf('cleared', { cause: 'sweep', found: { algorithm: 'aws:kms', bucketKey: true } });
  assert.equal(await ledger().recordCompliant(swept, NONE), true);
  assert.deepEqual(await itemOf('cleared'), { ...swept, compliantAt: swept.assessedAt });
});

test('a rule that could not be read this time does not stay beside the new verdict', async () => {
  await ledger().record(assessmentOf('unread', { verdict: 'hold', found: { algorithm: 'AES256' } }), undefined);
  const unreadable = assessmentOf('unread', { verdict: 'unreadable', attempt: 1 });
  await ledger().record(unreadable, undefined);
  assert.deepEqual(await itemOf('unread'), unreadable);
});

test('the earliest time below stays', async () => {
  const held = assessmentOf('held', { verdict: 'hold' });
  for (const below of ['2026-11-02T10:00:00.000Z', '2026-11-02T11:00:00.000Z', undefined])
    await ledger().record(held, below);
  assert.deepEqual(await itemOf('held'), { ...held, belowSince: '2026-11-02T10:00:00.000Z' });
});

test('a compliant bucket is not recorded while work is pending, and nothing of its item changes', async () => {
  const pending = { cause: 'created', causeId: 'event-0', at: '2026-11-02T10:00:00Z', standardId: 's' } as const;
  await createBucketClaims(local.clients.dynamoDb, TABLE).claim({
    bucket: 'claimed',
    owner: 'a',
    nowMs: 0,
    untilMs: 75_000,
    pending,
  });
  const item = await itemOf('claimed');
  assert.equal(await ledger().recordCompliant(assessmentOf('claimed'), NONE), false);
  assert.deepEqual(await itemOf('claimed'), item);
});

test('a compliant bucket is not recorded before its objects were planned for the standard', async () => {
  const recorded = async (backfillFor: string | undefined) =>
    ledger().recordCompliant(
      assessmentOf('backfill'),
      backfillFor === undefined ? NONE : { below: false, notBackfilledFor: backfillFor },
    );
  await update(local.clients.dynamoDb, {
    table: TABLE,
    key: { pk: 'BUCKET#backfill', sk: 'STATE' },
    set: { backfilled: 'standard-1' },
  });
  assert.deepEqual(
    [
      await recorded('standard-2'),
      await recorded('standard-1'),
      await recorded(undefined),
      await ledger().recordCompliant(assessmentOf('never-planned'), { below: false, notBackfilledFor: 'standard-1' }),
    ],
    [false, true, true, false],
  );
});

test('a drift that somebody else ended is not recorded as over while its objects are to be done', async () => {
  const drifted = assessmentOf('ended', { verdict: 'hold' });
  await ledger().record(drifted, '2026-11-02T10:00:00.000Z');
  const compliant = assessmentOf('ended');
  assert.equal(await ledger().recordCompliant(compliant, { below: true }), false);
  assert.deepEqual(await itemOf('ended'), { ...drifted, belowSince: '2026-11-02T10:00:00.000Z' });
  assert.equal(await ledger().recordCompliant(compliant, NONE), true);
});

test('a bucket that lost its encryption is recorded only where a plan since then looked that far back', async () => {
  const looked = assessmentOf('lost');
  const since = (time: string) =>
    ledger().recordCompliant(looked, { below: true, notCoveredSince: `2026-11-02T${time}.000Z` });
  assert.equal(await since('10:00:00'), false, 'no plan');
  await update(local.clients.dynamoDb, {
    table: TABLE,
    key: { pk: 'BUCKET#lost', sk: 'STATE' },
    set: { coveredFrom: '2026-11-02T10:00:00.000Z', coveredTo: '2026-11-02T10:10:00.000Z' },
  });
  assert.deepEqual(
    [await since('09:59:59'), await since('10:11:00'), await since('10:00:00')],
    [false, false, true],
    'before the plan, after it, covered by it',
  );
});

test('a bucket that is gone keeps its item, under no verdict; one that was never seen gets none', async () => {
  await ledger().record(assessmentOf('gone', { verdict: 'unreadable', parked: true }), undefined);
  await ledger().recordGone(assessmentOf('gone', { assessedAt: '2026-11-03T00:00:00.000Z' }));
  const at = '2026-11-03T00:00:00.000Z';
  assert.deepEqual(await itemOf('gone'), {
    ...assessmentOf('gone', { assessedAt: at }),
    verdict: 'gone',
    reasons: [],
    goneAt: at,
    acknowledgedAt: at,
  });
  await ledger().recordGone(assessmentOf('never'));
  assert.equal(await itemOf('never'), undefined);
});

test('members that are undefined are left out, and deep ones too', async () => {
  await update(local.clients.dynamoDb, {
    table: TABLE,
    key: { pk: 'X', sk: 'Y' },
    set: { a: 1, b: undefined, c: { d: undefined, e: [] } },
    setOnce: { f: undefined, g: '' },
  });
  const written = await update(local.clients.dynamoDb, { table: TABLE, key: { pk: 'X', sk: 'Y' }, set: { a: 2 } });
  assert.deepEqual(written, marshall({ pk: 'X', sk: 'Y', a: 2, c: { e: [] }, g: '' }));
});

test('a table that does not answer or refuses is an error, and only a condition is a "no"', async () => {
  const record = (type: string) =>
    createLedger(new DynamoDBClient(answering(jsonError(400, type))), TABLE).recordCompliant(assessmentOf('x'), NONE);
  assert.equal(await record('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'), false);
  for (const name of [
    'ResourceNotFoundException',
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'AccessDeniedException',
  ]) {
    await assert.rejects(record(`com.amazonaws.dynamodb.v20120810#${name}`), { name });
  }
});
