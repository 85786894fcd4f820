import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { canonicalIdOf } from '../../../local/identity/canonical-id.ts';
import { ACCOUNT } from '../fixture.ts';
import { MIB, openCopier, putVersioning, uploadParts } from './open-copier.ts';

const OTHER = canonicalIdOf('222222222222');
const SIZES = [5 * MIB, 6 * MIB, 7];
const RICH = {
  CacheControl: 'no-store',
  ContentDisposition: 'inline',
  ContentEncoding: 'gzip',
  ContentLanguage: 'fr',
  ContentType: 'application/x-parts',
  Expires: new Date('2031-01-01T00:00:00Z'),
  Metadata: { encoded: '=?UTF-8?B?w6TDtsO8?=' },
  Tagging: 'team=billing&with%20space=%C3%A4%2B%3D',
  StorageClass: 'STANDARD_IA',
  WebsiteRedirectLocation: '/elsewhere',
  GrantFullControl: `id="${canonicalIdOf(ACCOUNT)}"`,
  GrantRead: `id="${OTHER}"`,
} as const;

test('an object of three parts keeps its parts and all else', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'large', SIZES, RICH);
  const before = await open.all('large');
  assert.deepEqual(before['parts'], SIZES);
  assert.deepEqual(await open.run(await open.task('large')), { kind: 'done', how: 'copied' });
  assert.deepEqual(await open.all('large'), before);
  assert.equal((await open.head('large'))['SSEKMSKeyId'], open.keyArn);
  assert.deepEqual(await open.uploads(), []);
});

test('one part that is the whole stays one part, also below 5 MB and empty', async () => {
  await using open = await openCopier();
  for (const size of [0, 1, 6 * MIB]) {
    const key = `of-${size}`;
    await uploadParts(open, key, [size]);
    const before = await open.all(key);
    assert.deepEqual(await open.run(await open.task(key)), { kind: 'done', how: 'copied' }, key);
    assert.deepEqual(await open.all(key), before);
    assert.match(String((await open.head(key))['ETag']), /-1"$/);
  }
});

test('what changes in mid-copy is never undone, and the upload is aborted', async () => {
  await using open = await openCopier();
  const { s3, bucket: Bucket } = open;
  const of = (Key: string) => ({ Bucket, Key });
  const rows: [name: string, at: string, change: (Key: string) => Promise<unknown>][] = [
    ['replaced', 'UploadPartCopy', (Key) => s3.send(new PutObjectCommand({ ...of(Key), Body: 'new' }))],
    ['replaced-late', 'CompleteMultipartUpload', (Key) => s3.send(new PutObjectCommand({ ...of(Key), Body: 'new' }))],
    ['deleted', 'UploadPartCopy', (Key) => s3.send(new DeleteObjectCommand(of(Key)))],
    [
      'tagged',
      'UploadPartCopy',
      (Key) => s3.send(new PutObjectTaggingCommand({ ...of(Key), Tagging: { TagSet: [{ Key: 'new', Value: '1' }] } })),
    ],
    [
      'granted',
      'UploadPartCopy',
      (Key) => s3.send(new PutObjectAclCommand({ ...of(Key), GrantRead: `id="${OTHER}"` })),
    ],
  ];
  for (const [key, at, change] of rows) {
    await uploadParts(open, key, SIZES);
    const task = await open.task(key);
    let after: unknown;
    open.calls.length = 0;
    let isChanged = false;
    open.before = async (operation) => {
      if (operation !== at || isChanged) return;
      isChanged = true;
      await change(key);
      after = key === 'deleted' ? undefined : await open.all(key);
    };
    const outcome = await open.run(task);
    assert.equal(outcome.kind, 'changed', key);
    if (key !== 'deleted') assert.deepEqual(await open.all(key), after, key);
    assert.deepEqual(await open.uploads(), [], key);
  }
});

test('other metadata of the same bytes is not undone', async () => {
  await using open = await openCopier();
  const Key = 'k';
  await uploadParts(open, Key, [1]);
  const task = await open.task(Key);
  open.before = async (operation) => {
    if (operation !== 'UploadPartCopy') return;
    open.before = () => {};
    await uploadParts(open, Key, [1], { Metadata: { new: '1' } });
  };
  assert.equal((await open.run(task)).kind, 'changed');
  assert.deepEqual((await open.head(Key))['Metadata'], { new: '1' });
});

test('versioning that is turned on in mid-copy keeps the old version', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', SIZES);
  const before = await open.all('k');
  open.before = async (operation) => {
    if (operation === 'CompleteMultipartUpload') await putVersioning(open.s3, open.bucket);
  };
  assert.deepEqual(await open.run(await open.task('k')), { kind: 'done', how: 'copied' });
  assert.deepEqual(await open.all('k'), before);
  const versions = open.aws.buckets.find(open.bucket)?.keys.get('k')?.versions ?? [];
  assert.deepEqual(
    versions.map((each) => each.kind === 'object' && each.sealed.protection.algorithm),
    ['aws:kms', 'AES256'],
  );
});

test('a part that fails for good is named, and nothing stays behind', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', SIZES);
  const before = await open.head('k');
  open.aws.faults.add({ kind: 'access-denied', operation: 'UploadPartCopy' });
  const outcome = await open.run(await open.task('k'));
  assert.match(
    outcome.kind === 'failed' ? `${outcome.code} ${outcome.why}` : '',
    /^AccessDenied copy part \d: AccessDenied/,
  );
  assert.deepEqual([await open.head('k'), await open.uploads()], [before, []]);
});

test('tags that may not be read are named, and nothing is begun', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', [1]);
  open.aws.faults.add({ kind: 'access-denied', operation: 'GetObjectTagging' });
  const outcome = await open.run(await open.task('k'));
  assert.match(outcome.kind === 'failed' ? outcome.why : '', /^read its tags \(s3:GetObjectTagging\): AccessDenied/);
  assert.equal(open.calls.includes('CreateMultipartUpload'), false);
});

test('a copy that ran out of time goes on where it was, and what is recorded is aborted where it cannot', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', SIZES);
  const before = await open.all('k');
  const task = await open.task('k');
  let left = 2;
  const first = await open.run(task, () => ((left -= 1) > 0 ? 60_000 : 0));
  assert.ok(first.kind === 'unfinished');
  const { uploadId } = first;
  assert.deepEqual(await open.uploads(), ['k']);
  open.calls.length = 0;
  assert.deepEqual(await open.run({ ...task, uploadId }), { kind: 'done', how: 'copied' });
  assert.deepEqual(await open.all('k'), before);
  assert.equal(open.calls.includes('CreateMultipartUpload'), false);
  assert.deepEqual(await open.uploads(), []);
});

test('an upload for another key, of other tags, or that is gone is not gone on with', async () => {
  await using open = await openCopier();
  const { s3, bucket } = open;
  await uploadParts(open, 'k', SIZES);
  const task = await open.task('k');
  const begun = async () => {
    const end = await open.run(task, () => 0);
    return end.kind === 'unfinished' ? end.uploadId : '';
  };
  const uploadId = await begun();
  const TagSet = [{ Key: 'new', Value: '1' }];
  await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'k', Tagging: { TagSet } }));
  open.calls.length = 0;
  const again = await open.run({ ...task, uploadId }, () => 0);
  assert.ok(again.kind === 'unfinished' && again.uploadId !== uploadId);
  assert.equal(open.calls.includes('AbortMultipartUpload'), true);
  assert.deepEqual(await open.uploads(), ['k']);
  const replaced = { ...task, etag: '"other"', uploadId: again.uploadId };
  assert.equal((await open.run(replaced)).kind, 'changed');
  assert.deepEqual(await open.uploads(), []);
  assert.deepEqual(await open.run({ ...task, uploadId: again.uploadId }), { kind: 'done', how: 'copied' });
});
