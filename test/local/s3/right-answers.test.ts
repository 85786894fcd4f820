import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { send } from '../protocol/raw-request.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { allow, makeBucket, openS3, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const AT_A = { ...NAMED, Key: 'a' };

async function openData(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  return opened;
}

test('CompleteMultipartUpload is answered again with the same parts, and with others is not', async () => {
  await using opened = await openData();
  const { s3 } = opened;
  await s3.send(new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: { Status: 'Enabled' } }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(AT_A));
  const { ETag } = await s3.send(new UploadPartCommand({ ...AT_A, UploadId, PartNumber: 1, Body: 'body' }));
  const complete = async (part: object, at: object = {}) => {
    const Parts = [{ PartNumber: 1, ETag, ...part }];
    const { $metadata: _, ...answer } = await s3.send(
      new CompleteMultipartUploadCommand({ ...AT_A, UploadId, MultipartUpload: { Parts }, ...at }),
    );
    return answer;
  };
  const first = await complete({});
  assert.deepEqual(await complete({}), first);
  await expectSdkError(complete({ PartNumber: 2 }), 404, 'NoSuchUpload');
  await expectSdkError(complete({}, { Key: 'b' }), 404, 'NoSuchUpload');
  const { Versions } = await s3.send(new ListObjectVersionsCommand(NAMED));
  assert.deepEqual(
    Versions?.map(({ VersionId }) => VersionId),
    [first.VersionId],
  );
});

test('a plain body whose Content-Encoding says aws-chunked is stored as it is, without the word', async () => {
  await using opened = await openData();
  const port = Number(new URL(opened.aws.endpoint).port);
  for (const [encoding, kept] of [
    ['aws-chunked', undefined],
    ['gzip, aws-chunked', 'gzip'],
  ] as const) {
    const headers = { 'content-encoding': encoding };
    const put = await send({ port, method: 'PUT', target: '/data/a', headers, body: 'plain' });
    assert.equal(put.status, 200, put.body.toString());
    const got = await send({ port, target: '/data/a' });
    assert.deepEqual([got.body.toString(), got.headers['content-encoding']], ['plain', kept]);
  }
});

describe('a key that is not there', () => {
  const READ = allow('s3:GetObject', 'arn:aws:s3:::data/*');
  const LIST = allow('s3:ListBucket', 'arn:aws:s3:::data');
  const rows: [string, object[], number][] = [
    ['404 to who may list and read', [READ, LIST], 404],
    ['404 to who may only list', [LIST], 404],
    ['403 to who may only read', [READ], 403],
    ['403 to who may do neither', [allow('s3:ListAllMyBuckets')], 403],
  ];
  for (const [what, statements, status] of rows)
    test(`is ${what}, deleted or never written`, async () => {
      await using opened = await openData();
      await opened.s3.send(
        new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: { Status: 'Enabled' } }),
      );
      await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'gone', Body: 'x' }));
      await opened.s3.send(new DeleteObjectCommand({ ...NAMED, Key: 'gone' }));
      const role = opened.asRole('reader', statements);
      for (const Key of ['never', 'gone']) {
        const code = status === 404 ? 'NoSuchKey' : 'AccessDenied';
        await expectSdkError(role.send(new GetObjectCommand({ ...NAMED, Key })), status, code);
        await expectSdkError(
          role.send(new HeadObjectCommand({ ...NAMED, Key })),
          status,
          status === 404 ? 'NotFound' : 'Unknown',
        );
      }
    });

  test('does not change what is there: who may only list does not read', async () => {
    await using opened = await openData();
    await opened.s3.send(new PutObjectCommand({ ...AT_A, Body: 'x' }));
    const role = opened.asRole('lister', [LIST]);
    await expectSdkError(role.send(new GetObjectCommand(AT_A)), 403, 'AccessDenied');
  });
});

test('PutBucketPolicy and PutBucketTagging answer 204', async () => {
  await using opened = await openData();
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::data' };
  const Policy = JSON.stringify({ Statement: statement });
  const policy = await opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy }));
  const tagging = await opened.s3.send(
    new PutBucketTaggingCommand({ ...NAMED, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }),
  );
  assert.deepEqual(
    [policy, tagging].map(({ $metadata }) => $metadata.httpStatusCode),
    [204, 204],
  );
});
