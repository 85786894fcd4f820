import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  type PutBucketAclCommandInput,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { allow, makeBucket, openS3, OTHER_ACCOUNT, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const OBJECT = { ...NAMED, Key: 'a' };
const OTHER = OTHER_ACCOUNT.padStart(64, '0');
const ALL = 'uri=http://acs.amazonaws.com/groups/global/AllUsers';
const ANYBODY_SIGNED = 'uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

async function withLists(object: Partial<PutObjectCommandInput> = {}): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await opened.s3.send(new PutBucketOwnershipControlsCommand({ ...NAMED, OwnershipControls }));
  await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: {} }));
  await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'body', ...object }));
  return opened;
}

const grant = (opened: OpenedS3, input: Omit<PutBucketAclCommandInput, 'Bucket'>) =>
  opened.s3.send(new PutBucketAclCommand({ ...NAMED, ...input }));

const callersOf = (opened: OpenedS3) => ({
  nobody: opened.clients({ anonymous: true }).s3,
  stranger: opened.clients({ account: OTHER_ACCOUNT }).s3,
  role: opened.asRole('nothing', []),
});

describe('a grant on a bucket', () => {
  const list = new ListObjectsV2Command(NAMED);

  test('lets the account of a canonical id list, and nobody else', async () => {
    await using opened = await withLists();
    const { nobody, stranger, role } = callersOf(opened);
    await expectSdkError(stranger.send(list), 403, 'AccessDenied');
    await grant(opened, { GrantRead: `id=${OTHER}` });
    await stranger.send(list);
    await expectSdkError(stranger.send(new GetBucketAclCommand(NAMED)), 403, 'AccessDenied');
    for (const s3 of [nobody, role]) await expectSdkError(s3.send(list), 403, 'AccessDenied');
  });

  test('to AuthenticatedUsers needs any signature, to AllUsers none', async () => {
    await using opened = await withLists();
    const { nobody, stranger, role } = callersOf(opened);
    await grant(opened, { GrantRead: ANYBODY_SIGNED });
    for (const s3 of [stranger, role]) await s3.send(list);
    await expectSdkError(nobody.send(list), 403, 'AccessDenied');
    await grant(opened, { GrantRead: ALL });
    for (const s3 of [stranger, role, nobody]) await s3.send(list);
  });

  test('is overruled by an explicit deny of the bucket policy', async () => {
    await using opened = await withLists();
    await grant(opened, { GrantRead: ALL });
    const deny = { Effect: 'Deny', Principal: { AWS: OTHER_ACCOUNT }, Action: 's3:*', Resource: 'arn:aws:s3:::data' };
    await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement: deny }) }));
    const { nobody, stranger } = callersOf(opened);
    await expectSdkError(stranger.send(list), 403, 'AccessDenied');
    await nobody.send(list);
  });

  test('is ignored where it is public and IgnorePublicAcls is on', async () => {
    await using opened = await withLists();
    await grant(opened, { GrantRead: `${ALL}, id=${OTHER}` });
    const PublicAccessBlockConfiguration = { IgnorePublicAcls: true };
    await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration }));
    const { nobody, stranger } = callersOf(opened);
    await stranger.send(list);
    await expectSdkError(nobody.send(list), 403, 'AccessDenied');
  });
});

describe('a grant on an object', () => {
  const get = new GetObjectCommand(OBJECT);

  test('lets whom it names read it', async () => {
    await using opened = await withLists({ GrantRead: `id=${OTHER}` });
    const { nobody, stranger } = callersOf(opened);
    const { Body } = await stranger.send(get);
    assert.equal(await Body?.transformToString(), 'body');
    await expectSdkError(nobody.send(get), 403, 'AccessDenied');
    await opened.s3.send(new PutObjectCommand({ ...OBJECT, Body: 'body', ACL: 'public-read' }));
    await nobody.send(get);
  });

  test('goes with a copy only where the copy says so', async () => {
    await using opened = await withLists({ ACL: 'public-read' });
    const { nobody } = callersOf(opened);
    const copy = (more: { ACL?: 'public-read' }) =>
      opened.s3.send(new CopyObjectCommand({ ...NAMED, Key: 'copy', CopySource: 'data/a', ...more }));
    const read = () => nobody.send(new GetObjectCommand({ ...NAMED, Key: 'copy' }));
    await copy({});
    await expectSdkError(read(), 403, 'AccessDenied');
    await copy({ ACL: 'public-read' });
    await read();
  });

  test('needs s3:PutObjectAcl of its writer', async () => {
    await using opened = await withLists();
    const writer = opened.asRole('writer', [allow('s3:PutObject')]);
    const open = new PutObjectCommand({ ...OBJECT, Body: 'x', GrantRead: `id=${OTHER}` });
    const error = await expectSdkError(writer.send(open), 403, 'AccessDenied');
    assert.match(error.message, /s3:PutObjectAcl on resource/);
  });
});

describe('an object that another account wrote', () => {
  test('is closed to the bucket owner and its policy until its owner shares it, and can be deleted', async () => {
    await using opened = await withLists();
    await grant(opened, { GrantWrite: `id=${OTHER}` });
    const Statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
    await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));
    const { nobody, stranger } = callersOf(opened);
    const get = new GetObjectCommand({ ...NAMED, Key: 'theirs' });
    await stranger.send(new PutObjectCommand({ ...NAMED, Key: 'theirs', Body: 'x' }));
    await stranger.send(get);
    for (const s3 of [opened.s3, nobody]) await expectSdkError(s3.send(get), 403, 'AccessDenied');
    const shared = { ...NAMED, Key: 'theirs', Body: 'x', ACL: 'bucket-owner-read' as const };
    await stranger.send(new PutObjectCommand(shared));
    await opened.s3.send(get);
    await opened.s3.send(new DeleteObjectCommand({ ...NAMED, Key: 'theirs' }));
  });
});
