import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  RestoreObjectCommand,
  type RestoreRequest,
  type StorageClass,
  type Tier,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, type OpenedS3, REGION } from './open-s3.ts';
import { openUpload } from './parts.ts';

const NAMED = { Bucket: 'data', Key: 'frozen' };
const HOUR_MS = 3_600_000;

async function withArchived(storageClass: StorageClass = 'GLACIER'): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  opened.aws.buckets.seedObject({ bucket: 'data', key: 'frozen', body: 'ice', storageClass });
  return opened;
}

function restore({ s3 }: OpenedS3, RestoreRequest: RestoreRequest = { Days: 2 }) {
  return s3.send(new RestoreObjectCommand({ ...NAMED, RestoreRequest }));
}

async function header({ s3 }: OpenedS3): Promise<string | undefined> {
  return (await s3.send(new HeadObjectCommand(NAMED))).Restore;
}

function later({ clock }: OpenedS3, hours: number): void {
  clock.now = new Date(clock.now.getTime() + hours * HOUR_MS);
}

describe('an archived object', () => {
  test('is read and copied while its restored copy is there, by the clock', async () => {
    await using opened = await withArchived();
    const { s3 } = opened;
    const read = async () => (await s3.send(new GetObjectCommand(NAMED))).Body?.transformToString();
    const copy = () => s3.send(new CopyObjectCommand({ Bucket: 'data', Key: 'warm', CopySource: 'data/frozen' }));
    assert.equal((await restore(opened)).$metadata.httpStatusCode, 202);
    assert.equal(await header(opened), 'ongoing-request="true"');
    await expectSdkError(restore(opened), 409, 'RestoreAlreadyInProgress');
    await expectSdkError(read(), 403, 'InvalidObjectState');
    await expectSdkError(copy(), 403, 'ObjectNotInActiveTierError');
    later(opened, 5);
    const until = 'ongoing-request="false", expiry-date="Wed, 25 Nov 2026 00:00:00 GMT"';
    assert.deepEqual([await header(opened), await read()], [until, 'ice']);
    await copy();
    assert.equal((await s3.send(new GetObjectCommand(NAMED))).Restore, until);
    later(opened, 24);
    assert.equal((await restore(opened, { Days: 5 })).$metadata.httpStatusCode, 200);
    assert.match((await header(opened)) ?? '', /expiry-date="Sun, 29 Nov 2026 00:00:00 GMT"/);
    later(opened, 24 * 7);
    await expectSdkError(read(), 403, 'InvalidObjectState');
    assert.equal(await header(opened), undefined);
  });

  for (const [storageClass, tier, hours] of [
    ['GLACIER', 'Expedited', 5 / 60],
    ['GLACIER', 'Bulk', 12],
    ['DEEP_ARCHIVE', 'Standard', 12],
    ['DEEP_ARCHIVE', 'Bulk', 48],
  ] as const) {
    test(`of ${storageClass} is there ${hours} h after a request of the tier ${tier}`, async () => {
      await using opened = await withArchived(storageClass);
      await restore(opened, { Days: 1, GlacierJobParameters: { Tier: tier } });
      later(opened, hours - 0.01);
      assert.equal(await header(opened), 'ongoing-request="true"');
      later(opened, 0.01);
      assert.match((await header(opened)) ?? '', /ongoing-request="false"/);
    });
  }

  test('that was restored is copied onto itself into its class again, at once or in parts', async () => {
    await using opened = await withArchived();
    const again = { ...NAMED, CopySource: 'data/frozen', StorageClass: 'GLACIER' as const };
    await expectSdkError(opened.s3.send(new CopyObjectCommand(again)), 403, 'ObjectNotInActiveTierError');
    const refused = await openUpload(opened.s3, { ...NAMED, StorageClass: 'GLACIER' });
    await expectSdkError(refused.copy(1, { CopySource: 'data/frozen' }), 403, 'ObjectNotInActiveTierError');
    for (const inParts of [false, true]) {
      await restore(opened);
      later(opened, 5);
      if (inParts) {
        const upload = await openUpload(opened.s3, { ...NAMED, StorageClass: 'GLACIER' });
        await upload.complete([await upload.copy(1, { CopySource: 'data/frozen' })]);
      } else await opened.s3.send(new CopyObjectCommand(again));
      const { StorageClass: storageClass, Restore: told } = await opened.s3.send(new HeadObjectCommand(NAMED));
      assert.deepEqual([storageClass, told], ['GLACIER', undefined]);
      await expectSdkError(opened.s3.send(new GetObjectCommand(NAMED)), 403, 'InvalidObjectState');
    }
  });

  test('that was restored may be copied onto itself without any other change', async () => {
    await using opened = await withArchived();
    await restore(opened);
    later(opened, 5);
    await opened.s3.send(new CopyObjectCommand({ ...NAMED, CopySource: 'data/frozen' }));
    assert.equal((await opened.s3.send(new HeadObjectCommand(NAMED))).StorageClass, undefined);
  });

  test('is updated to another key without being restored', async () => {
    await using opened = await withArchived('DEEP_ARCHIVE');
    const keyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    const before = await opened.s3.send(new HeadObjectCommand(NAMED));
    await opened.s3.send(
      new UpdateObjectEncryptionCommand({ ...NAMED, ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn } } }),
    );
    const after = await opened.s3.send(new HeadObjectCommand(NAMED));
    assert.deepEqual(
      [after.SSEKMSKeyId, after.ETag, after.LastModified, after.StorageClass],
      [keyArn, before.ETag, before.LastModified, 'DEEP_ARCHIVE'],
    );
  });

  test('tells its restore in listings to those who ask for it', async () => {
    await using opened = await withArchived();
    await restore(opened);
    later(opened, 5);
    const expected = { IsRestoreInProgress: false, RestoreExpiryDate: new Date('2026-11-25T00:00:00Z') };
    const asked = { Bucket: 'data', OptionalObjectAttributes: ['RestoreStatus' as const] };
    const { Contents } = await opened.s3.send(new ListObjectsV2Command(asked));
    const { Versions } = await opened.s3.send(new ListObjectVersionsCommand(asked));
    const plain = await opened.s3.send(new ListObjectsV2Command({ Bucket: 'data' }));
    assert.deepEqual(
      [Contents?.[0]?.RestoreStatus, Versions?.[0]?.RestoreStatus, plain.Contents?.[0]?.RestoreStatus],
      [expected, expected, undefined],
    );
  });
});

describe('a restore', () => {
  test('is refused for what is not archived, and for a tier that the class has not', async () => {
    await using warm = await withArchived('STANDARD_IA');
    await expectSdkError(restore(warm), 403, 'InvalidObjectState');
    await using tiered = await withArchived('INTELLIGENT_TIERING');
    await expectSdkError(restore(tiered), 403, 'ObjectAlreadyInActiveTierError');
    await using deep = await withArchived('DEEP_ARCHIVE');
    await expectSdkError(restore(deep, { Days: 1, Tier: 'Expedited' }), 400, 'InvalidArgument');
    await expectSdkError(restore(deep, {}), 400, 'MalformedXML');
    await expectSdkError(restore(deep, { Days: 1, Type: 'SELECT' }), 501, 'NotImplemented');
  });

  test('on its way is made faster by another tier for the same days, and by nothing else', async () => {
    await using opened = await withArchived();
    const tier = (Tier: Tier, Days = 2) => restore(opened, { Days, GlacierJobParameters: { Tier } });
    await tier('Bulk');
    await expectSdkError(tier('Bulk'), 409, 'RestoreAlreadyInProgress');
    await expectSdkError(tier('Standard', 3), 409, 'RestoreAlreadyInProgress');
    assert.equal((await tier('Standard')).$metadata.httpStatusCode, 202);
    await expectSdkError(tier('Bulk'), 409, 'RestoreAlreadyInProgress');
    later(opened, 5);
    assert.match((await header(opened)) ?? '', /ongoing-request="false"/);
  });

  test('needs s3:RestoreObject', async () => {
    await using opened = await withArchived();
    const reader = opened.asRole('reader', [allow(['s3:GetObject', 's3:PutObject', 's3:ListBucket'])]);
    await expectSdkError(
      reader.send(new RestoreObjectCommand({ ...NAMED, RestoreRequest: { Days: 1 } })),
      403,
      'AccessDenied',
    );
  });
});
