import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, OTHER_ACCOUNT, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };

async function withBucket(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return opened;
}

describe('a setting of a bucket', () => {
  test('versioning: none, then on, then suspended, never off', async () => {
    await using opened = await withBucket();
    const status = async () => (await opened.s3.send(new GetBucketVersioningCommand(NAMED))).Status;
    assert.equal(await status(), undefined);
    for (const Status of ['Enabled', 'Suspended'] as const) {
      await opened.s3.send(new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: { Status } }));
      assert.equal(await status(), Status);
    }
    const empty = new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: {} });
    await expectSdkError(opened.s3.send(empty), 400, 'MalformedXML');
  });

  test('tags', async () => {
    await using opened = await withBucket();
    await expectSdkError(opened.s3.send(new GetBucketTaggingCommand(NAMED)), 404, 'NoSuchTagSet');
    const TagSet = [{ Key: 'team', Value: 'blue' }];
    await opened.s3.send(new PutBucketTaggingCommand({ ...NAMED, Tagging: { TagSet } }));
    assert.deepEqual((await opened.s3.send(new GetBucketTaggingCommand(NAMED))).TagSet, TagSet);
    await opened.s3.send(new DeleteBucketTaggingCommand(NAMED));
    await expectSdkError(opened.s3.send(new GetBucketTaggingCommand(NAMED)), 404, 'NoSuchTagSet');
  });

  test('ownership: enforced from the start', async () => {
    await using opened = await withBucket();
    const rules = async () =>
      (await opened.s3.send(new GetBucketOwnershipControlsCommand(NAMED))).OwnershipControls?.Rules;
    assert.deepEqual(await rules(), [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }];
    await opened.s3.send(new PutBucketOwnershipControlsCommand({ ...NAMED, OwnershipControls: { Rules } }));
    assert.deepEqual(await rules(), Rules);
  });

  test('website', async () => {
    await using opened = await withBucket();
    await expectSdkError(opened.s3.send(new GetBucketWebsiteCommand(NAMED)), 404, 'NoSuchWebsiteConfiguration');
    const IndexDocument = { Suffix: 'index.html' };
    await opened.s3.send(new PutBucketWebsiteCommand({ ...NAMED, WebsiteConfiguration: { IndexDocument } }));
    assert.deepEqual((await opened.s3.send(new GetBucketWebsiteCommand(NAMED))).IndexDocument, IndexDocument);
    await opened.s3.send(new DeleteBucketWebsiteCommand(NAMED));
    await expectSdkError(opened.s3.send(new GetBucketWebsiteCommand(NAMED)), 404, 'NoSuchWebsiteConfiguration');
  });

  test('lifecycle, stored as given', async () => {
    await using opened = await withBucket();
    const get = () => opened.s3.send(new GetBucketLifecycleConfigurationCommand(NAMED));
    await expectSdkError(get(), 404, 'NoSuchLifecycleConfiguration');
    const Rules = [{ ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'logs/' }, Expiration: { Days: 90 } }];
    const put = { ...NAMED, LifecycleConfiguration: { Rules } };
    await opened.s3.send(new PutBucketLifecycleConfigurationCommand(put));
    assert.deepEqual((await get()).Rules, Rules);
    await opened.s3.send(new DeleteBucketLifecycleCommand(NAMED));
    await expectSdkError(get(), 404, 'NoSuchLifecycleConfiguration');
  });

  test('Object Lock: none', async () => {
    await using opened = await withBucket();
    const call = opened.s3.send(new GetObjectLockConfigurationCommand(NAMED));
    await expectSdkError(call, 404, 'ObjectLockConfigurationNotFoundError');
  });

  test('public access block: all on from the start', async () => {
    await using opened = await withBucket();
    const get = async () =>
      (await opened.s3.send(new GetPublicAccessBlockCommand(NAMED))).PublicAccessBlockConfiguration;
    const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    assert.deepEqual(await get(), all);
    const part = { ...NAMED, PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
    await opened.s3.send(new PutPublicAccessBlockCommand(part));
    assert.deepEqual(await get(), {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    await opened.s3.send(new DeletePublicAccessBlockCommand(NAMED));
    await expectSdkError(get(), 404, 'NoSuchPublicAccessBlockConfiguration');
  });
});

describe('a bucket policy', () => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
  const policyFor = (principal: unknown) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Principal: principal }] });
  const put = (opened: OpenedS3, Policy: string) => opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy }));

  test('is given back as text and lets another account in', async () => {
    await using opened = await withBucket();
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
    const stranger = opened.clients({ account: OTHER_ACCOUNT }).s3;
    const read = () => stranger.send(new GetObjectCommand({ ...NAMED, Key: 'a' }));
    await expectSdkError(read(), 403, 'AccessDenied');
    const policy = policyFor({ AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` });
    await put(opened, policy);
    assert.equal((await opened.s3.send(new GetBucketPolicyCommand(NAMED))).Policy, policy);
    assert.equal(await (await read()).Body?.transformToString(), 'body');
    await opened.s3.send(new DeleteBucketPolicyCommand(NAMED));
    await expectSdkError(read(), 403, 'AccessDenied');
    await expectSdkError(opened.s3.send(new GetBucketPolicyCommand(NAMED)), 404, 'NoSuchBucketPolicy');
  });

  test('that is public is refused while public access is blocked', async () => {
    await using opened = await withBucket();
    await expectSdkError(put(opened, policyFor('*')), 403, 'AccessDenied');
    await opened.s3.send(new DeletePublicAccessBlockCommand(NAMED));
    await put(opened, policyFor('*'));
  });

  test('that is no policy is MalformedPolicy', async () => {
    await using opened = await withBucket();
    await expectSdkError(put(opened, 'no json'), 400, 'MalformedPolicy');
    await expectSdkError(put(opened, '{}'), 400, 'MalformedPolicy');
  });

  test('that denies stops even the administrator', async () => {
    await using opened = await withBucket();
    await put(opened, JSON.stringify({ Statement: [{ ...statement, Effect: 'Deny', Principal: '*' }] }));
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
    await expectSdkError(opened.s3.send(new GetObjectCommand({ ...NAMED, Key: 'a' })), 403, 'AccessDenied');
  });
});
