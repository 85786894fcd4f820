import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createObjectHead } from '../../../src/aws/bucket/object-head.ts';
import { answering, PROXY_PAGE, s3Error } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };
const AT = new Date('2026-11-02T10:15:30Z');
const now = () => AT;

/** What is read of an object whose HeadObject answers that. */
async function read(answer: object) {
  const s3 = new S3Client({ region: REGION });
  mockClient(s3)
    .on(HeadObjectCommand)
    .resolves({ ETag: '"e"', $metadata: { attempts: 1 }, ...answer });
  const reading = await createObjectHead(s3, now)(OWNED, { key: 'k' });
  return reading.kind === 'read' ? reading.object : reading;
}

const PLAIN = {
  sizeBytes: 0,
  storageClass: 'STANDARD',
  bucketKey: false,
  customerKey: false,
  archiveTier: false,
  isCurrent: true,
};

test('every member that decides is read', async () => {
  const answer = {
    ContentLength: 7,
    StorageClass: 'INTELLIGENT_TIERING',
    ArchiveStatus: 'ARCHIVE_ACCESS',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'arn:key',
    BucketKeyEnabled: true,
  } as const;
  assert.deepEqual(await read(answer), {
    sizeBytes: 7,
    storageClass: 'INTELLIGENT_TIERING',
    archiveTier: true,
    algorithm: 'aws:kms',
    keyId: 'arn:key',
    bucketKey: true,
    customerKey: false,
    isCurrent: true,
  });
});

test('a lock is one that holds now', async () => {
  const until = (ms: number) => ({
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: new Date(AT.getTime() + ms),
  });
  const rows: [answer: object, lockedBy?: string][] = [
    [{ ObjectLockLegalHoldStatus: 'ON' }, 'legal-hold'],
    [{ ObjectLockLegalHoldStatus: 'OFF', ObjectLockEventHold: 'OFF' }],
    [{ ObjectLockEventHold: 'ON' }, 'event-hold'],
    [until(1), 'retention'],
    [until(0)],
    [{ ObjectLockMode: 'COMPLIANCE' }, 'retention'],
  ];
  for (const [answer, lockedBy] of rows)
    assert.deepEqual(await read(answer), { ...PLAIN, ...(lockedBy === undefined ? {} : { lockedBy }) });
});

test('an object of the embedded AWS is read by its owner, under SSE-C too, and one that is gone is', async () => {
  await using open = await openAws();
  const { s3 } = open.clients;
  const bucket = await open.bucket('example-bucket');
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
    },
  ] as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [...Rules] } as never,
    }),
  );
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  const put = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'abc' }));
  const customer = Buffer.alloc(32, 7);
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'c',
      Body: 'abc',
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: customer.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(customer).digest('base64'),
    }),
  );
  const head = createObjectHead(s3, now);
  const first = await head(OWNED, { key: 'k' });
  assert.deepEqual(first.kind === 'read' && first.object, { ...PLAIN, sizeBytes: 3, algorithm: 'AES256' });
  assert.deepEqual(await head(OWNED, { key: 'c' }), {
    kind: 'read',
    object: { ...PLAIN, customerKey: true },
    attempts: 1,
  });
  const marker = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
  assert.deepEqual(await head(OWNED, { key: 'k' }), { kind: 'gone' });
  assert.deepEqual(await head(OWNED, { key: 'k', versionId: marker.VersionId ?? '' }), { kind: 'gone' });
  const old = await head(OWNED, { key: 'k', versionId: put.VersionId ?? '' });
  assert.equal(old.kind === 'read' && old.object.isCurrent, false);
  assert.deepEqual(await head({ ...OWNED, account: '222222222222' }, { key: 'c' }), {
    kind: 'unread',
    code: 'AccessDenied',
  });
});

test('a 400 of a session that has ended is no object under SSE-C', async () => {
  const s3 = new S3Client({ region: REGION });
  const ended = () => Object.assign(new Error('ended'), { name: 'Unknown', $metadata: { httpStatusCode: 400 } });
  mockClient(s3).on(HeadObjectCommand).rejects(ended()).on(HeadBucketCommand).rejects(ended());
  await assert.rejects(createObjectHead(s3, now)(OWNED, { key: 'k' }), { message: 'ended' });
});

test('what says nothing of the object is thrown, and a refusal has its code', async () => {
  const of = (answer: Parameters<typeof answering>[0]) =>
    createObjectHead(new S3Client({ ...answering(answer), maxAttempts: 1 }), now)(OWNED, { key: 'k' });
  await assert.rejects(of(PROXY_PAGE), { code: 'unreadable', bucket: 'example-bucket' });
  assert.deepEqual(await of(s3Error(503, 'SlowDown')), { kind: 'unread', code: 'SlowDown' });
  assert.deepEqual(await of(s3Error(500, 'InternalError')), { kind: 'unread', code: 'InternalError' });
});
