import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAclCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { makeBucket, openS3, type OpenedS3, REGION } from './open-s3.ts';
import { openUpload } from './parts.ts';

const SOURCE = { Bucket: 'data', Key: 'source' };
const COPY = { Bucket: 'data', Key: 'copy' };
const EXPIRES = new Date('2027-03-01T00:00:00Z');
const READER = 'a'.repeat(64);
const GRANT = `id="${READER}"`;

/** A source with everything that an object can have, in a bucket that takes lists of grants. */
async function openWithSource(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] };
  await opened.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: 'data', OwnershipControls }));
  await opened.s3.send(
    new PutObjectCommand({ ...SOURCE, Body: 'body', ...HEADERS, ...OWN, GrantRead: GRANT, Tagging: 'k=v' }),
  );
  return opened;
}

const HEADERS = {
  CacheControl: 'no-cache',
  ContentDisposition: 'attachment; filename="a b"',
  ContentEncoding: 'gzip',
  ContentLanguage: 'de',
  ContentType: 'text/plain',
  Expires: EXPIRES,
  Metadata: { team: 'blue', note: 'two words' },
};
const OWN = { WebsiteRedirectLocation: '/elsewhere', StorageClass: 'STANDARD_IA' as const };

async function look(s3: S3Client, named: { Bucket: string; Key: string }) {
  const head = await s3.send(new HeadObjectCommand(named));
  const { Grants = [] } = await s3.send(new GetObjectAclCommand(named));
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(named));
  return {
    headers: Object.fromEntries(Object.keys(HEADERS).map((name) => [name, Reflect.get(head, name)])),
    own: { WebsiteRedirectLocation: head.WebsiteRedirectLocation, StorageClass: head.StorageClass },
    grants: Grants.flatMap(({ Grantee, Permission }) => (Grantee?.ID === READER ? [Permission] : [])),
    tags: TagSet.map(({ Key, Value }) => `${Key}=${Value}`),
  };
}

async function copyInParts(s3: S3Client, more: Partial<CreateMultipartUploadCommandInput> = {}): Promise<void> {
  const upload = await openUpload(s3, { ...COPY, ...more });
  await upload.complete([await upload.copy(1, { CopySource: 'data/source' })]);
}

const NOTHING = { WebsiteRedirectLocation: undefined, StorageClass: undefined };

describe('a copy by CopyObject', () => {
  test('keeps headers, metadata and tags, and loses list, redirect and class', async () => {
    await using opened = await openWithSource();
    await opened.s3.send(new CopyObjectCommand({ ...COPY, CopySource: 'data/source' }));
    const { headers, own, grants, tags } = await look(opened.s3, COPY);
    assert.deepEqual(headers, (await look(opened.s3, SOURCE)).headers);
    assert.deepEqual({ own, grants, tags }, { own: NOTHING, grants: [], tags: ['k=v'] });
  });

  test('onto itself has all of it where it is named', async () => {
    await using opened = await openWithSource();
    const before = await look(opened.s3, SOURCE);
    const CopySource = 'data/source';
    await opened.s3.send(new CopyObjectCommand({ ...SOURCE, CopySource, ...OWN, GrantRead: GRANT }));
    assert.deepEqual(await look(opened.s3, SOURCE), before);
    assert.deepEqual(before.grants, ['READ']);
  });
});

describe('a copy in parts', () => {
  test('loses everything', async () => {
    await using opened = await openWithSource();
    await copyInParts(opened.s3);
    const { headers, own, grants, tags } = await look(opened.s3, COPY);
    assert.partialDeepStrictEqual(headers, { CacheControl: undefined, Expires: undefined, Metadata: {} });
    assert.deepEqual({ own, grants, tags }, { own: NOTHING, grants: [], tags: [] });
  });

  test('has all of it where its beginning names it', async () => {
    await using opened = await openWithSource();
    await copyInParts(opened.s3, { ...HEADERS, ...OWN, GrantRead: GRANT, Tagging: 'k=v' });
    assert.deepEqual(await look(opened.s3, COPY), await look(opened.s3, SOURCE));
  });
});

describe('a bucket without lists of grants', () => {
  test('refuses them in both kinds of copies, and a canned one that gives all to its owner not', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await opened.s3.send(new PutObjectCommand({ ...SOURCE, Body: 'body' }));
    const copy = (more: object) =>
      opened.s3.send(new CopyObjectCommand({ ...COPY, CopySource: 'data/source', ...more }));
    for (const list of [{ GrantRead: GRANT }, { ACL: 'authenticated-read' as const }]) {
      await expectSdkError(copy(list), 400, 'AccessControlListNotSupported');
      await expectSdkError(copyInParts(opened.s3, list), 400, 'AccessControlListNotSupported');
    }
    await copy({ ACL: 'bucket-owner-full-control' });
    await copyInParts(opened.s3, { ACL: 'bucket-owner-full-control' });
  });
});

describe('Object Lock', () => {
  const LOCK = {
    ObjectLockMode: 'GOVERNANCE' as const,
    ObjectLockRetainUntilDate: new Date('2027-01-01T00:00:00Z'),
    ObjectLockLegalHoldStatus: 'ON' as const,
    ObjectLockEventHold: 'ON' as const,
    ObjectLockEventHoldDurationDays: 7,
  };
  const lockOf = async (s3: S3Client) => {
    const head = await s3.send(new HeadObjectCommand(COPY));
    return Object.fromEntries(Object.keys(LOCK).map((name) => [name, Reflect.get(head, name)]));
  };

  async function openLocked(): Promise<OpenedS3> {
    const opened = await openS3();
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await opened.s3.send(
      new CreateBucketCommand({ Bucket: 'data', CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
    );
    await opened.s3.send(new PutObjectCommand({ ...SOURCE, Body: 'body', ...LOCK }));
    return opened;
  }

  test('does not come along, and is set where a copy names it, its event hold too', async () => {
    await using opened = await openLocked();
    const none = Object.fromEntries(Object.keys(LOCK).map((name) => [name, undefined]));
    const copy = new CopyObjectCommand({ ...COPY, CopySource: 'data/source' });
    await opened.s3.send(copy);
    assert.deepEqual(await lockOf(opened.s3), none);
    await opened.s3.send(new CopyObjectCommand({ ...COPY, CopySource: 'data/source', ...LOCK }));
    assert.deepEqual(await lockOf(opened.s3), LOCK);
    await copyInParts(opened.s3);
    assert.deepEqual(await lockOf(opened.s3), none);
    await copyInParts(opened.s3, LOCK);
    assert.deepEqual(await lockOf(opened.s3), LOCK);
  });
});
