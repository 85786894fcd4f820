import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, type OpenedS3 } from './open-s3.ts';

async function versioned(opened: OpenedS3, Status: 'Enabled' | 'Suspended' = 'Enabled'): Promise<void> {
  if (opened.aws.buckets.find('data') === undefined) await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: { Status } }));
}

async function put(opened: OpenedS3, Body: string, Key = 'a'): Promise<string | undefined> {
  return (await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }))).VersionId;
}

function remove(opened: OpenedS3, VersionId?: string) {
  return opened.s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'a', VersionId }));
}

async function read(opened: OpenedS3, VersionId?: string): Promise<string | undefined> {
  const { Body } = await opened.s3.send(new GetObjectCommand({ Bucket: 'data', Key: 'a', VersionId }));
  return Body?.transformToString();
}

describe('a versioned bucket', () => {
  test('keeps every version, newest first, and the one from before as null', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    assert.equal(await put(opened, 'before'), undefined);
    await versioned(opened);
    const first = await put(opened, 'one');
    const second = await put(opened, 'two');
    const { Versions } = await opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data' }));
    assert.deepEqual(
      Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
      [
        [second, true],
        [first, false],
        ['null', false],
      ],
    );
    assert.deepEqual(
      [await read(opened), await read(opened, first), await read(opened, 'null')],
      ['two', 'one', 'before'],
    );
  });

  test('hides an object behind a delete marker and shows it again when that is gone', async () => {
    await using opened = await openS3();
    await versioned(opened);
    await put(opened, 'one');
    const { DeleteMarker, VersionId } = await remove(opened);
    assert.equal(DeleteMarker, true);
    const error = await expectSdkError(read(opened), 404, 'NoSuchKey');
    assert.equal(error.$response?.headers['x-amz-delete-marker'], 'true');
    await expectSdkError(read(opened, VersionId), 405, 'MethodNotAllowed');
    const { Contents } = await opened.s3.send(new ListObjectsV2Command({ Bucket: 'data' }));
    assert.deepEqual(Contents ?? [], []);
    await expectSdkError(opened.s3.send(new DeleteBucketCommand({ Bucket: 'data' })), 409, 'BucketNotEmpty');
    const gone = await remove(opened, VersionId);
    assert.deepEqual([gone.DeleteMarker, gone.VersionId, await read(opened)], [true, VersionId, 'one']);
  });

  test('removes one version for good by its id', async () => {
    await using opened = await openS3();
    await versioned(opened);
    const first = await put(opened, 'one');
    const second = await put(opened, 'two');
    await remove(opened, second);
    assert.equal(await read(opened), 'one');
    await expectSdkError(read(opened, second), 404, 'NoSuchVersion');
    await remove(opened, first);
    await opened.s3.send(new DeleteBucketCommand({ Bucket: 'data' }));
  });

  test('answers markers and versions of DeleteObjects', async () => {
    await using opened = await openS3();
    await versioned(opened);
    const version = await put(opened, 'one');
    await put(opened, 'b', 'b');
    const Objects = [{ Key: 'a', VersionId: version }, { Key: 'b' }];
    const { Deleted } = await opened.s3.send(new DeleteObjectsCommand({ Bucket: 'data', Delete: { Objects } }));
    const [marker] = (await opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data' }))).DeleteMarkers ?? [];
    assert.deepEqual(Deleted, [
      { Key: 'a', VersionId: version },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: marker?.VersionId },
    ]);
  });
});

describe('suspended versioning', () => {
  test('replaces the null version only', async () => {
    await using opened = await openS3();
    await versioned(opened);
    const kept = await put(opened, 'kept');
    await versioned(opened, 'Suspended');
    assert.equal(await put(opened, 'null one'), 'null');
    assert.equal(await put(opened, 'null two'), 'null');
    const { Versions } = await opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data' }));
    assert.deepEqual(
      Versions?.map(({ VersionId }) => VersionId),
      ['null', kept],
    );
    assert.equal(await read(opened), 'null two');
    assert.equal((await remove(opened)).VersionId, 'null');
    assert.equal(await read(opened, kept), 'kept');
  });
});

describe('ListObjectVersions', () => {
  test('pages through keys and versions without losing or repeating one', async () => {
    await using opened = await openS3();
    await versioned(opened);
    const written: string[] = [];
    for (const key of ['a', 'a/b', 'b']) {
      for (const body of ['1', '2', '3']) written.push(`${key} ${await put(opened, body, key)}`);
    }
    const told: string[] = [];
    let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
    for (let page = 0; page < 10; page += 1) {
      const answer = await opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data', MaxKeys: 2, ...markers }));
      told.push(...(answer.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      if (answer.IsTruncated !== true) break;
      markers = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
    }
    assert.deepEqual([told.length, told.toSorted()], [9, written.toSorted()]);
  });

  test('rolls up to a delimiter', async () => {
    await using opened = await openS3();
    await versioned(opened);
    for (const key of ['x/1', 'x/2', 'y', 'z/1']) await put(opened, 'x', key);
    const pages = [];
    let KeyMarker: string | undefined;
    for (let page = 0; page < 4; page += 1) {
      const answer = await opened.s3.send(
        new ListObjectVersionsCommand({ Bucket: 'data', Delimiter: '/', MaxKeys: 1, KeyMarker }),
      );
      pages.push(answer.CommonPrefixes?.[0]?.Prefix ?? answer.Versions?.[0]?.Key);
      if (answer.IsTruncated !== true) break;
      KeyMarker = answer.NextKeyMarker;
    }
    assert.deepEqual(pages, ['x/', 'y', 'z/']);
  });

  test('refuses a version marker without a key marker', async () => {
    await using opened = await openS3();
    await versioned(opened);
    const call = opened.s3.send(new ListObjectVersionsCommand({ Bucket: 'data', VersionIdMarker: 'x' }));
    await expectSdkError(call, 400, 'InvalidArgument');
  });
});
