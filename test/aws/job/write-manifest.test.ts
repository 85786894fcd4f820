import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetObjectCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { createManifestWriter } from '../../../src/aws/job/write-manifest.ts';
import { ResealError } from '../../../src/errors.ts';
import { answering, s3Error } from '../canned-answers.ts';
import { type Fixture, openAws } from '../fixture.ts';

const TARGET = { bucket: 'reports', key: 'retries/data/token.csv' };

async function* rowsOf(count: number, size = 8): AsyncGenerator<string> {
  for (let at = 0; at < count; at += 1) yield `${String(at).padEnd(size - 1, 'x')}\n`;
}

const write = ({ clients }: Fixture, rows: AsyncGenerator<string>) => createManifestWriter(clients.s3)(TARGET, rows);

async function read({ clients }: Fixture) {
  const { Body, ETag, ServerSideEncryption } = await clients.s3.send(
    new GetObjectCommand({ Bucket: TARGET.bucket, Key: TARGET.key }),
  );
  return { text: (await Body?.transformToString()) ?? '', etag: ETag?.replaceAll('"', ''), ServerSideEncryption };
}

test('rows are written under SSE-S3 as they come, and without a row nothing is', async () => {
  await using local = await openAws();
  await local.bucket('reports');
  assert.equal(await write(local, rowsOf(0)), undefined);
  await assert.rejects(read(local), { name: 'NoSuchKey' });
  const written = await write(local, rowsOf(3));
  const found = await read(local);
  assert.deepEqual(written, { key: TARGET.key, etag: found.etag });
  assert.deepEqual([found.text, found.ServerSideEncryption], ['0xxxxxx\n1xxxxxx\n2xxxxxx\n', 'AES256']);
});

test('many rows are one object in parts, the same each time', async () => {
  await using local = await openAws();
  await local.bucket('reports');
  const size = 1_000_000;
  const first = await write(local, rowsOf(20, size));
  const { text, ServerSideEncryption } = await read(local);
  assert.deepEqual([text.length, ServerSideEncryption], [20 * size, 'AES256']);
  assert.ok(text.startsWith('0xx') && text.endsWith('x\n'));
  assert.deepEqual(await write(local, rowsOf(20, size)), first);
});

test('rows that end in an error leave no object and no part', async () => {
  await using local = await openAws();
  await local.bucket('reports');
  async function* torn(count: number) {
    yield* rowsOf(count, 1_000_000);
    throw new ResealError('report-unreadable', 'the report is torn');
  }
  for (const count of [1, 20]) {
    await assert.rejects(write(local, torn(count)), { code: 'report-unreadable', message: 'the report is torn' });
    await assert.rejects(read(local), { name: 'NoSuchKey' });
    const { Uploads = [] } = await local.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: 'reports' }));
    assert.deepEqual(Uploads, []);
  }
});

test('where S3 refuses the manifest, it is said which and why, and whether it may pass', async () => {
  const refusals: [status: number, code: string, retryable: boolean][] = [
    [403, 'AccessDenied', false],
    [404, 'NoSuchBucket', false],
    [503, 'SlowDown', true],
  ];
  for (const [status, code, retryable] of refusals) {
    const s3 = new S3Client(answering(s3Error(status, code)));
    await assert.rejects(createManifestWriter(s3)(TARGET, rowsOf(1)), {
      code: 'write-refused',
      retryable,
      message: `the manifest s3://reports/retries/data/token.csv could not be written: ${code}: said S3`,
    });
  }
  const shut = new S3Client(answering(s3Error(403, 'InvalidAccessKeyId')));
  await assert.rejects(createManifestWriter(shut)(TARGET, rowsOf(1)), { name: 'InvalidAccessKeyId' });
});
