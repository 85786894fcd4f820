import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteRoleCommand } from '@aws-sdk/client-iam';
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { createJobReader } from '../../src/aws/ledger/job-reader.ts';
import { TABLE } from '../aws/fixture.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, OWN_ROLE, policyWith } from './guarded-account.ts';
import { write } from './objects.ts';
import { ownJobs } from './run-own-jobs.ts';

const objects = { reencrypt: 'all', methods: ['update-encryption', 'copy', 'own-copy'] };

/** A bucket that is right, with an object under another encryption and an unencrypted one of 6 GiB; and what a sweep of it queues. */
async function sweptBucket(account: GuardedAccount, more: object = {}) {
  const bucket = await account.bucket('data');
  await write(account, bucket, 'small');
  account.aws.buckets.seedObject({
    bucket,
    key: 'large',
    body: { seed: 'large', sizeBytes: 6 * 1024 ** 3 },
    storageClass: 'STANDARD',
    lastModified: new Date('2022-06-01T12:00:00Z'),
    protection: { algorithm: 'none' },
  });
  const reader = createJobReader(account.clients.dynamoDb, TABLE);
  const known = new Set<string>();
  return {
    bucket,
    /** The methods of the jobs that a sweep adds, and the reasons of what it leaves. */
    sweep: async () => {
      const policy = policyWith({ objects: { ...objects, ...more } });
      await account.assess(sweepFact(account, bucket), { policy }, { mayLaunch: async () => false });
      const jobs = (await Array.fromAsync(reader.all())).filter(({ token }) => !known.has(token));
      for (const { token } of jobs) known.add(token);
      const reasons = ((await account.item(bucket))?.['leftovers'] ?? []) as { code: string; message: string }[];
      return { methods: [...new Set(jobs.map(({ method }) => method))], reasons };
    },
  };
}

const noRole = (account: GuardedAccount) =>
  account.clients.iam.send(new DeleteRoleCommand({ RoleName: OWN_ROLE.name }));

test('without the role of own copies the jobs of S3 go on and the rest is named; once it is there, that is planned', async () => {
  await using account = await openGuardedAccount();
  const { sweep } = await sweptBucket(account);
  await noRole(account);
  const off = await sweep();
  assert.deepEqual(off.methods, ['update-encryption']);
  assert.deepEqual(
    off.reasons.map(({ code }) => code),
    ['own-copies-off'],
  );
  assert.match(off.reasons[0]?.message ?? '', /role\/reencrypt-object is not there: deploy .* with OwnCopies=true\.$/);
  account.advance(3_600);
  assert.deepEqual((await sweep()).methods, []);
  account.aws.world.identity.putRole(OWN_ROLE);
  account.advance(3_600);
  const on = await sweep();
  assert.ok(on.methods.includes('own-copy'));
  assert.deepEqual(on.reasons, []);
  await ownJobs(account).launch();
});

test('without the role a small bucket has jobs of S3 and not the lane that is ours', async () => {
  await using account = await openGuardedAccount();
  const { sweep } = await sweptBucket(account, { inlineUpTo: 10 });
  await noRole(account);
  assert.deepEqual((await sweep()).methods, ['update-encryption']);
});

test('a role that cannot be looked up stops nothing, and that is said', async () => {
  await using account = await openGuardedAccount();
  const { sweep } = await sweptBucket(account);
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetRole', times: 9 });
  const { methods } = await sweep();
  assert.ok(methods.includes('own-copy'));
  assert.ok(account.log.some(({ message }) => message === 'role of own copies not checked'));
});

test('a policy that does not allow own copies is not asked for their role', async () => {
  await using account = await openGuardedAccount();
  const { sweep } = await sweptBucket(account, { methods: ['copy'] });
  await noRole(account);
  const { reasons } = await sweep();
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['over-5-gib'],
  );
});

test('a bucket policy that denies the role of own copies is named before anything is queued', async () => {
  await using account = await openGuardedAccount();
  const { bucket, sweep } = await sweptBucket(account);
  const deny = {
    Effect: 'Deny',
    Principal: { AWS: OWN_ROLE.arn },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  await account.clients.s3.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }),
    }),
  );
  const { methods, reasons } = await sweep();
  assert.deepEqual([methods, reasons.map(({ code }) => code)], [[], ['job-denied']]);
  assert.match(reasons[0]?.message ?? '', new RegExp(`arn:aws:iam::${ACCOUNT}:role/reencrypt-object s3:GetObject`));
});
