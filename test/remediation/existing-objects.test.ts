import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketWebsiteCommand,
  PutObjectLockConfigurationCommand,
  PutBucketVersioningCommand,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { createClients } from '../local/clients.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { reencrypted, stored, write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

const ALL = policyWith({ objects: { reencrypt: 'all' } });
const BEFORE_2023 = new Date('2022-06-01T12:00:00Z');

/** The jobs as they were asked for. */
const planned = async (account: GuardedAccount) =>
  (await account.jobs()).map(({ status, counts, request }) => {
    const filter = request.ManifestGenerator?.S3JobManifestGenerator?.Filter;
    const [encryption] = filter?.MatchAnyObjectEncryption ?? [];
    const [storageClass] = filter?.MatchAnyStorageClass ?? [];
    return {
      class: Object.keys(encryption ?? {})[0],
      method: Object.keys(request.Operation ?? {})[0],
      ...(storageClass === undefined ? {} : { storageClass }),
      status,
      succeeded: counts.succeeded,
    };
  });

const leftoverCodes = async (account: GuardedAccount, bucket: string): Promise<string[]> => {
  const leftovers = (await account.item(bucket))?.['leftovers'];
  return Array.isArray(leftovers) ? leftovers.map(({ code }: { code: string }) => code) : [];
};

const seedUnencrypted = (account: GuardedAccount, bucket: string, key: string, storageClass: StorageClass) =>
  account.aws.buckets.seedObject({
    bucket,
    key,
    body: `bytes of ${key}`,
    storageClass,
    lastModified: BEFORE_2023,
    protection: { algorithm: 'none' },
    metadata: { team: 'archive' },
    tags: [{ Key: 'keep', Value: 'yes' }],
  });

test('a backfill re-encrypts SSE-S3 objects and ones under another key without moving a byte of them', async () => {
  await using account = await openGuardedAccount();
  const other = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const bucket = await account.bucket('old');
  await write(account, bucket, 'sse-s3');
  await account.put(bucket, sseKms(other));
  await write(account, bucket, 'other-key');
  await account.put(bucket, { ...sseKms(account.keyArn), BucketKeyEnabled: false });
  await write(account, bucket, 'without-bucket-key');
  const before = await stored(account, bucket);
  const unmoved = before.map(({ key, etag, lastModified, storageClass }) => ({
    key,
    etag,
    lastModified,
    storageClass,
  }));
  account.advance(60);
  assert.equal((await account.assess(eventFact(account, bucket), { policy: ALL })).jobs, 2);
  assert.deepEqual(await planned(account), [
    { class: 'SSEKMS', method: 'S3UpdateObjectEncryption', status: 'Complete', succeeded: 2 },
    { class: 'SSES3', method: 'S3UpdateObjectEncryption', status: 'Complete', succeeded: 1 },
  ]);
  assert.deepEqual(await reencrypted(account, bucket), ['other-key', 'sse-s3', 'without-bucket-key']);
  const after = await stored(account, bucket);
  assert.deepEqual(
    after.map(({ key, etag, lastModified, storageClass }) => ({ key, etag, lastModified, storageClass })),
    unmoved,
  );
});

test('unencrypted objects are copied, one job for each storage class, and keep class, metadata and tags', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('older');
  const classes = ['STANDARD', 'STANDARD_IA', 'GLACIER_IR'] as const;
  for (const storageClass of classes) seedUnencrypted(account, bucket, `in ${storageClass}`, storageClass);
  assert.equal((await account.assess(sweepFact(account, bucket), { policy: ALL })).jobs, 5);
  const copies = (await planned(account)).filter(({ method }) => method === 'S3PutObjectCopy');
  assert.deepEqual(
    copies,
    classes.map((storageClass) => ({
      class: 'NOTSSE',
      method: 'S3PutObjectCopy',
      storageClass,
      status: 'Complete',
      succeeded: 1,
    })),
  );
  const kept = (await stored(account, bucket)).map(({ key, storageClass, metadata, tags }) => ({
    key,
    storageClass,
    metadata,
    tags,
  }));
  assert.deepEqual(
    kept,
    ['GLACIER_IR', 'STANDARD', 'STANDARD_IA'].map((storageClass) => ({
      key: `in ${storageClass}`,
      storageClass,
      metadata: { team: 'archive' },
      tags: [{ Key: 'keep', Value: 'yes' }],
    })),
  );
  assert.deepEqual(await reencrypted(account, bucket), ['in GLACIER_IR', 'in STANDARD', 'in STANDARD_IA']);
});

test('archived and reduced-redundancy objects are left and named, the others are copied', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('older');
  for (const storageClass of ['STANDARD', 'GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY'] as const)
    seedUnencrypted(account, bucket, `in ${storageClass}`, storageClass);
  await account.assess(sweepFact(account, bucket), { policy: ALL });
  assert.deepEqual(await leftoverCodes(account, bucket), ['archived', 'reduced-redundancy']);
  assert.deepEqual(await reencrypted(account, bucket), ['in STANDARD']);
});

/** A key of another account whose policy lets this one use it. */
async function sharedKey(account: GuardedAccount): Promise<string> {
  await using owner = createClients(account.aws, { account: '222222222222' });
  const statement = (id: string) => ({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${id}:root` },
    Action: 'kms:*',
    Resource: '*',
  });
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement('222222222222'), statement(ACCOUNT)] });
  const { KeyMetadata } = await owner.kms.send(new CreateKeyCommand({ Policy }));
  return KeyMetadata?.Arn ?? '';
}

test('under a key of another account everything is copied, because S3 updates to keys of its own account only', async () => {
  await using account = await openGuardedAccount();
  const theirs = await sharedKey(account);
  const policy = policyWith({ standard: { algorithm: 'aws:kms', key: theirs }, objects: { reencrypt: 'drifted' } });
  const bucket = await account.bucket('weak');
  await write(account, bucket, 'standard');
  await write(account, bucket, 'infrequent', { StorageClass: 'STANDARD_IA' });
  const outcome = await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy });
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 2]);
  assert.deepEqual(
    (await planned(account)).map(({ class: objects, method, storageClass }) => [objects, method, storageClass]),
    [
      ['SSES3', 'S3PutObjectCopy', 'STANDARD'],
      ['SSES3', 'S3PutObjectCopy', 'STANDARD_IA'],
    ],
  );
  const after = (await stored(account, bucket)).map(({ key, storageClass, sealed }) => [
    key,
    storageClass,
    Reflect.get(sealed.protection, 'keyArn'),
  ]);
  assert.deepEqual(after, [
    ['infrequent', 'STANDARD_IA', theirs],
    ['standard', 'STANDARD', theirs],
  ]);
});

type Obstacle = (account: GuardedAccount, Bucket: string) => Promise<unknown>;

const OBSTACLES: [what: string, code: string, obstacle: Obstacle][] = [
  [
    'redirects as a website',
    'website',
    (account, Bucket) =>
      account.clients.s3.send(
        new PutBucketWebsiteCommand({
          Bucket,
          WebsiteConfiguration: { RedirectAllRequestsTo: { HostName: 'www.example.com' } },
        }),
      ),
  ],
  [
    'has ACLs',
    'acls-enabled',
    (account, Bucket) =>
      account.clients.s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] },
        }),
      ),
  ],
  [
    'has Object Lock',
    'object-lock',
    async (account, Bucket) => {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await account.clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      await account.clients.s3.send(
        new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
      );
    },
  ],
];

for (const [what, code, obstacle] of OBSTACLES) {
  test(`nothing is copied in a bucket that ${what}: its unencrypted objects are left and named, the others are updated`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('special');
    await write(account, bucket, 'sse-s3');
    seedUnencrypted(account, bucket, 'unencrypted', 'STANDARD');
    await obstacle(account, bucket);
    await account.assess(sweepFact(account, bucket), { policy: ALL });
    assert.deepEqual(await leftoverCodes(account, bucket), [code]);
    assert.deepEqual(
      (await planned(account)).map(({ method }) => method),
      ['S3UpdateObjectEncryption', 'S3UpdateObjectEncryption'],
    );
    assert.deepEqual(await reencrypted(account, bucket), ['sse-s3']);
  });
}

for (const operation of ['ListObjectsV2', 'GetBucketOwnershipControls']) {
  test(`where ${operation} is denied the bucket is repaired, and its objects are named and done by a later look`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('special');
    seedUnencrypted(account, bucket, 'unencrypted', 'STANDARD');
    const fault = account.aws.faults.add({ kind: 'access-denied', operation });
    const first = await account.assess(sweepFact(account, bucket), { policy: ALL });
    assert.deepEqual([first.kind, first.jobs], ['repair', 0]);
    assert.deepEqual(await leftoverCodes(account, bucket), ['objects-unreadable']);
    account.advance(60);
    const second = await account.assess(sweepFact(account, bucket), { policy: ALL });
    assert.deepEqual([second.kind, second.jobs], ['compliant', 0]);
    assert.deepEqual(await leftoverCodes(account, bucket), ['objects-unreadable']);
    account.aws.faults.remove(fault);
    account.advance(60);
    await account.assess(sweepFact(account, bucket), { policy: ALL });
    assert.deepEqual(await leftoverCodes(account, bucket), []);
    assert.deepEqual(await reencrypted(account, bucket), ['unencrypted']);
  });

  test(`where ${operation} is denied a drift window is kept for a later look`, async () => {
    await using account = await openGuardedAccount();
    const theirs = await sharedKey(account);
    const policy = policyWith({ standard: { algorithm: 'aws:kms', key: theirs } });
    const bucket = await account.bucket('drifted');
    await write(account, bucket, 'object');
    const fault = account.aws.faults.add({ kind: 'access-denied', operation });
    const trigger = eventFact(account, bucket, { cause: 'created' });
    assert.equal((await account.assess(trigger, { policy })).jobs, 0);
    assert.equal((await account.item(bucket))?.['belowSince'], trigger.at);
    account.aws.faults.remove(fault);
    account.advance(3_600);
    assert.equal((await account.assess(sweepFact(account, bucket), { policy })).jobs, 1);
    assert.equal((await stored(account, bucket))[0]?.sealed.protection.algorithm, 'aws:kms');
    assert.equal((await account.item(bucket))?.['belowSince'], undefined);
  });
}

test('where a listing fails otherwise, the repair is recorded, and the objects are done by the next try', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('special');
  seedUnencrypted(account, bucket, 'unencrypted', 'STANDARD');
  account.aws.faults.add({ kind: 'internal-error', operation: 'ListObjectsV2', times: 1 });
  const outcome = await account.assess(sweepFact(account, bucket), { policy: ALL });
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 0]);
  assert.deepEqual(await leftoverCodes(account, bucket), ['objects-not-started']);
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, bucket, { attempt: 1 }), { policy: ALL })).kind, 'compliant');
  assert.deepEqual(await reencrypted(account, bucket), ['unencrypted']);
});

test('a backfill is done once for a standard, and again where another standard is wanted', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('old');
  await write(account, bucket, 'object');
  const jobs = [];
  for (const standard of [
    { algorithm: 'aws:kms', key: 'alias/reseal' },
    { algorithm: 'aws:kms', key: 'alias/reseal' },
    { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' },
  ]) {
    const policy = policyWith({ standard, objects: { reencrypt: 'all' } });
    jobs.push((await account.assess(sweepFact(account, bucket), { policy })).jobs);
    account.advance(60);
  }
  assert.deepEqual(jobs, [2, 0, 2]);
});

test('a bucket that drifts after its backfill has jobs for the window only', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('old');
  await write(account, bucket, 'old');
  await account.assess(sweepFact(account, bucket), { policy: ALL });
  account.advance(60);
  await account.put(bucket, SSE_S3);
  await write(account, bucket, 'drifted');
  const outcome = await account.assess(eventFact(account, bucket), { policy: ALL });
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 1]);
  assert.deepEqual((await planned(account)).at(-1), {
    class: 'SSES3',
    method: 'S3UpdateObjectEncryption',
    status: 'Complete',
    succeeded: 1,
  });
});

const HARD_KEYS = [
  ' leading and trailing ',
  'a+b c%20d',
  'comma,semicolon;',
  `"double" and 'single'`,
  'line\nbreak\r\nand tab\t',
  'emoji 🔐 and é and é',
  'ampersand & <angle>',
  'k'.repeat(1_024),
  'empty',
];

for (const kind of ['updated', 'copied'] as const) {
  test(`keys with hard characters, empty objects and the longest name are ${kind} and read back byte for byte`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('hard');
    const bodyOf = (key: string) => (key === 'empty' ? '' : `bytes of ${key}`);
    for (const key of HARD_KEYS) {
      const protection = { algorithm: kind === 'updated' ? 'AES256' : 'none' } as const;
      account.aws.buckets.seedObject({ bucket, key, body: bodyOf(key), lastModified: BEFORE_2023, protection });
    }
    await account.assess(sweepFact(account, bucket), { policy: ALL });
    assert.deepEqual((await reencrypted(account, bucket)).toSorted(), HARD_KEYS.toSorted());
    for (const Key of HARD_KEYS) {
      const { Body, ServerSideEncryption } = await account.clients.s3.send(
        new GetObjectCommand({ Bucket: bucket, Key }),
      );
      assert.deepEqual([await Body?.transformToString(), ServerSideEncryption], [bodyOf(Key), 'aws:kms']);
    }
  });
}
