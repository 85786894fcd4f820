import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../local/batch/job.ts';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { jobKey } from '../../src/ledger/job-item.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { write } from './objects.ts';

/** What the version before did not know of a job. */
const LATER =
  'algorithm keyArn bucketKey priority attempt standardId sample via launchedAt priceUsd sourceKeyArn sourceBucketKey storageClass createdAfter sizeBelowBytes'.split(
    ' ',
  );
const over = { policy: policyWith({ objects: { reencrypt: 'all' } }) };

/** A job that the version before has started for a bucket of one object. */
async function earlierJob(account: GuardedAccount): Promise<{ job: Job; token: string }> {
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'object');
  await account.assess(eventFact(account, bucket, { cause: 'created' }), over);
  const job = account.aws.jobs.all().at(-1);
  assert.ok(job);
  const token = job.request.ClientRequestToken ?? '';
  await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(token), set: {}, remove: LATER });
  return { job, token };
}

test('a job that an older version started is closed with its counts', async () => {
  await using account = await openGuardedAccount();
  const { token } = await earlierJob(account);
  await account.jobs();
  assert.equal((await trackJob({ token }, account.trackDeps)).kind, 'closed');
  const { status, succeeded, open } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, succeeded, open], ['complete', 1, undefined]);
  assert.notEqual((await account.item('weak'))?.['backfilled'], undefined);
});

test('what a job of an older version has left is planned anew by the next look', async () => {
  await using account = await openGuardedAccount();
  const { token } = await earlierJob(account);
  await account.jobs();
  const before = account.aws.jobs.all().length;
  const { trackDeps } = account;
  account.advance(25 * 3_600);
  const at: typeof trackDeps.at = (place) => ({ ...trackDeps.at(place), describeJob: async () => undefined });
  assert.equal((await trackJob({ token }, { ...trackDeps, at })).kind, 'closed');
  const { status, again } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([status, again], ['forgotten', 'no']);
  assert.equal((await account.item('weak'))?.['backfilled'], undefined);
  // It cannot be tried again by hand, and nobody waits for that.
  const wish = { what: 'retry', by: 'ada', at: '2026-11-03T12:00:00.000Z' };
  await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(token), set: { wish } });
  await trackJob({ token }, trackDeps);
  assert.equal((await account.jobItem(token))?.['wish'], undefined);
  await account.assess(eventFact(account, 'weak'), over);
  assert.ok(account.aws.jobs.all().length > before);
});
