import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { closed } from './ended-jobs.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, BATCH_ROLE, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { sseKms } from './rules.ts';

const trusting = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

async function trust(account: GuardedAccount, service: string): Promise<void> {
  const RoleName = BATCH_ROLE.arn.split('/').at(-1);
  const PolicyDocument = trusting(service);
  await account.clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
}

const codesOf = async (account: GuardedAccount, bucket: string) => {
  const { leftovers } = (await account.item(bucket)) ?? {};
  return (Array.isArray(leftovers) ? leftovers : []).map(({ code }: { code: string }) => code);
};

test('no job is queued under a role that S3 cannot assume, and the objects are done once it can', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'object');
  await account.put(bucket, sseKms(account.keyArn));
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  await trust(account, 'lambda.amazonaws.com');
  await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual([await account.jobs(), await codesOf(account, bucket)], [[], ['job-role-untrusted']]);

  await trust(account, 'batchoperations.s3.amazonaws.com');
  account.advance(3_600);
  await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual(await codesOf(account, bucket), []);
  assert.deepEqual(await reencrypted(account, bucket), ['object']);
});

test('jobs above a ceiling are created and wait for somebody', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  await write(account, bucket, 'object');
  await account.put(bucket, sseKms(account.keyArn));
  const policy = policyWith({ objects: { reencrypt: 'all', ceilingUsd: { bucket: 0.49 } } });
  await account.assess(sweepFact(account, bucket), { policy });
  const items = await jobItems(account, bucket);
  assert.deepEqual(
    items.map(({ priceUsd, needsConfirmation }) => [priceUsd, String(needsConfirmation).split('. ')[0]]),
    Array(2).fill([0.25, 'These jobs cost more than objects.ceilingUsd.bucket of the policy ($0.49)']),
  );
});

test('noncurrent versions are updated in place, and the current one is as well', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await account.clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  await write(account, bucket, 'object');
  await write(account, bucket, 'object');
  await account.put(bucket, sseKms(account.keyArn));
  const policy = policyWith({ objects: { reencrypt: 'all', versions: 'all' } });
  await account.assess(sweepFact(account, bucket), { policy });
  const current = await account.jobs();
  assert.equal(current.length, 2);
  for (const job of current) await closed(account, job);
  assert.equal((await account.jobs()).length, 3);
  const rows = Array.from(account.aws.buckets.find(bucket)?.keys.from('') ?? []);
  const keys = rows.flatMap(({ versions }) =>
    versions.map((each) => each.kind === 'object' && each.sealed.protection.algorithm === 'aws:kms'),
  );
  assert.deepEqual(keys, [true, true]);
});

test('what a policy asks for after a backfill is planned, and what it asks for no more is not', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await account.clients.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  await write(account, bucket, 'object');
  await write(account, bucket, 'object');
  await account.put(bucket, sseKms(account.keyArn));
  const jobsUnder = async (objects: object) => {
    account.advance(3_600);
    const policy = policyWith({ objects: { reencrypt: 'all', ...objects } });
    return (await account.assess(sweepFact(account, bucket), { policy })).jobs;
  };
  assert.equal(await jobsUnder({ methods: ['copy'] }), 2);
  assert.equal(await jobsUnder({}), 2);
  assert.equal(await jobsUnder({ versions: 'all' }), 3);
  assert.equal(await jobsUnder({ methods: ['update-encryption'] }), 0);
  assert.equal(await jobsUnder({ versions: 'all' }), 0);
});

test('under key: keep objects under aws/s3 get the key of their bucket, and those under customer keys keep theirs', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('data');
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  await account.put(bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } });
  await write(account, bucket, 'under aws-s3');
  await account.put(bucket, sseKms(other));
  await write(account, bucket, 'kept');
  await account.put(bucket, sseKms(account.keyArn));
  const rules = [{ name: 'kept', when: {}, standard: { key: 'keep' } }];
  const policy = policyWith({ rules, objects: { reencrypt: 'all' } });
  await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual(await reencrypted(account, bucket), ['under aws-s3']);
});

async function jobItems(account: GuardedAccount, bucket: string) {
  const { jobs } = (await account.item(bucket)) ?? {};
  const tokens = (Array.isArray(jobs) ? jobs : []).map(({ token }: { token: string }) => token);
  return Promise.all(tokens.map(async (token) => (await account.jobItem(token)) ?? {}));
}
