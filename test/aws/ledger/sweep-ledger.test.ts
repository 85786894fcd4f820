import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSweepLedger } from '../../../src/aws/ledger/sweep-ledger.ts';
import { itemOf } from './ledger-item-of.ts';
import { collect } from '../collect.ts';
import { ACCOUNT, openAws, REGION, TABLE } from '../fixture.ts';

const PLACE = { account: ACCOUNT, region: REGION };
const BEGUN = { id: 'sweep-1', at: '2026-11-02T10:00:00Z', observe: false };
const PK = `SWEEP#${ACCOUNT}/${REGION}`;

test('a sweep keeps its first beginning and its first plan, and has an end of its own', async () => {
  await using aws = await openAws();
  const sweeps = createSweepLedger(aws.clients.dynamoDb, TABLE, PLACE);
  assert.equal(await sweeps.read('sweep-1'), undefined);
  const begun = { sweep: 'sweep-1', at: BEGUN.at, observe: false };
  assert.deepEqual(await sweeps.begin(BEGUN), begun);
  const plan = { parts: [{ prefixes: ['a'], names: [] }], complete: true, unlisted: 2 };
  await sweeps.plan(BEGUN, plan);
  const again = { ...BEGUN, at: '2026-11-02T11:00:00Z' };
  assert.deepEqual(await sweeps.plan(again, { ...plan, parts: [] }), { ...begun, ...plan });
  const end = { buckets: 3, missing: [], logTargets: 1 };
  await sweeps.end(again, '2026-11-02T11:05:00Z', end);
  assert.deepEqual(await sweeps.read('sweep-1'), { ...begun, ...plan, ...end, endedAt: '2026-11-02T11:05:00Z' });
});

test('what many targets receive is kept in items that DynamoDB takes, for a week', async () => {
  await using aws = await openAws();
  const sweeps = createSweepLedger(aws.clients.dynamoDb, TABLE, PLACE);
  // A prefix may have 1,024 bytes; these characters have three each.
  const sources = Array.from({ length: 20 }, (_, index) => ({ bucket: `from-${index}`, prefix: '\u65E5'.repeat(341) }));
  const targets = new Map(Array.from({ length: 100 }, (_, index) => [`to-${index}`, sources]));
  await sweeps.keepSources(BEGUN, 0, targets);
  await sweeps.keepSources(BEGUN, 1, new Map([['to-0', [{ bucket: 'another', prefix: '' }]]]));
  await sweeps.keepSources({ ...BEGUN, id: 'sweep-2' }, 0, new Map([['to-other', sources]]));
  const found = await collect(sweeps.sources('sweep-1'));
  assert.equal(found.length, 101);
  assert.deepEqual(new Set(found.map(({ bucket }) => bucket)), new Set(targets.keys()));
  const item = await itemOf(aws.clients.dynamoDb, { pk: PK, sk: 'SOURCES#sweep-1#1#0' });
  assert.equal(item?.['expiresAt'], Date.parse('2026-11-09T10:00:00Z') / 1_000);
});

test('each step of each part is done once, whoever says so how often', async () => {
  await using aws = await openAws();
  const sweeps = createSweepLedger(aws.clients.dynamoDb, TABLE, PLACE);
  const loggingUnread = { buckets: 1, first: ['app'] };
  await sweeps.partDone(BEGUN, 'sources', 0, { loggingUnread });
  await sweeps.partDone(BEGUN, 'sources', 0, { loggingUnread });
  await sweeps.partDone(BEGUN, 'sources', 11, {});
  await sweeps.partDone(BEGUN, 'buckets', 1, { buckets: 5, logTargets: 2 });
  const none = { buckets: 0, logTargets: 0, loggingUnread: { buckets: 0, first: [] } };
  assert.deepEqual(
    await sweeps.partsDone('sweep-1', 'sources'),
    new Map([
      [0, { ...none, loggingUnread }],
      [11, none],
    ]),
  );
  assert.deepEqual(
    await sweeps.partsDone('sweep-1', 'buckets'),
    new Map([[1, { ...none, buckets: 5, logTargets: 2 }]]),
  );
});
