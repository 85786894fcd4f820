import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createListsVersions } from '../../../src/aws/job/generated-list.ts';
import { openAws } from '../fixture.ts';

test('the columns of a generated list say whether it names versions, and one that says nothing of them is an error', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  await local.bucket('reports');
  const list = 's3://reports/manifests/data/job-1/manifest.json';
  const listsVersions = createListsVersions(s3);
  const put = (Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'reports', Key: 'manifests/data/job-1/manifest.json', Body }));
  await assert.rejects(listsVersions(list), { name: 'NoSuchKey' });
  for (const [fileSchema, expected] of [
    ['Bucket, Key', false],
    ['Bucket, Key, VersionId', true],
    ['Bucket,Key,VersionId,IsLatest', true],
  ] as const) {
    await put(JSON.stringify({ fileSchema }));
    assert.equal(await listsVersions(list), expected);
  }
  for (const odd of ['', '{}', '[]', '{"fileSchema":1}']) {
    await put(odd);
    await assert.rejects(listsVersions(list), { code: 'unreadable', retryable: false });
  }
});
