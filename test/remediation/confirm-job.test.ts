import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../local/batch/job.ts';
import { queueingOf } from '../../src/aws/ledger/job-ledger.ts';
import { update, updateAll } from '../../src/aws/ledger/ledger-update.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { jobKey } from '../../src/ledger/job-item.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { ACCOUNT, openGuardedAccount, REGION } from './guarded-account.ts';
import { write } from './objects.ts';

const BUCKET = { account: ACCOUNT, region: REGION, bucket: 'data' };

const event = ({ id, status }: Job) => ({
  jobId: id,
  account: ACCOUNT,
  region: REGION,
  status,
  at: '2026-11-02T10:05:00Z',
});

test('jobs that are confirmed at once run one after the other where the account has one slot', async () => {
  await using account = await openGuardedAccount();
  const { dynamoDb } = account.clients;
  const { jobLedger } = account.trackDeps;
  const one = { ...account.trackDeps, mostActive: 1 };
  await account.bucket('data');
  await write(account, 'data', 'object');
  const standing = { ...BUCKET, standardId: aJob().standardId };
  await update(dynamoDb, { table: TABLE, key: bucketKey(BUCKET), set: standing, count: 'rev' });
  const tokens = ['first', 'second', 'third'];
  const asking = { keyArn: account.keyArn, needsConfirmation: 'it costs more than the ceiling' };
  await updateAll(
    dynamoDb,
    tokens.map((token, at) => queueingOf(aJob({ token, ...asking, createdAt: `2026-11-02T10:0${at}:00.000Z` }), TABLE)),
  );
  for (const _ of tokens) {
    await trackJob({ account: ACCOUNT }, one);
    for (const job of await account.jobs()) await trackJob(event(job), one);
  }
  assert.deepEqual([(await account.jobs()).length, await jobLedger.slotsOf(ACCOUNT)], [3, []]);
  const wish = { what: 'confirm', by: 'ada', at: '2026-11-02T11:00:00Z' };
  for (const token of tokens) {
    await update(dynamoDb, { table: TABLE, key: jobKey(token), set: { wish } });
    await trackJob({ token }, one);
  }
  const states = async () => (await account.jobs()).map(({ status }) => status);
  for (const done of [1, 2, 3]) {
    assert.deepEqual(await states(), [...Array(done).fill('Complete'), ...Array(3 - done).fill('Suspended')]);
    assert.equal((await jobLedger.slotsOf(ACCOUNT)).length, 1);
    await trackJob(event((await account.jobs())[done - 1] ?? assert.fail()), one);
  }
  assert.deepEqual(await jobLedger.slotsOf(ACCOUNT), []);
});
