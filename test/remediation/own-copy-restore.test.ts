import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand, RestoreObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import { createJobReader } from '../../src/aws/ledger/job-reader.ts';
import { TABLE } from '../aws/fixture.ts';
import { sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { ownJobs } from './run-own-jobs.ts';

const HOUR_S = 3_600;
const POLICY = policyWith({
  objects: {
    reencrypt: 'all',
    methods: ['update-encryption', 'copy', 'own-copy'],
    restore: { tier: 'Standard', days: 1 },
  },
});

/** Unencrypted objects of these classes, by their keys, and the one job that is planned for them. */
async function planned(
  account: GuardedAccount,
  classes: Readonly<Record<string, StorageClass>>,
  before: (bucket: string) => Promise<unknown> = async () => {},
) {
  const bucket = await account.bucket('cold');
  for (const [key, storageClass] of Object.entries(classes)) {
    const lastModified = new Date('2022-06-01T12:00:00Z');
    account.aws.buckets.seedObject({
      bucket,
      key,
      body: { seed: key, sizeBytes: 4 * 1024 ** 3 },
      storageClass,
      lastModified,
      protection: { algorithm: 'none' },
    });
  }
  await before(bucket);
  await account.assess(sweepFact(account, bucket), { policy: POLICY }, { mayLaunch: async () => false });
  const own = ownJobs(account);
  await own.launch();
  await own.work();
  const reader = createJobReader(account.clients.dynamoDb, TABLE);
  const jobs = (await Array.fromAsync(reader.all())).filter((job) => job.own !== undefined);
  const [job] = jobs;
  assert.ok(job !== undefined && jobs.length === 1);
  return {
    job,
    waits: async () => (await reader.ownProgress(job.token)).waits,
    /** The question that comes from time to time, that much later. */
    after: async (hours: number) => {
      account.advance(hours * HOUR_S);
      await own.ask(job.token);
      return (await own.work()).map(({ kind }) => kind);
    },
    head: (Key: string) => account.clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key })),
    closed: async () => (await reader.byToken(job.token))?.status,
  };
}

const at = (account: GuardedAccount, hours: number) =>
  new Date(account.now().getTime() + hours * HOUR_S * 1_000).toISOString();

test('an archived object is priced, restored, named with its date, copied, and back in its class', async () => {
  await using account = await openGuardedAccount();
  const [flexible, deep] = [at(account, 5), at(account, 12)];
  const { job, waits, after, head, closed } = await planned(account, { g: 'GLACIER', d: 'DEEP_ARCHIVE' });
  assert.ok((job.priceUsd ?? 0) > 0);
  assert.deepEqual(await waits(), {
    objects: 2,
    next: [
      { key: 'g', until: flexible },
      { key: 'd', until: deep },
    ],
  });
  assert.equal((await head('g')).Restore, 'ongoing-request="true"');
  assert.deepEqual(await after(4), []);
  assert.deepEqual(await after(2), ['piece-done']);
  assert.deepEqual(await waits(), { objects: 1, next: [{ key: 'd', until: deep }] });
  assert.deepEqual([await after(7), await waits(), await closed()], [['piece-done'], undefined, 'complete']);
  for (const [key, storageClass] of [
    ['g', 'GLACIER'],
    ['d', 'DEEP_ARCHIVE'],
  ] as const) {
    const { StorageClass: found, SSEKMSKeyId, Restore } = await head(key);
    assert.deepEqual([found, SSEKMSKeyId, Restore], [storageClass, account.keyArn, undefined]);
  }
});

test('a restored copy that was gone again before its turn is asked for once more', async () => {
  await using account = await openGuardedAccount();
  const { after, waits, closed } = await planned(account, { g: 'GLACIER' });
  assert.deepEqual(await after(100), ['piece-waits']);
  assert.equal((await waits())?.next[0]?.until, at(account, 5));
  assert.deepEqual([await after(6), await closed()], [['piece-done'], 'complete']);
});

test('a restore that somebody else has begun is waited for, without a date, and none is begun beside it', async () => {
  await using account = await openGuardedAccount();
  const RestoreRequest = { Days: 1, GlacierJobParameters: { Tier: 'Bulk' } } as const;
  const { after, waits, closed } = await planned(account, { g: 'GLACIER' }, (Bucket) =>
    account.clients.s3.send(new RestoreObjectCommand({ Bucket, Key: 'g', RestoreRequest })),
  );
  assert.deepEqual(await waits(), { objects: 1, next: [{ key: 'g' }] });
  assert.deepEqual(await after(6), ['piece-waits']);
  assert.equal(account.operations().includes('RestoreObject'), false);
  assert.deepEqual([await after(6), await closed()], [['piece-done'], 'complete']);
});
