import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketOwnershipControlsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { readJobItem } from '../../src/ledger/read-job-item.ts';
import { sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { write } from './objects.ts';

const BEFORE_2023 = new Date('2022-06-01T12:00:00Z');
const METHODS = ['update-encryption', 'copy', 'own-copy'];
const policy = (objects: object) => policyWith({ objects: { reencrypt: 'all', methods: METHODS, ...objects } });

/** What is queued for a bucket, oldest first: nothing of it is launched. */
async function queued(account: GuardedAccount, bucket: string, objects: object) {
  await account.assess(sweepFact(account, bucket), { policy: policy(objects) }, { mayLaunch: async () => false });
  const { jobs = [], leftovers = [] } = Object((await account.item(bucket)) ?? {}) as {
    jobs?: { token: string }[];
    leftovers?: { code: string }[];
  };
  const items = await Promise.all(jobs.map(async ({ token }) => readJobItem((await account.jobItem(token)) ?? {})));
  const requests = items.flatMap((item) => (item.stands === 'queued' ? [item.job] : []));
  return { requests, leftovers: leftovers.map(({ code }) => code) };
}

async function withAcls(account: GuardedAccount, name: string): Promise<string> {
  const bucket = await account.bucket(name);
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await account.clients.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }));
  const old = { lastModified: BEFORE_2023, protection: { algorithm: 'none' } } as const;
  account.aws.buckets.seedObject({ bucket, key: 'old', body: 'bytes', ...old });
  return bucket;
}

test('what S3 Batch would harm is one job of our own function, queued beside the jobs of S3 with its price', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withAcls(account, 'acls');
  const { requests, leftovers } = await queued(account, bucket, {});
  assert.deepEqual(leftovers, []);
  assert.deepEqual(
    requests.map(({ method, objectClass, own, priceUsd }) => [method, objectClass, own, priceUsd]),
    [
      ['update-encryption', 'SSE-KMS', undefined, 0.25],
      ['update-encryption', 'SSE-S3', undefined, 0.25],
      ['own-copy', 'any', { does: ['own-copy'], others: ['update-encryption'] }, 0],
    ],
  );
  assert.equal(requests.at(-1)?.writtenBefore, '2023-01-06T00:00:00.000Z');
});

test('a small bucket has one job in all, for which nobody asks what a copy would lose, and old versions wait for it', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withAcls(account, 'small');
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await account.clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  await write(account, bucket, 'new');
  const { requests } = await queued(account, bucket, {
    inlineUpTo: 2,
    versions: 'all',
    restore: { tier: 'Bulk', days: 3 },
  });
  const [own, old] = requests;
  assert.deepEqual(own?.own, { does: METHODS, lane: 'inline', restore: { tier: 'Bulk', days: 3 } });
  assert.ok(!account.operations().includes('GetBucketOwnershipControls'));
  assert.deepEqual([old?.method, old?.versions, old?.after], ['update-encryption', true, [own?.token]]);
});

test('without own-copy the same buckets are left as before, by their names', async () => {
  await using account = await openGuardedAccount();
  const bucket = await withAcls(account, 'left');
  const methods = ['update-encryption', 'copy'];
  const { requests, leftovers } = await queued(account, bucket, { methods, inlineUpTo: 1_000 });
  assert.deepEqual(
    [requests.map(({ method }) => method), leftovers],
    [Array(2).fill('update-encryption'), ['acls-enabled']],
  );
});
