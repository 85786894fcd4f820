import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueingOf } from '../../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../../src/aws/ledger/ledger-update.ts';
import { createPieceTable } from '../../../src/aws/ledger/piece-table.ts';
import { jobKey } from '../../../src/ledger/job-item.ts';
import { queueOf } from '../../../src/ledger/job-queues.ts';
import { newObject, newRange, type Piece } from '../../../src/ledger/piece-item.ts';
import { aJob } from '../../ledger/a-job.ts';
import { openAws, TABLE } from '../fixture.ts';
import { itemOf } from './ledger-item-of.ts';

const NOW = '2026-11-02T10:00:00.000Z';
const LATER = '2026-11-02T10:20:00.000Z';
const mine = { owner: 'mine', leaseUntil: '2026-11-02T10:16:00.000Z' };
const theirs = { owner: 'theirs', leaseUntil: '2026-11-02T10:36:00.000Z' };
const job = aJob({ token: 't', method: 'own-copy', objectClass: 'any', own: { does: ['own-copy'] } });
const BEGUN = {
  jobId: 't',
  via: { roleArn: '', reportsBucket: '' },
  launchedAt: NOW,
  status: 'open',
};

/** A table with one job that was begun, and its range. */
async function openPieces() {
  const opened = await openAws();
  const { dynamoDb } = opened.clients;
  const pieces = createPieceTable(dynamoDb, TABLE);
  assert.deepEqual(await updateAll(dynamoDb, [queueingOf(job, TABLE)]), []);
  assert.equal(await pieces.begin(job, BEGUN), true);
  const range = await pieces.take(newRange('t', { after: '' }), mine, NOW);
  assert.ok(range?.kind === 'range');
  const counts = async () => {
    const { pieces: open, ranges, done } = (await itemOf(dynamoDb, jobKey('t'))) ?? {};
    return [open, ranges, done];
  };
  const close = () => update(dynamoDb, { table: TABLE, key: jobKey('t'), set: { closedAt: LATER } });
  return { dynamoDb, pieces, range, counts, close, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

const object = (key: string): Piece => newObject('t', { key, etag: '"e"' });

test('a job is begun once', async () => {
  await using table = await openPieces();
  assert.equal(await table.pieces.begin(job, BEGUN), false);
  assert.deepEqual(await table.counts(), [1, 1, 0]);
});

test('a piece is held by one until its lease ends or it is given back', async () => {
  await using table = await openPieces();
  const { pieces, range } = table;
  assert.equal(await pieces.take(range, theirs, NOW), undefined);
  assert.equal((await pieces.take(range, theirs, LATER))?.id, range.id);
  // What the one before writes now is refused.
  assert.equal(await pieces.keep(range, mine, { at: 'k' }), false);
  assert.equal(await pieces.add(range, mine, [object('a')]), false);
  assert.equal(await pieces.end(range, mine, { endedAt: LATER }), false);
  await pieces.release(range, mine);
  assert.equal(await pieces.take(range, mine, NOW), undefined);
  await pieces.release(range, theirs);
  assert.equal((await pieces.take(range, mine, NOW))?.id, range.id);
  assert.deepEqual(await table.counts(), [1, 1, 0]);
});

test('pieces are added once each, however many and how often', async () => {
  await using table = await openPieces();
  const { pieces, range } = table;
  const many = Array.from({ length: 200 }, (_, index) => object(`k${index}`));
  assert.equal(await pieces.add(range, mine, many.slice(50, 120)), true);
  assert.equal(await pieces.add(range, mine, many), true);
  assert.equal(await pieces.add(range, mine, many), true);
  assert.deepEqual(await table.counts(), [201, 1, 0]);
  assert.equal((await Array.fromAsync(pieces.of('t'))).length, 201);
});

test('the end of a piece is counted once, and says nothing of why it waited', async () => {
  await using table = await openPieces();
  const { pieces, range } = table;
  const waits = newObject('t', { key: 'a', etag: '"e"', code: 'restoring', waitsUntil: NOW });
  await pieces.add(range, mine, [waits]);
  const piece = await pieces.take(waits, mine, NOW);
  assert.ok(piece?.kind === 'object');
  assert.equal(await pieces.end(piece, mine, { endedAt: LATER, done: 1 }), true);
  assert.equal(await pieces.end(piece, mine, { endedAt: LATER, done: 1 }), false);
  assert.equal(await pieces.take(waits, theirs, LATER), undefined);
  assert.deepEqual(await table.counts(), [1, 1, 1]);
  const [read] = (await Array.fromAsync(pieces.of('t'))).filter(({ kind }) => kind === 'object');
  assert.deepEqual([read?.code, read?.endedAt], [undefined, LATER]);
});

test('a range that is split off is kept with the range that shrinks, or not at all', async () => {
  await using table = await openPieces();
  const { pieces, range } = table;
  const upper = newRange('t', { after: 'm' });
  assert.equal(await pieces.keep(range, theirs, { until: 'm' }, [upper]), false);
  assert.equal(await pieces.keep(range, mine, { until: 'm', succeeded: 3, done: 3 }, [upper]), true);
  const all = await Array.fromAsync(pieces.of('t'));
  const parts = all.map((each) => each.kind === 'range' && `${each.after}-${each.until}`);
  assert.deepEqual(new Set(parts), new Set(['-m', 'm-undefined']));
  assert.deepEqual(await table.counts(), [2, 2, 3]);
});

test('nothing of a closed job changes, but what its pieces say of themselves', async () => {
  await using table = await openPieces();
  const { pieces, range } = table;
  await table.close();
  await pieces.begun(job);
  assert.equal((await itemOf(table.dynamoDb, jobKey('t')))?.['open'], queueOf(job));
  assert.equal(await pieces.add(range, mine, [object('a')]), false);
  assert.equal(await pieces.keep(range, mine, { at: 'k' }), false);
  assert.equal(await pieces.end(range, mine, { endedAt: LATER }), false);
  await pieces.release(range, mine, { endedAt: LATER });
  assert.equal(await pieces.take(range, theirs, LATER), undefined);
  assert.deepEqual(await table.counts(), [1, 1, 0]);
});

test('objects that failed are named beside the pieces, once each', async () => {
  await using table = await openPieces();
  const failed = ['a', 'b'].map((key) => newObject('t', { key, etag: '"e"', code: 'AccessDenied', endedAt: NOW }));
  await table.pieces.name(failed);
  await table.pieces.name(failed);
  assert.equal((await Array.fromAsync(table.pieces.of('t'))).length, 1);
  assert.deepEqual(await table.counts(), [1, 1, 0]);
});
