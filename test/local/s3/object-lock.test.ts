import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

const NEXT_YEAR = new Date('2027-11-22T10:00:00.000Z');

async function locked(): Promise<OpenedS3> {
  const opened = await openS3();
  const config = { LocationConstraint: REGION } as const;
  await opened.s3.send(
    new CreateBucketCommand({ Bucket: 'worm', ObjectLockEnabledForBucket: true, CreateBucketConfiguration: config }),
  );
  return opened;
}

async function put(opened: OpenedS3, input: Partial<PutObjectCommandInput> = {}): Promise<string | undefined> {
  const { VersionId } = await opened.s3.send(new PutObjectCommand({ Bucket: 'worm', Key: 'a', Body: 'a', ...input }));
  return VersionId;
}

function remove(opened: OpenedS3, VersionId: string | undefined, BypassGovernanceRetention?: boolean) {
  return opened.s3.send(new DeleteObjectCommand({ Bucket: 'worm', Key: 'a', VersionId, BypassGovernanceRetention }));
}

describe('a version under Object Lock', () => {
  test('in governance mode goes only with the bypass', async () => {
    await using opened = await locked();
    const version = await put(opened, { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: NEXT_YEAR });
    await expectSdkError(remove(opened, version), 403, 'AccessDenied');
    await remove(opened, version, true);
  });

  test('in compliance mode stays until its date', async () => {
    await using opened = await locked();
    const version = await put(opened, { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: NEXT_YEAR });
    await expectSdkError(remove(opened, version, true), 403, 'AccessDenied');
    const shorter = { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2026-12-01T00:00:00Z') } as const;
    const weaken = new PutObjectRetentionCommand({ Bucket: 'worm', Key: 'a', Retention: shorter });
    await expectSdkError(opened.s3.send(weaken), 403, 'AccessDenied');
    opened.clock.now = new Date(NEXT_YEAR.getTime() + 1000);
    await remove(opened, version);
  });

  test('is retained until a time to come, in a mode', async () => {
    await using opened = await locked();
    await put(opened);
    const retain = (Retention: object) =>
      opened.s3.send(new PutObjectRetentionCommand({ Bucket: 'worm', Key: 'a', Retention }));
    const past = { Mode: 'GOVERNANCE', RetainUntilDate: opened.clock.now };
    await expectSdkError(retain(past), 400, 'InvalidArgument');
    await expectSdkError(retain({ Mode: 'GOVERNANCE' }), 400, 'MalformedXML');
    await expectSdkError(retain({ RetainUntilDate: NEXT_YEAR }), 400, 'MalformedXML');
    await retain({ Mode: 'GOVERNANCE', RetainUntilDate: NEXT_YEAR });
  });

  test('can be hidden behind a delete marker', async () => {
    await using opened = await locked();
    await put(opened, { ObjectLockLegalHoldStatus: 'ON' });
    assert.equal((await remove(opened, undefined)).DeleteMarker, true);
  });

  test('cannot be re-encrypted, and can when the hold is off', async () => {
    await using opened = await locked();
    const keyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    await put(opened, { ObjectLockLegalHoldStatus: 'ON' });
    const named = { Bucket: 'worm', Key: 'a' };
    const update = () =>
      opened.s3.send(
        new UpdateObjectEncryptionCommand({ ...named, ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn } } }),
      );
    await expectSdkError(update(), 403, 'AccessDenied');
    await opened.s3.send(new PutObjectLegalHoldCommand({ ...named, LegalHold: { Status: 'OFF' } }));
    await update();
    const { LegalHold } = await opened.s3.send(new GetObjectLegalHoldCommand(named));
    const { SSEKMSKeyId } = await opened.s3.send(new HeadObjectCommand(named));
    assert.deepEqual([LegalHold, SSEKMSKeyId], [{ Status: 'OFF' }, keyArn]);
  });

  test('takes the default retention of its bucket', async () => {
    await using opened = await locked();
    const lock = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 2 } } } as const;
    await opened.s3.send(new PutObjectLockConfigurationCommand({ Bucket: 'worm', ObjectLockConfiguration: lock }));
    await put(opened);
    const { Retention } = await opened.s3.send(new GetObjectRetentionCommand({ Bucket: 'worm', Key: 'a' }));
    assert.deepEqual(Retention, { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2026-11-24T10:00:00.000Z') });
  });
});

describe('a bucket without Object Lock', () => {
  test('refuses locks on objects, and the configuration until it is versioned', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'worm');
    await expectSdkError(put(opened, { ObjectLockLegalHoldStatus: 'ON' }), 400, 'InvalidRequest');
    const configure = () =>
      opened.s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: 'worm',
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      );
    await expectSdkError(configure(), 409, 'InvalidBucketState');
    const versioning = (Status: 'Enabled' | 'Suspended') =>
      opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'worm', VersioningConfiguration: { Status } }));
    await versioning('Enabled');
    await configure();
    await expectSdkError(versioning('Suspended'), 409, 'InvalidBucketState');
  });
});
