import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSweepParts } from '../../../src/aws/ledger/sweep-parts.ts';
import { itemOf } from './ledger-item-of.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../fixture.ts';

const PLACE = { account: ACCOUNT, region: REGION };
const BEGUN = { id: 'sweep-1', at: '2026-11-02T10:00:00Z', observe: false, scope: {} };
const PK = `SWEEP#${ACCOUNT}/${REGION}`;

test('the first plan of a sweep stays', async () => {
  await using aws = await openAws();
  const parts = createSweepParts(aws.clients.dynamoDb, TABLE)(PLACE, BEGUN);
  assert.equal(await parts.readPlan(), undefined);
  const plan = { parts: [{ prefixes: ['a'], names: [] }], unlisted: 2 };
  assert.deepEqual(await parts.plan(plan), plan);
  assert.deepEqual(await parts.plan({ parts: [], unlisted: 0 }), plan);
  assert.deepEqual(await parts.readPlan(), plan);
});

test('what many targets receive is kept in items that DynamoDB takes, for a week', async () => {
  await using aws = await openAws();
  const at = createSweepParts(aws.clients.dynamoDb, TABLE);
  const parts = at(PLACE, BEGUN);
  // A prefix may have 1,024 bytes; these characters have three each.
  const sources = Array.from({ length: 20 }, (_, index) => ({ bucket: `from-${index}`, prefix: '\u65E5'.repeat(341) }));
  const targets = new Map(Array.from({ length: 100 }, (_, index) => [`to-${index}`, sources]));
  await parts.keepSources(0, targets);
  await parts.keepSources(1, new Map([['to-0', [{ bucket: 'another', prefix: '' }]]]));
  await at(PLACE, { ...BEGUN, id: 'sweep-2' }).keepSources(0, new Map([['to-other', sources]]));
  const found = await Array.fromAsync(parts.sources());
  assert.equal(found.length, 101);
  assert.deepEqual(new Set(found.map(({ bucket }) => bucket)), new Set(targets.keys()));
  const item = await itemOf(aws.clients.dynamoDb, { pk: PK, sk: 'SOURCES#sweep-1#1#0' });
  assert.equal(item?.['expiresAt'], Date.parse('2026-11-09T10:00:00Z') / 1_000);
});

test('each step of each part is done once, whoever says so how often', async () => {
  await using aws = await openAws();
  const at = createSweepParts(aws.clients.dynamoDb, TABLE);
  const parts = at(PLACE, BEGUN);
  const loggingUnread = { buckets: 1, first: ['app'] };
  await parts.partDone('sources', 0, { loggingUnread });
  await parts.partDone('sources', 0, { loggingUnread });
  await parts.partDone('sources', 11, {});
  await parts.partDone('buckets', 1, { buckets: 5, logTargets: 2 });
  const none = { buckets: 0, unlisted: 0, logTargets: 0, loggingUnread: { buckets: 0, first: [] }, found: [] };
  assert.deepEqual(
    await parts.partsDone('sources'),
    new Map([
      [0, { ...none, loggingUnread }],
      [11, none],
    ]),
  );
  assert.deepEqual(await parts.partsDone('buckets'), new Map([[1, { ...none, buckets: 5, logTargets: 2 }]]));
});
