import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createObjectPage } from '../../../src/aws/bucket/object-page.ts';
import { answering, PROXY_PAGE, s3Error } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };

test('a page names the owner that it expects and keeps size, time and storage class', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock.on(ListObjectsV2Command).resolves({
    IsTruncated: true,
    Contents: [
      { Key: 'a', Size: 3, LastModified: new Date('2026-11-02T10:15:30Z'), StorageClass: 'GLACIER_IR' },
      { Key: 'an answer without members' },
    ],
  });
  assert.deepEqual(await createObjectPage(s3)(OWNED), {
    objects: [
      { sizeBytes: 3, lastModifiedMs: Date.parse('2026-11-02T10:15:30Z'), storageClass: 'GLACIER_IR' },
      { sizeBytes: 0, lastModifiedMs: 0, storageClass: 'STANDARD' },
    ],
    truncated: true,
  });
  assert.deepEqual(
    mock.commandCalls(ListObjectsV2Command).map((call) => call.args[0].input),
    [{ Bucket: 'example-bucket', ExpectedBucketOwner: ACCOUNT }],
  );
});

test('an answer that is no listing does not pass for an empty bucket', async () => {
  await assert.rejects(createObjectPage(new S3Client(answering(PROXY_PAGE)))(OWNED), {
    code: 'unreadable',
    retryable: true,
    bucket: 'example-bucket',
    message:
      'ListObjectsV2 for example-bucket: expected an answer with IsTruncated, found none; is there a proxy between this function and AWS?',
  });
});

test('a denied listing throws the error of the SDK', async () => {
  const page = createObjectPage(new S3Client(answering(s3Error(403, 'AccessDenied'))));
  await assert.rejects(page(OWNED), { name: 'AccessDenied' });
});

test('a key with characters that XML cannot carry does not break the page', async () => {
  const body =
    '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a&#x1;b</Key><Size>7</Size><LastModified>2026-11-02T10:15:30.000Z</LastModified></Contents></ListBucketResult>';
  assert.deepEqual(await createObjectPage(new S3Client(answering({ status: 200, body })))(OWNED), {
    objects: [{ sizeBytes: 7, lastModifiedMs: Date.parse('2026-11-02T10:15:30Z'), storageClass: 'STANDARD' }],
    truncated: false,
  });
});

test('the embedded S3 lists current versions only, and nothing of an empty bucket', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  const bucket = await local.bucket('listed');
  const page = createObjectPage(s3);
  assert.deepEqual(await page({ bucket, account: ACCOUNT }), { objects: [], truncated: false });

  for (const [Key, Body] of Object.entries({ 'a b+c,"d"\n🦀': 'crab', gone: 'x', cold: 'frosty' })) {
    const StorageClass = Key === 'cold' ? 'STANDARD_IA' : 'STANDARD';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, StorageClass }));
  }
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone' }));
  const { objects, truncated } = await page({ bucket, account: ACCOUNT });
  assert.deepEqual(
    [objects.map(({ sizeBytes, storageClass }) => `${sizeBytes} ${storageClass}`), truncated],
    [['4 STANDARD', '6 STANDARD_IA'], false],
  );
});
