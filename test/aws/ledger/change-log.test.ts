import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { marshall } from '@aws-sdk/util-dynamodb';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createChangeLog, createAnnouncedMemory } from '../../../src/aws/ledger/change-log.ts';
import { plainImage } from '../../../src/aws/ledger/plain-item.ts';
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
    await log.write(announcement);
    const { at, id } = announcement;
    const item = await itemOf(local.clients.dynamoDb, {
      pk: 'BUCKET#111111111111/eu-west-1/orders',
      sk: `CHANGE#${at}#${id}`,
    });
    assert.deepEqual(item, { v: 1, ...announcement });
  }
});

test('what was announced is read back as it was written, with the version of its shape', async () => {
  const memory = createAnnouncedMemory(local.clients.dynamoDb, TABLE);
  assert.equal(await memory.read(ORDERS), undefined);
  const announced = {
    standing: 'hold key-other',
    standingId: 'a'.repeat(32),
    notices: ['exception-expired'],
    marks: ['bus 1'],
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
  assert.deepEqual(JSON.stringify(await memory.read(ORDERS)), JSON.stringify(announced));
  const item = await itemOf(local.clients.dynamoDb, { ...ORDERS, sk: 'TOLD' });
  assert.deepEqual(item, { v: 1, ...announced });
  await memory.write(ORDERS, { notices: [], marks: [] });
  assert.deepEqual(await memory.read(ORDERS), { notices: [], marks: [] });
});

test('a memory of another shape is none', async () => {
  const Item = marshall({ pk: 'BUCKET#odd', sk: 'TOLD', marks: 'all' });
  await local.clients.dynamoDb.send(new PutItemCommand({ TableName: TABLE, Item }));
  assert.equal(await createAnnouncedMemory(local.clients.dynamoDb, TABLE).read({ pk: 'BUCKET#odd' }), undefined);
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
