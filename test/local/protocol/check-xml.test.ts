import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-s3';
import * as controlSdk from '@aws-sdk/client-s3-control';
import { serve, serviceOf } from './endpoint.ts';
import { send } from './raw-request.ts';

const S3 = { id: 's3', signingName: 's3', protocol: 'restXml', sdk } as const;
const CONTROL = { ...S3, id: 's3control', sdk: controlSdk, pathPrefix: '/v20180820/' } as const;
const DEFAULT =
  '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';

function configuration(rule: string): string {
  return `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
}

const UNFIT: readonly [name: string, target: string, body: string][] = [
  [
    'an unknown element',
    '/b?encryption',
    configuration(`${DEFAULT}<BlockEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockEncryptionTypes>`),
  ],
  ['another root', '/b?encryption', `<Encryption><Rule>${DEFAULT}</Rule></Encryption>`],
  [
    'a boolean that is neither true nor false',
    '/b?encryption',
    configuration(`${DEFAULT}<BucketKeyEnabled>yes</BucketKeyEnabled>`),
  ],
  [
    'an element twice',
    '/b?encryption',
    configuration(`${DEFAULT}<BucketKeyEnabled>true</BucketKeyEnabled><BucketKeyEnabled>true</BucketKeyEnabled>`),
  ],
  ['a structure twice', '/b?encryption', configuration(DEFAULT + DEFAULT)],
  ['text among elements', '/b?encryption', configuration(`${DEFAULT}stray`)],
  ['text instead of elements', '/b?encryption', configuration('stray')],
  [
    'an element in a value',
    '/b?encryption',
    configuration(DEFAULT.replace('AES256', '<SSEAlgorithm>AES256</SSEAlgorithm>')),
  ],
  ['an unknown element in a list', '/b?tagging', '<Tagging><TagSet><Label/></TagSet></Tagging>'],
  [
    'a number that is none',
    '/b?lifecycle',
    '<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>soon</Days></Expiration></Rule></LifecycleConfiguration>',
  ],
];

for (const [name, target, body] of UNFIT) {
  test(`a body with ${name} is MalformedXML, and the operation does not run`, async () => {
    const ran: string[] = [];
    await using endpoint = await serve([
      serviceOf(S3, {
        PutBucketEncryption: () => void ran.push('PutBucketEncryption'),
        PutBucketTagging: () => void ran.push('PutBucketTagging'),
        PutBucketLifecycleConfiguration: () => ran.push('PutBucketLifecycleConfiguration'),
      }),
    ]);
    const answer = await send({ port: endpoint.port, method: 'PUT', target, body });
    assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, 'MalformedXML']);
    assert.deepEqual(ran, []);
  });
}

test('a declaration, comments, a namespace, white space and empty elements are all fine', async () => {
  const seen: unknown[] = [];
  await using endpoint = await serve([
    serviceOf(S3, {
      PutBucketEncryption: (input: { ServerSideEncryptionConfiguration: object }) =>
        void seen.push(input.ServerSideEncryptionConfiguration),
    }),
  ]);
  const rule = `\n  ${DEFAULT}\n  <!-- none -->\n  <BlockedEncryptionTypes/>\n  <BucketKeyEnabled>true</BucketKeyEnabled>\n`;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<!-- a rule -->\n${configuration(rule).replace(
    '>',
    ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
  )}\n`;
  const answer = await send({ port: endpoint.port, method: 'PUT', target: '/b?encryption', body });
  assert.equal(answer.status, 200, answer.body.toString());
  assert.deepEqual(seen, [
    {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BlockedEncryptionTypes: {},
          BucketKeyEnabled: true,
        },
      ],
    },
  ]);
});

test('S3 Control answers a misplaced element with BadRequestException', async () => {
  const ran: object[] = [];
  await using endpoint = await serve([serviceOf(CONTROL, { CreateJob: (input: object) => void ran.push(input) })]);
  const generator =
    '<SourceBucket>arn:aws:s3:::b</SourceBucket><EnableManifestOutput>false</EnableManifestOutput><Filter><MatchAnyPrefix><member>a</member></MatchAnyPrefix></Filter>';
  const body = `<CreateJobRequest><ManifestGenerator><S3JobManifestGenerator>${generator}</S3JobManifestGenerator></ManifestGenerator></CreateJobRequest>`;
  const answer = await send({
    port: endpoint.port,
    method: 'POST',
    target: '/v20180820/jobs',
    body,
    headers: { 'x-amz-account-id': '111111111111' },
  });
  assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, 'BadRequestException']);
  assert.deepEqual(ran, []);
});

test('control characters go into an answer as references', async () => {
  await using endpoint = await serve([
    serviceOf(S3, { ListObjectsV2: () => ({ Contents: [{ Key: 'a\u0001b\tc\u001f' }], IsTruncated: false }) }),
  ]);
  const answer = await send({ port: endpoint.port, target: '/b?list-type=2' });
  assert.match(answer.body.toString(), /<Key>a&#x1;b\tc&#x1f;<\/Key>/);
});
