import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';
import * as controlSdk from '@aws-sdk/client-s3-control';
import { checksumOf } from '../../../local/s3/checksum.ts';
import { serve, serviceOf, type TestEndpoint } from './endpoint.ts';
import { send } from './raw-request.ts';

const S3 = { id: 's3', signingName: 's3', protocol: 'restXml', sdk } as const;
const CONTROL = { ...S3, id: 's3control', sdk: controlSdk, pathPrefix: '/v20180820/' } as const;
const BODY = Buffer.from('<Delete><Object><Key>a</Key></Object></Delete>');
const OTHER = Buffer.from('other');

interface Opened extends AsyncDisposable {
  readonly endpoint: TestEndpoint;
  readonly ran: string[];
}

async function open(): Promise<Opened> {
  const ran: string[] = [];
  const noted = (name: string) => () => void ran.push(name);
  const endpoint = await serve([
    serviceOf(S3, {
      DeleteObjects: noted('DeleteObjects'),
      PutObject: noted('PutObject'),
      CompleteMultipartUpload: noted('CompleteMultipartUpload'),
    }),
    serviceOf(CONTROL, { UpdateJobStatus: noted('UpdateJobStatus'), PutJobTagging: noted('PutJobTagging') }),
  ]);
  return { endpoint, ran, [Symbol.asyncDispose]: () => endpoint[Symbol.asyncDispose]() };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const DIGESTS: readonly [header: string, of: (bytes: Buffer) => string, code: string][] = [
  ['content-md5', (bytes) => checksumOf('MD5', bytes), 'BadDigest'],
  ['x-amz-content-sha256', sha256, 'XAmzContentSHA256Mismatch'],
  ['x-amz-checksum-crc32', (bytes) => checksumOf('CRC32', bytes), 'BadDigest'],
  ['x-amz-checksum-crc32c', (bytes) => checksumOf('CRC32C', bytes), 'BadDigest'],
  ['x-amz-checksum-crc64nvme', (bytes) => checksumOf('CRC64NVME', bytes), 'BadDigest'],
  ['x-amz-checksum-sha1', (bytes) => checksumOf('SHA1', bytes), 'BadDigest'],
  ['x-amz-checksum-sha256', (bytes) => checksumOf('SHA256', bytes), 'BadDigest'],
];

for (const [header, of, code] of DIGESTS) {
  test(`a body that ${header} does not fit is ${code}, and the operation does not run`, async () => {
    await using opened = await open();
    const request = { port: opened.endpoint.port, method: 'POST', target: '/b?delete', body: BODY };
    const wrong = await send({ ...request, headers: { [header]: of(OTHER) } });
    assert.deepEqual([wrong.status, /<Code>(\w+)/.exec(wrong.body.toString())?.[1]], [400, code]);
    assert.deepEqual(opened.ran, []);
    const right = await send({ ...request, headers: { [header]: of(BODY) } });
    assert.deepEqual([right.status, opened.ran], [200, ['DeleteObjects']]);
  });
}

test('a Content-MD5 that is no MD5 is InvalidDigest', async () => {
  await using opened = await open();
  const headers = { 'content-md5': 'AAAA' };
  const answer = await send({ port: opened.endpoint.port, method: 'POST', target: '/b?delete', body: BODY, headers });
  assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, 'InvalidDigest']);
});

test('a checksum in a trailer is compared too', async () => {
  await using opened = await open();
  const answer = await send({
    port: opened.endpoint.port,
    method: 'POST',
    target: '/b?delete',
    body: `${BODY.length.toString(16)}\r\n${BODY.toString()}\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n`,
    headers: { 'content-encoding': 'aws-chunked', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' },
  });
  assert.deepEqual([answer.status, opened.ran], [400, []]);
});

test('the bytes of an object are compared with the hash that the request is signed over', async () => {
  await using opened = await open();
  const headers = { 'x-amz-content-sha256': sha256(OTHER) };
  const answer = await send({ port: opened.endpoint.port, method: 'PUT', target: '/b/k', body: 'bytes', headers });
  assert.deepEqual([answer.status, opened.ran], [400, []]);
});

test('a checksum of the object is not taken for one of the body', async () => {
  await using opened = await open();
  const answer = await send({
    port: opened.endpoint.port,
    method: 'POST',
    target: '/b/k?uploadId=u',
    body: '<CompleteMultipartUpload><Part><ETag>e</ETag><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
    headers: { 'x-amz-checksum-crc32': checksumOf('CRC32', OTHER) },
  });
  assert.deepEqual([answer.status, opened.ran], [200, ['CompleteMultipartUpload']]);
});

test('a request of S3 Control is compared as well', async () => {
  await using opened = await open();
  const answer = await send({
    port: opened.endpoint.port,
    method: 'PUT',
    target: '/v20180820/jobs/j/tagging',
    body: '<PutJobTaggingRequest><Tags/></PutJobTaggingRequest>',
    headers: { 'x-amz-account-id': '111111111111', 'content-md5': checksumOf('MD5', OTHER) },
  });
  assert.deepEqual([answer.status, opened.ran], [400, []]);
});
