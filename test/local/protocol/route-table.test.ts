import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as s3Control from '@aws-sdk/client-s3-control';
import { NormalizedSchema } from '@smithy/core/schema';
import { readAddress } from '../../../local/protocol/address.ts';
import { readBindings } from '../../../local/protocol/bindings.ts';
import { readModel, traitsOf, type Model } from '../../../local/protocol/model.ts';
import type { Received } from '../../../local/protocol/request.ts';
import { createRouteTable } from '../../../local/protocol/route-table.ts';

function received(method: string, target: string, headers: Record<string, string> = {}): Received {
  return {
    ...readAddress(target, headers['host'] ?? 'localhost'),
    method,
    headers,
    body: Buffer.alloc(0),
    signature: undefined,
    sourceIp: '127.0.0.1',
  };
}

const S3_TABLE = createRouteTable(readModel(s3).operations.values());

const S3_CASES: readonly [
  method: string,
  target: string,
  operation: string | undefined,
  labels?: object,
  headers?: Record<string, string>,
][] = [
  ['GET', '/', 'ListBuckets', {}],
  ['GET', '/?x-id=ListBuckets', 'ListBuckets', {}],
  ['GET', '/b', 'ListObjects', { Bucket: 'b' }],
  ['GET', '/b/', 'ListObjects', { Bucket: 'b' }],
  ['GET', '/b?list-type=2&prefix=a', 'ListObjectsV2', { Bucket: 'b' }],
  ['GET', '/b?versions&prefix=a', 'ListObjectVersions', { Bucket: 'b' }],
  ['GET', '/b?versioning', 'GetBucketVersioning', { Bucket: 'b' }],
  ['GET', '/b?encryption', 'GetBucketEncryption', { Bucket: 'b' }],
  ['GET', '/b?inventory', 'ListBucketInventoryConfigurations', { Bucket: 'b' }],
  ['GET', '/b?inventory&id=1', 'GetBucketInventoryConfiguration', { Bucket: 'b' }],
  ['GET', '/b?uploads', 'ListMultipartUploads', { Bucket: 'b' }],
  ['PUT', '/b', 'CreateBucket', { Bucket: 'b' }],
  ['PUT', '/b?encryption', 'PutBucketEncryption', { Bucket: 'b' }],
  ['PUT', '/b/k?encryption', 'UpdateObjectEncryption', { Bucket: 'b', Key: 'k' }],
  ['DELETE', '/b?encryption', 'DeleteBucketEncryption', { Bucket: 'b' }],
  ['POST', '/b?delete', 'DeleteObjects', { Bucket: 'b' }],
  ['PUT', '/b/a/c?x-id=PutObject', 'PutObject', { Bucket: 'b', Key: 'a/c' }],
  ['PUT', '/b/k', 'CopyObject', { Bucket: 'b', Key: 'k' }, { 'x-amz-copy-source': 'b/j' }],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart', { Bucket: 'b', Key: 'k' }],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPartCopy', { Bucket: 'b', Key: 'k' }, { 'x-amz-copy-source': 'b/j' }],
  ['GET', '/b/k?uploadId=u', 'ListParts', { Bucket: 'b', Key: 'k' }],
  ['GET', '/b/k?partNumber=1', 'GetObject', { Bucket: 'b', Key: 'k' }],
  ['GET', '/b/k?versionId=v&tagging', 'GetObjectTagging', { Bucket: 'b', Key: 'k' }],
  ['POST', '/b/k?uploads', 'CreateMultipartUpload', { Bucket: 'b', Key: 'k' }],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload', { Bucket: 'b', Key: 'k' }],
  ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload', { Bucket: 'b', Key: 'k' }],
  ['HEAD', '/b', 'HeadBucket', { Bucket: 'b' }],
  ['HEAD', '/b//k//', 'HeadObject', { Bucket: 'b', Key: '/k//' }],
  ['GET', '/b/a+b%2Bc%20d%0A%F0%9F%A6%80', 'GetObject', { Bucket: 'b', Key: 'a+b+c d\n🦀' }],
  ['GET', '/k/x', 'GetObject', { Bucket: 'my.bucket', Key: 'k/x' }, { host: 'my.bucket.localhost:4566' }],
  ['GET', '/?encryption', 'GetBucketEncryption', { Bucket: 'b' }, { host: 'b.s3.eu-west-1.amazonaws.com' }],
  ['GET', 'http://b.s3.amazonaws.com/k?versionId=v', 'GetObject', { Bucket: 'b', Key: 'k' }],
  ['GET', 'http://s3.eu-west-1.amazonaws.com/b/k', 'GetObject', { Bucket: 'b', Key: 'k' }],
  ['GET', 'http://localhost:4566', 'ListBuckets', {}],
  ['PATCH', '/b/k', undefined],
  ['POST', '/b', undefined],
];

describe('S3 routes', () => {
  for (const [method, target, operation, labels, headers] of S3_CASES) {
    test(`${method} ${target} ${JSON.stringify(headers ?? {})} is ${operation ?? 'nothing'}`, () => {
      const routed = S3_TABLE.match(received(method, target, headers));
      assert.deepEqual(routed, operation === undefined ? undefined : { operation, labels });
    });
  }

  test('a broken escape is InvalidURI', () => {
    assert.throws(() => S3_TABLE.match(received('GET', '/b/%zz')), { code: 'InvalidURI', status: 400 });
  });
});

/** A request as the model itself says it looks: the route of every operation must lead back to it. */
function ownRequest(model: Model, name: string): Received {
  const operation = model.operations.get(name);
  assert.ok(operation);
  const [method, uri] = Object.values(traitsOf(operation)['http'] ?? {}).map(String);
  const input = readBindings(NormalizedSchema.of(operation[4]));
  const inBucket = input.labels.some((label) => label.member === 'Bucket') && !uri?.includes('{Bucket}');
  const [path = '', query = ''] = (uri ?? '').split('?');
  const filled = (inBucket ? `/bucket${path}` : path).replaceAll(/\{\w+\+?\}/g, 'x');
  const required = new Set(input.required);
  const extra = input.query
    .filter((one) => required.has(one.member) && !new URLSearchParams(query).has(one.name))
    .map((one) => `${one.name}=1`);
  const headers = Object.fromEntries(
    input.headers.filter((one) => required.has(one.member)).map((one) => [one.name, '1']),
  );
  return received(method ?? '', `${filled}?${[query, ...extra].filter((part) => part !== '').join('&')}`, headers);
}

/** Operations that S3 itself tells apart by its endpoint only, or that are addressed to another host. */
const SAME_REQUEST: Readonly<Record<string, string>> = { ListDirectoryBuckets: 'ListBuckets' };

for (const [service, sdk] of Object.entries({ s3, s3Control, lambda })) {
  test(`every operation of ${service} is found by the request that its model describes`, () => {
    const model = readModel(sdk);
    const table = createRouteTable(model.operations.values());
    const wrong = [...model.operations.keys()]
      .map((name) => ({ name, found: table.match(ownRequest(model, name))?.operation }))
      .filter(({ name, found }) => found !== name && found !== SAME_REQUEST[name]);
    assert.deepEqual(wrong, []);
  });
}
