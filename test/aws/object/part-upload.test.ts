import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { abortAbandoned } from '../../../src/aws/object/own-uploads.ts';
import { createPartUpload } from '../../../src/aws/object/part-upload.ts';
import type { HeadedSource } from '../../../src/aws/object/source-head.ts';
import type { ObjectTask } from '../../../src/policy/copy/object-task.ts';
import { answering } from '../canned-answers.ts';
import { ACCOUNT, REGION } from '../fixture.ts';
import { openCopier, uploadParts } from './open-copier.ts';

const TASK: ObjectTask = {
  bucket: 'b',
  account: ACCOUNT,
  key: 'a key',
  etag: '"e-1"',
  target: { algorithm: 'AES256', bucketKey: false },
  method: 'copy',
};
const SOURCE: HeadedSource = {
  etag: '"e-1"',
  sizeBytes: 1,
  encryption: { bucketKey: false },
  customerKey: false,
  untoldMetadata: 0,
  archive: { storageClass: 'STANDARD' },
  ofItsOwn: {},
  headers: { ContentType: 'text/plain' },
};

test('Expires is sent as it was written, be it a date or not', async () => {
  const sent: Record<string, string>[] = [];
  const begun = '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>';
  const client = new S3Client(answering({ status: 200, body: begun }, { status: 200, body: begun }));
  client.middlewareStack.add(
    (next) => (call) => {
      sent.push({ ...Object(call.request).headers });
      return next(call);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  const upload = createPartUpload(client, TASK);
  const acl = { owner: 'o', grants: [], isForeign: false };
  for (const expires of ['never', 'Thu, 01 Jan 2031 00:00:00 GMT'])
    await upload.begin({ source: { ...SOURCE, expires }, acl, tags: undefined, hasAnnotations: false });
  assert.deepEqual(
    sent.map(({ expires }) => expires),
    ['never', 'Thu, 01 Jan 2031 00:00:00 GMT'],
  );
  // The header is signed with the others.
  for (const { authorization } of sent) assert.match(authorization ?? '', /SignedHeaders=[^,]*;expires;/);
});

test('what an earlier try of our role began for this key is aborted, and nothing else', async () => {
  const s3 = new S3Client({ region: REGION });
  const by = (role: string) => ({ ID: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session` });
  const Initiated = new Date(0);
  const mock = mockClient(s3);
  mock.on(ListMultipartUploadsCommand).resolves({
    Uploads: [
      { Key: 'a+key', UploadId: 'lost', Initiated, Initiator: by('reseal') },
      { Key: 'a+key', UploadId: 'ours', Initiated: new Date(1), Initiator: by('reseal') },
      { Key: 'a+key', UploadId: 'theirs', Initiated, Initiator: by('app') },
      { Key: 'a+key+2', UploadId: 'of-another-key', Initiated, Initiator: by('reseal') },
    ],
  });
  mock.on(AbortMultipartUploadCommand).resolves({});
  await abortAbandoned(s3, TASK, 'ours');
  assert.deepEqual(
    mock.commandCalls(AbortMultipartUploadCommand).map(({ args: [{ input }] }) => [input.Key, input.UploadId]),
    [['a key', 'lost']],
  );
});

test('a part whose checksum is another than that of the source is refused before anything is replaced', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', [3], { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
  const before = await open.all('k');
  open.alter = (operation, output) => {
    if (operation === 'UploadPartCopy') Object(output).CopyPartResult.ChecksumSHA256 = 'AAAA';
  };
  const outcome = await open.run(await open.task('k'));
  assert.equal(outcome.kind === 'failed' && outcome.code, 'BadDigest');
  assert.deepEqual([await open.all('k'), await open.uploads()], [before, []]);
});

test('an answer of another encryption is named, in parts before anything is replaced', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'parts', [3]);
  await open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key: 'whole', Body: 'x' }));
  open.alter = (operation, output) => {
    if (/^(Copy|Create)/.test(operation)) Object.assign(Object(output), { SSEKMSKeyId: 'arn:other' });
  };
  for (const key of ['parts', 'whole']) {
    const outcome = await open.run(await open.task(key));
    assert.equal(outcome.kind === 'failed' && outcome.code, 'EncryptionNotApplied', key);
  }
  assert.deepEqual([(await open.head('parts'))['SSEKMSKeyId'], await open.uploads()], [undefined, []]);
});

test('annotations, which no copy in parts keeps, are named', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', [3]);
  open.answer = (operation) =>
    operation === 'ListObjectAnnotations' ? { Annotations: [{ AnnotationName: 'a' }], $metadata: {} } : undefined;
  const outcome = await open.run(await open.task('k'));
  assert.equal(outcome.kind === 'failed' && outcome.code, 'AnnotationsNotCopied');
});

test('the parts on their way are given up when the time is over', async () => {
  await using open = await openCopier();
  await uploadParts(open, 'k', [3]);
  const task = await open.task('k');
  let asked = 0;
  // The part begins in time, and then there is none left.
  const left = () => ((asked += 1) === 2 ? 60_000 : 2_001);
  const silent = open.aws.faults.add({ kind: 'timeout', operation: 'UploadPartCopy' });
  const outcome = await open.run(task, left);
  open.aws.faults.remove(silent);
  assert.ok(outcome.kind === 'unfinished');
  assert.deepEqual(await open.run({ ...task, uploadId: outcome.uploadId }), { kind: 'done', how: 'copied' });
});
