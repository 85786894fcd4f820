import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  DeletePublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { canonicalIdOf } from '../../../local/identity/canonical-id.ts';
import { ACCOUNT } from '../fixture.ts';
import { createClients } from '../../local/clients.ts';
import { openCopier } from './open-copier.ts';

/** 64 hex digits. */
const OTHER = canonicalIdOf('222222222222');
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/** An object that has everything a copy may lose. */
const RICH = {
  Body: 'the bytes',
  CacheControl: 'max-age=60',
  ContentDisposition: 'attachment; filename="a b.txt"',
  ContentEncoding: 'identity',
  ContentLanguage: 'de',
  ContentType: 'text/x-rich; charset=utf-8',
  Expires: new Date('2031-01-01T00:00:00Z'),
  Metadata: { plain: 'value', encoded: '=?UTF-8?B?w6TDtsO8?=' },
  Tagging: 'team=billing&with%20space=%C3%A4%2B%3D',
  StorageClass: 'STANDARD_IA',
  WebsiteRedirectLocation: '/elsewhere',
  GrantFullControl: `id="${canonicalIdOf(ACCOUNT)}"`,
  GrantRead: `uri="${ALL_USERS}", id="${OTHER}"`,
  GrantReadACP: `id="${OTHER}"`,
  ChecksumAlgorithm: 'SHA256',
} as const;

test('a copy of an object of one part keeps all of it and is under the target', async () => {
  await using open = await openCopier();
  await open.s3.send(new DeletePublicAccessBlockCommand({ Bucket: open.bucket }));
  await open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key: 'rich', ...RICH }));
  const before = await open.all('rich');
  const task = await open.task('rich');
  assert.deepEqual(await open.run(task), { kind: 'done', how: 'copied' });
  assert.deepEqual(await open.all('rich'), before);
  const head = await open.head('rich');
  assert.deepEqual(
    [head['ServerSideEncryption'], head['SSEKMSKeyId'], head['BucketKeyEnabled']],
    ['aws:kms', open.keyArn, true],
  );
  assert.deepEqual(open.calls, ['HeadObject', 'GetObjectAcl', 'GetBucketAcl', 'CopyObject']);
});

test('the same task again writes nothing, under any target', async () => {
  await using open = await openCopier({ versioned: true });
  for (const algorithm of ['AES256', 'aws:kms', 'aws:kms:dsse'] as const) {
    open.aws.buckets.seedObject({
      bucket: open.bucket,
      key: algorithm,
      body: 'old',
      protection: { algorithm: 'none' },
    });
    const target = { algorithm, bucketKey: false, ...(algorithm === 'AES256' ? {} : { keyArn: open.keyArn }) };
    const task = await open.task(algorithm, { target });
    assert.deepEqual(await open.run(task), { kind: 'done', how: 'copied' });
    const { VersionId, ServerSideEncryption } = await open.head(algorithm);
    assert.equal(ServerSideEncryption, algorithm);
    assert.deepEqual(await open.run(task), { kind: 'done', how: 'copied' });
    assert.equal((await open.head(algorithm))['VersionId'], VersionId);
  }
});

test('an object without a checksum keeps what S3 gives every copy, and none of the SDK', async () => {
  await using open = await openCopier();
  open.aws.buckets.seedObject({ bucket: open.bucket, key: 'old', body: 'old', protection: { algorithm: 'none' } });
  assert.deepEqual(await open.run(await open.task('old')), { kind: 'done', how: 'copied' });
  const { ChecksumCRC64NVME, ChecksumCRC32 } = await open.head('old');
  assert.deepEqual([typeof ChecksumCRC64NVME, ChecksumCRC32], ['string', undefined]);
});

test('any key is copied: 1,024 bytes, and all that a URL or a header would read otherwise', async () => {
  await using open = await openCopier();
  const keys = ['ä'.repeat(512), 'a+b c%2F?versionId=x&y=#z', '/lead//double/./..a', "quotes'()*!~", '😀\u0001'];
  for (const key of keys) {
    await open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key: key, Body: key }));
    assert.deepEqual(await open.run(await open.task(key)), { kind: 'done', how: 'copied' }, key);
    assert.equal((await open.head(key))['SSEKMSKeyId'], open.keyArn);
  }
});

test('what was replaced, deleted or locked since is named and left', async () => {
  await using open = await openCopier({ lock: true });
  const put = (Key: string, over: object = {}) =>
    open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key, Body: Key, ...over }));
  await put('replaced');
  await put('locked', { ObjectLockLegalHoldStatus: 'ON' });
  const replaced = await open.task('replaced', { etag: '"other"' });
  assert.deepEqual(await open.run(replaced), { kind: 'changed', why: 'the object was replaced after it was listed' });
  assert.deepEqual(await open.run(await open.task('replaced', { versionId: 'other' })), {
    kind: 'changed',
    why: 'the object was replaced after it was listed',
  });
  for (const method of ['copy', 'update-encryption'] as const) {
    const locked = await open.run(await open.task('locked', { method }));
    assert.match(locked.kind === 'changed' ? locked.why : locked.kind, /^the object is locked now/);
    const gone = { ...(await open.task('replaced', { method })), key: 'gone' };
    assert.deepEqual(await open.run(gone), { kind: 'changed', why: 'the object is gone' });
  }
  assert.equal((await open.head('replaced'))['ServerSideEncryption'], 'AES256');
});

test('a write between the look and the copy is not undone', async () => {
  await using open = await openCopier();
  const put = (Body: string) => open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key: 'k', Body }));
  await put('first');
  const task = await open.task('k');
  open.before = async (operation) => {
    if (operation === 'CopyObject') await put('second');
  };
  assert.deepEqual(await open.run(task), { kind: 'changed', why: 'the object was replaced after it was listed' });
  const { bytes, ServerSideEncryption } = { ...(await open.all('k')), ...(await open.head('k')) };
  assert.deepEqual([bytes, ServerSideEncryption], [createHash('sha256').update('second').digest('hex'), 'AES256']);
});

test('an update is one call, and keeps ETag and date', async () => {
  await using open = await openCopier();
  await open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key: 'k', Body: 'k' }));
  const { ETag, LastModified } = await open.head('k');
  const task = await open.task('k', { method: 'update-encryption' });
  assert.deepEqual(await open.run(task), { kind: 'done', how: 'updated' });
  const head = await open.head('k');
  assert.deepEqual([head['ETag'], head['LastModified'], head['SSEKMSKeyId']], [ETag, LastModified, open.keyArn]);
  assert.deepEqual(open.calls, ['UpdateObjectEncryption']);
});

test('what cannot be carried is named, and nothing is done', async () => {
  await using open = await openCopier();
  const { s3, bucket } = open;
  const put = (Key: string, over: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key, ...over }));
  await put('tagged', { Tagging: 'a=b' });
  open.aws.faults.add({ kind: 'access-denied', operation: 'CopyObject', key: 'tagged' });
  const denied = await open.run(await open.task('tagged'));
  assert.deepEqual(denied, { kind: 'failed', code: 'AccessDenied', why: denied.kind === 'failed' ? denied.why : '' });
  assert.match(denied.kind === 'failed' ? denied.why : '', /^copy the object: AccessDenied: User: /);
  await put('archived', { StorageClass: 'GLACIER' });
  const archived = await open.run(await open.task('archived'));
  assert.deepEqual(archived, {
    kind: 'failed',
    code: 'InvalidObjectState',
    why: 'the object is archived, and the policy restores nothing',
  });
  for (const key of ['tagged', 'archived']) assert.equal((await open.head(key))['ServerSideEncryption'], 'AES256');
});

test('an object of another account stays its', async () => {
  await using open = await openCopier();
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: '222222222222' },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${open.bucket}/*`],
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await open.s3.send(new PutBucketPolicyCommand({ Bucket: open.bucket, Policy }));
  await using writer = createClients(open.aws, { account: '222222222222', forcePathStyle: true });
  const Key = 'foreign';
  await writer.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key, Body: 'x', ACL: 'bucket-owner-full-control' }));
  const outcome = await open.run(await open.task(Key));
  assert.equal(outcome.kind === 'failed' && outcome.code, 'ObjectOfOtherAccount');
  assert.equal((await open.head(Key))['ServerSideEncryption'], 'AES256');
});

test('an object under SSE-C is named', async () => {
  await using open = await openCopier();
  const { s3, bucket: Bucket } = open;
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const },
      BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
    },
  ];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }));
  const customer = Buffer.alloc(32, 7);
  const task = { ...(await open.task('plain')), key: 'c' };
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'c',
      Body: 'x',
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: customer.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(customer).digest('base64'),
    }),
  );
  const outcome = await open.run(task);
  assert.equal(outcome.kind === 'failed' && outcome.code, 'InvalidRequest');
});

test('an archived object is restored, waits, and is copied back into its class', async () => {
  await using open = await openCopier();
  const Key = 'archived';
  await open.s3.send(
    new PutObjectCommand({
      Bucket: open.bucket,
      Key,
      Body: 'x',
      StorageClass: 'DEEP_ARCHIVE',
      ChecksumAlgorithm: 'CRC64NVME',
    }),
  );
  const task = await open.task(Key, { restore: { tier: 'Bulk', days: 2 } });
  const until = '2026-11-04T10:15:30.000Z';
  assert.deepEqual(await open.run(task), { kind: 'waits', code: 'restoring', until });
  assert.deepEqual(await open.run(task), { kind: 'waits', code: 'restoring' });
  open.setTime(new Date(until));
  const before = await open.all(Key);
  assert.deepEqual(await open.run(task), { kind: 'done', how: 'copied' });
  assert.deepEqual(await open.all(Key), before);
  const { StorageClass, SSEKMSKeyId } = await open.head(Key);
  assert.deepEqual([StorageClass, SSEKMSKeyId], ['DEEP_ARCHIVE', open.keyArn]);
});
