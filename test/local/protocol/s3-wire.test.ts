import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';
import {
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AwsError } from '../../../local/errors.ts';
import type { Call } from '../../../local/call.ts';
import type { ServiceDefinition } from '../../../local/service.ts';
import { createClients } from '../clients.ts';
import { serve, serviceOf, type TestEndpoint } from './endpoint.ts';
import { send } from './raw-request.ts';

const S3 = { id: 's3', signingName: 's3', protocol: 'restXml', sdk } as const;

/** An S3 that remembers its inputs and answers what the test gives it. */
async function serveS3(operations: ServiceDefinition['operations']): Promise<TestEndpoint> {
  return serve([serviceOf(S3, operations)]);
}

const KEYS = [
  'plain.txt',
  'with space',
  'plus+sign',
  'a,b;c=d&e?f#g%25',
  `quote"and'apostrophe`,
  'new\nline\r\tand tab',
  'emoji 🦀 and ü',
  '/leading//double/',
  './dot/../dots',
  '<xml>&amp;</xml>',
  'k'.repeat(1024),
  ' spaces around ',
];

for (const key of KEYS) {
  test(`the key ${JSON.stringify(key.slice(0, 30))} arrives exactly, in a path and in a body`, async () => {
    const seen: unknown[] = [];
    await using endpoint = await serveS3({
      PutObject: (input: { Key: string }) => void seen.push(input.Key),
      DeleteObjects: (input: { Delete: { Objects: { Key: string }[] } }) => {
        seen.push(...input.Delete.Objects.map((object) => object.Key));
        return { Deleted: input.Delete.Objects };
      },
      ListObjectsV2: () => ({ Contents: [{ Key: key }], IsTruncated: false }),
    });
    await using clients = createClients(endpoint);
    await clients.s3.send(new PutObjectCommand({ Bucket: 'b', Key: key, Body: 'x' }));
    const deleted = await clients.s3.send(
      new DeleteObjectsCommand({ Bucket: 'b', Delete: { Objects: [{ Key: key }] } }),
    );
    const listed = await clients.s3.send(new ListObjectsV2Command({ Bucket: 'b' }));
    assert.deepEqual(
      { seen, deleted: deleted.Deleted, listed: listed.Contents },
      { seen: [key, key], deleted: [{ Key: key }], listed: [{ Key: key }] },
    );
  });
}

test('the bytes of a body arrive and return exactly, with metadata and headers', async () => {
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7) % 256));
  const stored = new Map<string, unknown>();
  await using endpoint = await serveS3({
    PutObject: (input: object) => {
      for (const [name, value] of Object.entries(input)) stored.set(name, value);
    },
    GetObject: () => ({
      Body: stored.get('Body'),
      ContentType: 'image/x',
      Metadata: stored.get('Metadata'),
      ContentLength: bytes.length,
    }),
    HeadObject: () => ({ ContentLength: bytes.length, ETag: '"e"', LastModified: new Date('2026-01-02T03:04:05Z') }),
  });
  await using clients = createClients(endpoint);
  await clients.s3.send(
    new PutObjectCommand({
      Bucket: 'b',
      Key: 'k',
      Body: bytes,
      Metadata: { 'my-Name': 'v 1' },
      ContentEncoding: 'gzip',
    }),
  );
  assert.equal(stored.get('ContentEncoding'), 'gzip');
  assert.equal(typeof stored.get('ChecksumCRC32'), 'string');
  const got = await clients.s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }));
  assert.deepEqual(Buffer.from((await got.Body?.transformToByteArray()) ?? []), bytes);
  assert.deepEqual([got.ContentType, got.Metadata], ['image/x', { 'my-name': 'v 1' }]);
  const head = await clients.s3.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
  assert.deepEqual(
    [head.ContentLength, head.ETag, head.LastModified?.toISOString()],
    [bytes.length, '"e"', '2026-01-02T03:04:05.000Z'],
  );
});

test('a body that is streamed in chunks with a trailing checksum arrives unframed', async () => {
  let stored: { Body?: Buffer; ContentEncoding?: string; ChecksumCRC32?: string } = {};
  await using endpoint = await serveS3({ PutObject: (input: typeof stored) => void (stored = input) });
  const chunks = '3\r\nabc\r\n4;chunk-signature=ff\r\ndefg\r\n0\r\nx-amz-checksum-crc32:MSpqWA==\r\n\r\n';
  const answer = await send({
    port: endpoint.port,
    method: 'PUT',
    target: '/b/k',
    body: chunks,
    headers: { 'content-encoding': 'gzip,aws-chunked', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(
    [stored.Body?.toString(), stored.ContentEncoding, stored.ChecksumCRC32],
    ['abcdefg', 'gzip', 'MSpqWA=='],
  );
});

test('a partial answer has status 206, and an output may name its status and headers', async () => {
  await using endpoint = await serveS3({
    GetObject: () => ({ Body: Buffer.from('bc'), ContentRange: 'bytes 1-2/4' }),
    HeadObject: () => ({ $status: 299, $headers: { 'x-amz-bucket-region': 'eu-west-1' } }),
  });
  const partial = await send({ port: endpoint.port, target: '/b/k' });
  assert.deepEqual(
    [partial.status, partial.headers['content-range'], partial.body.toString()],
    [206, 'bytes 1-2/4', 'bc'],
  );
  const head = await send({ port: endpoint.port, method: 'HEAD', target: '/b/k' });
  assert.deepEqual([head.status, head.headers['x-amz-bucket-region'], head.body.length], [299, 'eu-west-1', 0]);
});

test('an error has the fields of S3, and none of a body on HEAD', async () => {
  const fail = (): never => {
    throw new AwsError('NoSuchBucket', 'The specified bucket does <not> exist', 404, {
      fields: { BucketName: 'b' },
      headers: { 'x-amz-bucket-region': 'eu-west-1' },
    });
  };
  await using endpoint = await serveS3({ GetObject: fail, HeadObject: fail });
  const got = await send({ port: endpoint.port, target: '/b/k' });
  const requestId = String(got.headers['x-amz-request-id']);
  assert.equal(
    got.body.toString(),
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does &lt;not&gt; exist</Message><BucketName>b</BucketName><RequestId>${requestId}</RequestId><HostId>local</HostId></Error>`,
  );
  const head = await send({ port: endpoint.port, method: 'HEAD', target: '/b/k' });
  assert.deepEqual([head.status, head.headers['x-amz-bucket-region'], head.body.length], [404, 'eu-west-1', 0]);
});

test('an error without a status has the one of its model', async () => {
  await using endpoint = await serveS3({
    GetObject: () => {
      throw new AwsError('NoSuchKey', 'The specified key does not exist.');
    },
  });
  assert.equal((await send({ port: endpoint.port, target: '/b/k' })).status, 404);
});

test('a body that is no XML, or lacks a required member, is MalformedXML', async () => {
  await using endpoint = await serveS3({ PutBucketEncryption: () => undefined });
  await using clients = createClients(endpoint);
  const rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: undefined } }];
  const lacking = new PutBucketEncryptionCommand({ Bucket: 'b', ServerSideEncryptionConfiguration: { Rules: rules } });
  await assert.rejects(clients.s3.send(lacking), { name: 'MalformedXML' });
  for (const body of ['', 'no xml', '<ServerSideEncryptionConfiguration><Rule>']) {
    const answer = await send({ port: endpoint.port, method: 'PUT', target: '/b?encryption', body });
    assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, 'MalformedXML'], body);
  }
});

test('GetBucketLocation answers its text without a structure around it', async () => {
  await using endpoint = await serveS3({
    GetBucketLocation: (input: { Bucket: string }) =>
      input.Bucket === 'eu' ? { LocationConstraint: 'eu-west-1' } : {},
  });
  await using clients = createClients(endpoint);
  assert.equal((await clients.s3.send(new GetBucketLocationCommand({ Bucket: 'eu' }))).LocationConstraint, 'eu-west-1');
  assert.equal(
    (await send({ port: endpoint.port, target: '/us?location' })).body.toString(),
    '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>',
  );
});

test('the call knows who asks, from where, for which Region', async () => {
  const calls: Call[] = [];
  await using endpoint = await serveS3({ HeadBucket: (_input: object, call: Call) => void calls.push(call) });
  const answer = await send({
    port: endpoint.port,
    method: 'HEAD',
    target: '/b',
    headers: { 'user-agent': 'probe/1' },
  });
  assert.deepEqual(calls, [
    {
      service: 's3',
      operation: 'HeadBucket',
      region: 'eu-west-1',
      caller: { accountId: '111111111111', accessKeyId: '111111111111', arn: 'arn:aws:iam::111111111111:root' },
      requestId: answer.headers['x-amz-request-id'],
      time: new Date('2026-05-01T12:00:00Z'),
      sourceIp: '127.0.0.1',
      userAgent: 'probe/1',
    },
  ]);
});
