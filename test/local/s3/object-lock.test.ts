import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockRetention,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, REGION, type OpenedS3 } from './open-s3.ts';

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

describe('a version under an event hold', () => {
  const NAMED = { Bucket: 'worm', Key: 'a' };
  const HELD = {
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockEventHold: 'ON',
    ObjectLockEventHoldDurationDays: 30,
  } as const;
  const retain = (opened: OpenedS3, Retention: ObjectLockRetention) =>
    opened.s3.send(new PutObjectRetentionCommand({ ...NAMED, Retention }));
  const retentionOf = async (opened: OpenedS3) =>
    (await opened.s3.send(new GetObjectRetentionCommand(NAMED))).Retention;

  test('stays, and cannot be re-encrypted, until its duration after the release', async () => {
    await using opened = await locked();
    const keyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const version = await put(opened, HELD);
    const update = () =>
      opened.s3.send(
        new UpdateObjectEncryptionCommand({ ...NAMED, ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn } } }),
      );
    opened.clock.now = new Date('2036-01-01T00:00:00Z');
    await expectSdkError(update(), 403, 'AccessDenied');
    await expectSdkError(remove(opened, version, true), 403, 'AccessDenied');
    await retain(opened, { EventHold: 'OFF' });
    const RetainUntilDate = new Date('2036-01-31T00:00:00Z');
    assert.deepEqual(await retentionOf(opened), { Mode: 'COMPLIANCE', RetainUntilDate });
    await expectSdkError(update(), 403, 'AccessDenied');
    opened.clock.now = new Date(RetainUntilDate.getTime() + 1000);
    await update();
    await remove(opened, version);
  });

  test('is told by GetObjectRetention, and by HeadObject to whoever may ask that', async () => {
    await using opened = await locked();
    await put(opened, HELD);
    assert.deepEqual(await retentionOf(opened), {
      Mode: 'COMPLIANCE',
      EventHold: 'ON',
      EventHoldDuration: { Days: 30 },
    });
    const head = async (...actions: string[]) => {
      const reader = opened.asRole(`reader-${actions.length}`, [allow(['s3:GetObject', ...actions])]);
      const { ObjectLockMode, ObjectLockEventHold, ObjectLockEventHoldDurationDays } = await reader.send(
        new HeadObjectCommand(NAMED),
      );
      return [ObjectLockMode, ObjectLockEventHold, ObjectLockEventHoldDurationDays];
    };
    assert.deepEqual(await head('s3:GetObjectRetention'), ['COMPLIANCE', 'ON', 30]);
    assert.deepEqual(await head(), [undefined, undefined, undefined]);
  });

  test('got it from the default of its bucket, with or without a period', async () => {
    await using opened = await locked();
    const configure = (DefaultRetention: object) =>
      opened.s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: 'worm',
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
        }),
      );
    const DefaultEventHold = { Years: 1 };
    await configure({ Mode: 'GOVERNANCE', DefaultEventHold });
    await put(opened);
    const held = { Mode: 'GOVERNANCE', EventHold: 'ON', EventHoldDuration: DefaultEventHold };
    assert.deepEqual(await retentionOf(opened), held);
    await configure({ Mode: 'GOVERNANCE', Days: 2, DefaultEventHold });
    await put(opened);
    assert.deepEqual(await retentionOf(opened), { ...held, RetainUntilDate: new Date('2026-11-24T10:00:00.000Z') });
    await expectSdkError(configure({ DefaultEventHold }), 400, 'MalformedXML');
    await expectSdkError(
      configure({ Mode: 'GOVERNANCE', DefaultEventHold: { Days: 1, Years: 1 } }),
      400,
      'MalformedXML',
    );
    const long = { Mode: 'GOVERNANCE', DefaultEventHold: { Years: 101 } };
    await expectSdkError(configure(long), 400, 'InvalidRetentionPeriod');
  });

  test('keeps it when a retention is added, and loses it by no shorter way', async () => {
    await using opened = await locked();
    await put(opened, HELD);
    await retain(opened, { Mode: 'COMPLIANCE', RetainUntilDate: NEXT_YEAR });
    const { EventHold, RetainUntilDate } = (await retentionOf(opened)) ?? {};
    assert.deepEqual([EventHold, RetainUntilDate], ['ON', NEXT_YEAR]);
    await expectSdkError(retain(opened, {}), 403, 'AccessDenied');
    await expectSdkError(retain(opened, { EventHold: 'ON', EventHoldDuration: { Days: 1 } }), 403, 'AccessDenied');
    await expectSdkError(put(opened, { ...HELD, ObjectLockEventHoldDurationDays: 0 }), 400, 'InvalidRetentionPeriod');
    await expectSdkError(put(opened, { ...HELD, ObjectLockMode: undefined }), 400, 'InvalidRequest');
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
