import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createVersionsManifest } from '../../../src/aws/job/versions-manifest.ts';
import { createManifestWriter } from '../../../src/aws/job/write-manifest.ts';
import type { JobRequest } from '../../../src/ledger/job-item.ts';
import { ACCOUNT, openAws } from '../fixture.ts';

const TOKEN = 'the-token';
const NEVER = { reportsBucket: 'reports', isOver: () => false };

/** Answers come in pages of so many. */
function inPagesOf(s3: S3Client, MaxKeys: number): S3Client {
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (call) =>
        next(commandName === 'ListObjectVersionsCommand' ? { ...call, input: { ...call.input, MaxKeys } } : call),
    { step: 'initialize' },
  );
  return s3;
}

async function opened() {
  const fixture = await openAws();
  const { s3 } = fixture.clients;
  await fixture.bucket('reports');
  await fixture.bucket('data');
  const put = async (Key: string) =>
    (await s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body: 'x' }))).VersionId;
  const versioning = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration: { Status } }));
  const list = (over: Pick<JobRequest, 'createdAfter' | 'marker'> = {}, how = NEVER) =>
    createVersionsManifest(
      s3,
      createManifestWriter(s3),
      () => 'list',
    )({ token: TOKEN, bucket: 'data', account: ACCOUNT, ...over }, how);
  const rows = async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'reports', Key: `versions/data/${TOKEN}-list.csv` }));
    return (await Body?.transformToString())?.split('\n').slice(0, -1) ?? [];
  };
  return { fixture, s3, put, versioning, list, rows };
}

test('a manifest has every noncurrent version in the format of S3, and no delete marker', async () => {
  const { fixture, s3, put, versioning, list, rows } = await opened();
  await using _ = fixture;
  const key = 'a dir/ä+"b",\n%20';
  await put(key);
  await put('only');
  await versioning('Enabled');
  const second = await put(key);
  await put(key);
  const gone = await put('gone');
  await s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'gone' }));

  const { manifest, ...more } = await list();
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'reports', Key: manifest?.key ?? '' }));
  assert.deepEqual(more, {});
  assert.deepEqual(
    [manifest?.versioned, `"${manifest?.etag}"`, head.ServerSideEncryption],
    [true, head.ETag, 'AES256'],
  );
  const name = 'a%20dir/%C3%A4%2B%22b%22%2C%0A%2520';
  assert.deepEqual(await rows(), [`data,${name},${second}`, `data,${name},null`, `data,gone,${gone}`]);
});

test('a bucket without noncurrent versions gets none', async () => {
  const { fixture, put, versioning, list } = await opened();
  await using _ = fixture;
  await put('one');
  assert.deepEqual(await list(), {});
  await versioning('Enabled');
  await put('two');
  assert.deepEqual(await list(), {});
});

test('a listing that is over gives back where it stopped, and the next part goes on there', async () => {
  const { fixture, s3, put, versioning, list, rows } = await opened();
  await using _ = fixture;
  await versioning('Enabled');
  const written: string[] = [];
  for (const key of ['a b', 'c', 'd']) for (let at = 0; at < 3; at += 1) written.push(`${key} ${await put(key)}`);
  inPagesOf(s3, 2);
  const isOver = { ...NEVER, isOver: () => true };
  const parts: string[] = [];
  let marker: JobRequest['marker'];
  do {
    const part = await list(marker === undefined ? {} : { marker }, isOver);
    if (part.manifest !== undefined) parts.push(...(await rows()));
    marker = part.marker;
  } while (marker !== undefined);
  const wanted = written.filter((_each, index) => index % 3 !== 2).map((each) => each.replace(/ (?=\S+$)/, ','));
  assert.deepEqual(parts.toSorted(), wanted.map((each) => `data,${each.replace(' ', '%20')}`).toSorted());
});

test('of a window only the versions that were written in it are listed', async () => {
  const { fixture, put, versioning, list } = await opened();
  await using _ = fixture;
  await versioning('Enabled');
  await put('a');
  await put('a');
  const day = 86_400_000;
  assert.deepEqual(await list({ createdAfter: new Date(Date.now() + day).toISOString() }), {});
  assert.notEqual((await list({ createdAfter: new Date(Date.now() - day).toISOString() })).manifest, undefined);
});
