import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  CreateBucketCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketWebsiteCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createObjectPage, createCopyConditions } from '../../../src/aws/bucket/existing-objects.ts';
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

function s3With(answers: { ownership?: string | object; website?: string | object; lock?: string | object }) {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  const on = (command: ReturnType<typeof mock.on>, answer: string | object | undefined) =>
    typeof answer === 'string' ? command.rejects(named(answer)) : command.resolves(answer ?? {});
  on(mock.on(GetBucketOwnershipControlsCommand), answers.ownership);
  on(mock.on(GetBucketWebsiteCommand), answers.website);
  on(mock.on(GetObjectLockConfigurationCommand), answers.lock);
  return { s3, mock };
}

function named(name: string): S3ServiceException {
  return new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 404 }, message: name });
}

const NOTHING_SET = {
  ownership: 'OwnershipControlsNotFoundError',
  website: 'NoSuchWebsiteConfiguration',
  lock: 'ObjectLockConfigurationNotFoundError',
};

test('each of the three reads names the owner that it expects', async () => {
  const { s3, mock } = s3With(NOTHING_SET);
  await createCopyConditions(s3)(OWNED);
  const input = { Bucket: 'example-bucket', ExpectedBucketOwner: ACCOUNT };
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [input, input, input],
  );
});

test('a bucket that says nothing of ownership has ACLs, because that was the default before 2023', async () => {
  const { s3 } = s3With(NOTHING_SET);
  assert.deepEqual(await createCopyConditions(s3)(OWNED), { aclsDisabled: false, website: false, objectLock: false });
});

test('only BucketOwnerEnforced disables ACLs', async () => {
  const owned = async (ObjectOwnership: string) => {
    const { s3 } = s3With({ ...NOTHING_SET, ownership: { OwnershipControls: { Rules: [{ ObjectOwnership }] } } });
    return (await createCopyConditions(s3)(OWNED)).aclsDisabled;
  };
  const answers = await Promise.all(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].map(owned));
  assert.deepEqual(answers, [true, false, false]);
});

test('a website and Object Lock are seen', async () => {
  const { s3 } = s3With({
    ownership: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    website: { IndexDocument: { Suffix: 'index.html' } },
    lock: { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
  });
  assert.deepEqual(await createCopyConditions(s3)(OWNED), { aclsDisabled: true, website: true, objectLock: true });
});

test('a setting that cannot be read is thrown and never taken for absent', async () => {
  for (const setting of ['ownership', 'website', 'lock'] as const) {
    const { s3 } = s3With({ ...NOTHING_SET, [setting]: 'AccessDenied' });
    await assert.rejects(createCopyConditions(s3)(OWNED), { name: 'AccessDenied' });
  }
});

test('the embedded S3 tells the conditions of a new, an old-fashioned and a locked bucket', async () => {
  await using local = await openAws();
  const { s3 } = local.clients;
  const read = createCopyConditions(s3);
  const fresh = await local.bucket('fresh');
  const old = await local.bucket('old-fashioned');
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: old, OwnershipControls }));
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };
  await s3.send(new PutBucketWebsiteCommand({ Bucket: old, WebsiteConfiguration }));
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(
    new CreateBucketCommand({ Bucket: 'locked', CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
  );
  const conditions = await Promise.all([fresh, old, 'locked'].map((bucket) => read({ bucket, account: ACCOUNT })));
  assert.deepEqual(conditions, [
    { aclsDisabled: true, website: false, objectLock: false },
    { aclsDisabled: false, website: true, objectLock: false },
    { aclsDisabled: true, website: false, objectLock: true },
  ]);
});
