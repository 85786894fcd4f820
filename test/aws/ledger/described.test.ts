import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDescribed } from '../../../src/aws/ledger/described.ts';
import { openAws, TABLE } from '../fixture.ts';

const at = (seconds: number) => new Date(Date.parse('2026-11-02T10:00:00Z') + seconds * 1_000);

test('one caller in 30 seconds may describe a job, and jobs do not wait for each other', async () => {
  await using local = await openAws();
  const mayDescribe = createDescribed(local.clients.dynamoDb, TABLE);
  assert.equal(await mayDescribe('job-1', at(0)), 'yes');
  assert.equal(await mayDescribe('job-1', at(29)), 'just-now');
  assert.equal(await mayDescribe('job-2', at(29)), 'yes');
  assert.equal(await mayDescribe('job-1', at(30)), 'yes');
  const together = await Promise.all(Array.from({ length: 5 }, () => mayDescribe('job-3', at(0))));
  assert.equal(together.filter((may) => may === 'yes').length, 1);
});

test('a job that nobody has described is not to be, where only those are asked for that somebody has', async () => {
  await using local = await openAws();
  const mayDescribe = createDescribed(local.clients.dynamoDb, TABLE);
  assert.equal(await mayDescribe('job-1', at(0), { onlyAgain: true }), 'never');
  assert.equal(await mayDescribe('job-1', at(0)), 'yes');
  assert.equal(await mayDescribe('job-1', at(10), { onlyAgain: true }), 'just-now');
  assert.equal(await mayDescribe('job-1', at(30), { onlyAgain: true }), 'yes');
});

test('a clock that is ahead keeps nobody waiting', async () => {
  await using local = await openAws();
  const mayDescribe = createDescribed(local.clients.dynamoDb, TABLE);
  assert.equal(await mayDescribe('job-1', at(900)), 'yes');
  assert.equal(await mayDescribe('job-1', at(0)), 'yes');
  assert.equal(await mayDescribe('job-1', at(1)), 'just-now');
});
