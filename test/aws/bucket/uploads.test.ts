import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createUploads } from '../../../src/aws/bucket/uploads.ts';
import { answering, PROXY_PAGE, s3Error } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const OWNED = { bucket: 'example-bucket', account: ACCOUNT };
const UPLOAD = { key: 'a', uploadId: 'id', initiatedMs: 0 };

test('every page is read, by the markers of the one before, and keys are decoded', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  const Initiated = new Date('2026-11-02T10:15:30Z');
  mock
    .on(ListMultipartUploadsCommand)
    .resolvesOnce({
      IsTruncated: true,
      NextKeyMarker: 'a+b%2B',
      NextUploadIdMarker: 'one',
      Uploads: [{ Key: 'a+b%2B', UploadId: 'one', Initiated }, { Key: 'an answer without members' }],
    })
    .resolvesOnce({ IsTruncated: false, Uploads: [{ Key: '100%', UploadId: 'two', Initiated }] });
  const initiatedMs = Initiated.getTime();
  assert.deepEqual(await createUploads(s3).list(OWNED), {
    uploads: [
      { key: 'a b+', uploadId: 'one', initiatedMs },
      { key: '100%', uploadId: 'two', initiatedMs },
    ],
    truncated: false,
  });
  const asked = { Bucket: 'example-bucket', ExpectedBucketOwner: ACCOUNT, EncodingType: 'url' };
  assert.deepEqual(
    mock.commandCalls(ListMultipartUploadsCommand).map((call) => call.args[0].input),
    [asked, { ...asked, KeyMarker: 'a b+', UploadIdMarker: 'one' }],
  );
});

test('a bucket with more uploads than ten pages is said to have more, and one page of such a proxy is no end', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock.on(ListMultipartUploadsCommand).resolves({ IsTruncated: true, NextKeyMarker: 'a' });
  assert.deepEqual(await createUploads(s3).list(OWNED), { uploads: [], truncated: true });
  assert.equal(mock.commandCalls(ListMultipartUploadsCommand).length, 10);
  await assert.rejects(createUploads(new S3Client(answering(PROXY_PAGE))).list(OWNED), { code: 'unreadable' });
});

test('an upload that is not there any more is no error, and a denial is', async () => {
  const gone = createUploads(new S3Client(answering(s3Error(404, 'NoSuchUpload'))));
  assert.equal(await gone.abort(OWNED, UPLOAD), false);
  const denied = createUploads(new S3Client(answering(s3Error(403, 'AccessDenied'))));
  await assert.rejects(denied.abort(OWNED, UPLOAD), { name: 'AccessDenied' });
});

test('the embedded AWS lists uploads with odd keys, and they are aborted by name', async () => {
  await using opened = await openAws();
  const { s3 } = opened.clients;
  const Bucket = await opened.bucket('data');
  const keys = ['a b+c', 'line\nbreak', 'ünï%20', 'z'];
  for (const Key of keys) await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const uploads = createUploads(s3);
  const owned = { bucket: Bucket, account: ACCOUNT };
  const listed = await uploads.list(owned);
  assert.deepEqual(listed.uploads.map(({ key }) => key).toSorted(), keys.toSorted());
  for (const upload of listed.uploads) assert.equal(await uploads.abort(owned, upload), true);
  assert.deepEqual(await uploads.list(owned), { uploads: [], truncated: false });
  await assert.rejects(s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'z', UploadId: 'none' })), {
    name: 'NoSuchUpload',
  });
});
