import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { marshall } from '@aws-sdk/util-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createAnnouncedMemory, createChangeLog, createVerdictOf } from '../../../src/aws/ledger/change-log.ts';
import { createOwedNews } from '../../../src/aws/ledger/open-index.ts';
import { plainImage } from '../../../src/aws/ledger/plain-item.ts';
import { bucketKey } from '../../../src/ledger/bucket-item.ts';
import { exampleAnnouncements } from '../../announcements/announcement-examples.ts';
import { type Fixture, openAws, TABLE } from '../fixture.ts';
import { itemOf } from './ledger-item-of.ts';

const ORDERS = { pk: 'BUCKET#111111111111/eu-west-1/orders' };

let local: Fixture;
before(async () => {
  local = await openAws();
});
after(() => local[Symbol.asyncDispose]());

test('every change is an item of its own, and the same change again is the same item', async () => {
  const log = createChangeLog(local.clients.dynamoDb, TABLE);
  for (const announcement of exampleAnnouncements()) {
    await log.write(announcement);
    const key = await log.write(announcement);
    const { at, id } = announcement;
    const item = await itemOf(local.clients.dynamoDb, {
      pk: 'BUCKET#111111111111/eu-west-1/orders',
      sk: `CHANGE#${at}#${id}`,
    });
    assert.deepEqual(item, { v: 1, ...announcement });
    assert.deepEqual(await log.read(Object.assign({ channels: ['bus'] }, key)), { ...key, ...item });
  }
});

test('what was announced is read back as it was written, with the version of its shape', async () => {
  const memory = createAnnouncedMemory(local.clients.dynamoDb, TABLE);
  assert.equal(await memory.read(ORDERS), undefined);
  const announced = {
    standing: 'hold key-other',
    standingId: 'a'.repeat(32),
    notices: ['exception-expired'],
    owed: [{ pk: ORDERS.pk, sk: 'CHANGE#1', at: '2026-11-02T10:16:00.000Z', channels: ['topic'] }],
    finding: {
      createdAt: '2026-11-02T10:16:30.000Z',
      says: 'hold key-other',
      text: '0123456789abcdef',
      isOpen: true,
      sentAt: '2026-11-02T10:16:30.000Z',
    },
    position: { stream: 'arn', sequence: '9' },
  };
  await memory.write(ORDERS, announced);
  assert.deepEqual(JSON.stringify(await memory.read(ORDERS)), JSON.stringify({ ...announced, rev: 1 }));
  const item = await itemOf(local.clients.dynamoDb, { ...ORDERS, sk: 'TOLD' });
  assert.deepEqual(item, {
    v: 1,
    ...announced,
    open: 'OWED',
    createdAt: '2026-11-02T10:16:00.000Z',
    owes: ['topic'],
    rev: 1,
  });
  const owedNews = createOwedNews(local.clients.dynamoDb, TABLE, assert.ifError);
  for await (const owing of owedNews()) assert.deepEqual(owing, { ...ORDERS, owes: ['topic'] });
  await memory.write(ORDERS, { notices: [], owed: [], rev: 1 });
  assert.deepEqual(await memory.read(ORDERS), { notices: [], owed: [], rev: 2 });
  for await (const owing of owedNews()) assert.fail(`nothing is owed any more: ${owing.pk}`);
});

test('what somebody else has written meanwhile is not overwritten', async () => {
  const memory = createAnnouncedMemory(local.clients.dynamoDb, TABLE);
  const subject = { pk: 'BUCKET#contested' };
  await memory.write(subject, { notices: [], owed: [] });
  for (const read of [undefined, 2]) {
    const late = { notices: ['late'], owed: [], ...(read === undefined ? {} : { rev: read }) };
    await assert.rejects(memory.write(subject, late), { code: 'ledger-failed', retryable: true });
  }
  assert.deepEqual(await memory.read(subject), { notices: [], owed: [], rev: 1 });
});

test('a memory of another shape is an empty one, over which is written', async () => {
  const memory = createAnnouncedMemory(local.clients.dynamoDb, TABLE);
  for (const [pk, rev] of [['BUCKET#odd', 7] as const, ['BUCKET#old'] as const]) {
    const Item = marshall({ pk, sk: 'TOLD', notices: 'all', ...(rev === undefined ? {} : { rev }) });
    await local.clients.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
    const empty = { notices: [], owed: [], ...(rev === undefined ? {} : { rev }) };
    const read = await memory.read({ pk });
    assert.deepEqual(read, empty);
    await memory.write({ pk }, read);
  }
});

test('the verdict on a bucket is read as it is, and none where there is none', async () => {
  const verdictOf = createVerdictOf(local.clients.dynamoDb, TABLE);
  const id = { account: '111111111111', region: 'eu-west-1', bucket: 'judged' };
  assert.equal(await verdictOf(id), undefined);
  const Item = marshall({ ...bucketKey(id), verdict: 'gone' });
  await local.clients.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
  assert.equal(await verdictOf(id), 'gone');
});

test('an image of a stream record is read as plain values', () => {
  const image = {
    pk: { S: 'BUCKET#orders' },
    repairs: { L: [{ M: { bucketKey: { BOOL: true } } }] },
    count: { N: '3' },
  };
  assert.deepEqual(plainImage(image), { pk: 'BUCKET#orders', repairs: [{ bucketKey: true }], count: 3 });
  assert.deepEqual(plainImage(undefined), undefined);
  assert.deepEqual(plainImage({ pk: 'BUCKET#orders' }), undefined);
});
