import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJobReader } from '../../../src/aws/ledger/job-reader.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { jobKey } from '../../../src/ledger/job-item.ts';
import { newObject, newRange, pieceKey } from '../../../src/ledger/piece-item.ts';
import { openAws, TABLE } from '../fixture.ts';

const PLACE = { bucket: 'b', account: '111111111111', region: 'eu-west-1' };

test('what has not ended is found in the index, everything in the table, and one by token or id', async () => {
  await using open = await openAws();
  const { dynamoDb } = open.clients;
  const put = (token: string, item: object) =>
    update(dynamoDb, { table: TABLE, key: jobKey(token), set: { token, ...PLACE, ...item } });
  const createdAt = '2026-11-30T16:00:00.000Z';
  // More than one BatchGetItem takes.
  for (let each = 0; each < 120; each += 1)
    await put(`q${each}`, { open: 'QUEUED#10#111111111111', createdAt, status: 'queued' });
  await put('open', { open: 'OPEN', createdAt, jobId: 'job-open', status: 'open' });
  await put('over', { createdAt, jobId: 'job-over', status: 'failed', closedAt: createdAt });
  await put('held', { open: 'HELD', createdAt });
  await put('later', { open: 'OPEN', createdAt, failures: 'of a later version' });
  const reader = createJobReader(dynamoDb, TABLE);
  const running = await Array.fromAsync(reader.running());
  assert.deepEqual([running.length, running.filter(({ stage }) => stage === 'open').length], [121, 1]);
  assert.equal((await Array.fromAsync(reader.all())).length, 123);
  for (const id of ['over', 'job-over', 'job-open'])
    assert.equal((await reader.find(id))?.token, id.replace('job-', ''));
  assert.equal(await reader.find('nobody'), undefined);
});

test('of many objects that wait the first ten are named, and what failed behind them is counted', async () => {
  await using open = await openAws();
  const { dynamoDb } = open.clients;
  const waitsUntil = (minute: number) => `2026-12-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  for (let each = 0; each < 1_002; each += 1) {
    const until = each < 50 ? { waitsUntil: waitsUntil(each) } : { waitsUntil: waitsUntil(59) };
    const object = newObject('t', { key: `k${each}`, etag: '"e"', code: 'restoring', ...until });
    await update(dynamoDb, { table: TABLE, key: pieceKey(object), set: { ...object } });
  }
  const left = [{ code: 'AccessDenied', cause: 'denied', count: 7, keys: ['a'] }];
  const range = { ...newRange('t', { after: '' }), left };
  await update(dynamoDb, { table: TABLE, key: { pk: 'JOB#t', sk: 'PIECE#~' }, set: { ...range } });
  const { waits, failed } = await createJobReader(dynamoDb, TABLE).ownProgress('t');
  const next = Array.from({ length: 10 }, (_, each) => ({ key: `k${each}`, until: waitsUntil(each) }));
  assert.deepEqual([failed, waits], [7, { objects: 1_002, next }]);
});
