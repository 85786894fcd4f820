import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as kmsSdk from '@aws-sdk/client-kms';
import * as s3Sdk from '@aws-sdk/client-s3';
import * as s3ControlSdk from '@aws-sdk/client-s3-control';
import { DescribeJobCommand } from '@aws-sdk/client-s3-control';
import type { RawService } from '../../../local/service.ts';
import { AwsError } from '../../../local/errors.ts';
import { createClients } from '../clients.ts';
import { serve, serviceOf } from './endpoint.ts';
import { send, sendText } from './raw-request.ts';

const S3 = serviceOf(
  { id: 's3', signingName: 's3', protocol: 'restXml', sdk: s3Sdk },
  { GetObject: (input: { Bucket: string; Key: string }) => ({ Body: Buffer.from(`${input.Bucket} ${input.Key}`) }) },
);
const JOBS = serviceOf(
  { id: 's3control', signingName: 's3', protocol: 'restXml', sdk: s3ControlSdk, pathPrefix: '/v20180820/' },
  {
    DescribeJob: (input: { JobId: string; AccountId: string }) => {
      if (input.JobId !== 'j') throw new AwsError('NoSuchJob', 'The specified job does not exist.', 404);
      return { Job: { JobId: input.JobId, Description: input.AccountId } };
    },
  },
);

test('an absolute-form target is answered as a proxy would be asked', async () => {
  await using endpoint = await serve([S3, JOBS]);
  const object = await send({
    port: endpoint.port,
    target: 'http://my.bucket.s3.amazonaws.com/a%20b',
    headers: { host: 'ignored' },
  });
  assert.equal(object.body.toString(), 'my.bucket a b');
  const job = await send({
    port: endpoint.port,
    target: 'http://111111111111.s3-control.eu-west-1.amazonaws.com/v20180820/jobs/j',
    headers: { 'x-amz-account-id': '111111111111' },
  });
  assert.match(job.body.toString(), /<JobId>j<\/JobId><Description>111111111111<\/Description>/);
});

test('a bucket that is called as the path of S3 Control is still a bucket', async () => {
  await using endpoint = await serve([S3, JOBS]);
  assert.equal((await send({ port: endpoint.port, target: '/v20180820/jobs/j' })).body.toString(), 'v20180820 jobs/j');
});

test('the account before the host reaches S3 Control through the SDK, and its errors are wrapped', async () => {
  await using endpoint = await serve([S3, JOBS]);
  await using clients = createClients(endpoint);
  const { Job: job } = await clients.s3Control.send(new DescribeJobCommand({ AccountId: '111111111111', JobId: 'j' }));
  assert.deepEqual(job, { JobId: 'j', Description: '111111111111' });
  await assert.rejects(clients.s3Control.send(new DescribeJobCommand({ AccountId: '111111111111', JobId: 'gone' })), {
    name: 'NoSuchJob',
    message: 'The specified job does not exist.',
  });
});

test('CONNECT is refused with a message', async () => {
  await using endpoint = await serve([S3]);
  const answer = await sendText(
    endpoint.port,
    'CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nhost: s3.amazonaws.com:443\r\n\r\n',
  );
  assert.match(answer, /^HTTP\/1.1 501 Not Implemented\r\n[^]*no tunnel to s3.amazonaws.com:443/);
});

test('a request without a signature is AccessDenied', async () => {
  await using endpoint = await serve([S3]);
  const answer = await send({ port: endpoint.port, target: '/b/k', signedFor: null });
  assert.equal(answer.status, 403);
  assert.match(
    answer.body.toString(),
    /<Error><Code>AccessDenied<\/Code><Message>Access Denied: the request is not signed/,
  );
});

test('a presigned query is a signature', async () => {
  await using endpoint = await serve([S3]);
  const credential = encodeURIComponent('111111111111/20260501/eu-west-1/s3/aws4_request');
  const target = (date: string): string => `/b/k?X-Amz-Credential=${credential}&X-Amz-Date=${date}&X-Amz-Expires=60`;
  assert.equal(
    (await send({ port: endpoint.port, target: target('20260501T115930Z'), signedFor: null })).body.toString(),
    'b k',
  );
  const late = await send({ port: endpoint.port, target: target('20260501T115859Z'), signedFor: null });
  assert.deepEqual(
    [late.status, /<Message>(.*)<\/Message>/.exec(late.body.toString())?.[1]],
    [403, 'Request has expired'],
  );
});

test('an operation that the model knows and nothing emulates is 501 by its name', async () => {
  await using endpoint = await serve([S3]);
  const answer = await send({ port: endpoint.port, target: '/b?cors' });
  assert.equal(answer.status, 501);
  assert.match(
    answer.body.toString(),
    /<Code>NotImplemented<\/Code><Message>s3 GetBucketCors is known to AWS and not emulated here/,
  );
});

test('a service that is not there is 501 by its signing name, in the protocol of the request', async () => {
  await using endpoint = await serve([S3]);
  const xml = await send({ port: endpoint.port, target: '/', signedFor: 'ec2' });
  assert.deepEqual([xml.status, /the service that signs as (\w+)/.exec(xml.body.toString())?.[1]], [501, 'ec2']);
  const json = await send({
    port: endpoint.port,
    method: 'POST',
    target: '/',
    signedFor: 'kms',
    headers: { 'x-amz-target': 'TrentService.ListKeys' },
  });
  assert.deepEqual([json.status, JSON.parse(json.body.toString()).__type], [501, 'NotImplemented']);
});

test('a broken escape is answered, not dropped', async () => {
  await using endpoint = await serve([S3]);
  const answer = await send({ port: endpoint.port, target: '/b?prefix=%zz' });
  assert.deepEqual([answer.status, /<Code>(\w+)/.exec(answer.body.toString())?.[1]], [400, 'InvalidURI']);
});

test('a mistake of an operation is InternalError with its stack', async () => {
  const broken = serviceOf(
    { id: 'kms', signingName: 'kms', protocol: 'awsJson1.1', sdk: kmsSdk },
    {
      ListKeys: () => {
        throw new TypeError('broken');
      },
    },
  );
  await using endpoint = await serve([broken]);
  const answer = await send({
    port: endpoint.port,
    method: 'POST',
    target: '/',
    signedFor: 'kms',
    headers: { 'x-amz-target': 'TrentService.ListKeys' },
  });
  assert.deepEqual([answer.status, answer.headers['x-amzn-errortype']], [500, 'InternalError']);
  assert.match(JSON.parse(answer.body.toString()).message, /^TypeError: broken\n/);
});

test('a service with its own wire format gets the request as it came, and its errors are JSON', async () => {
  const raw: RawService = {
    id: 'dynamodb',
    signingName: 'dynamodb',
    handle: async (request, call) => {
      if (call.operation === 'PutItem') throw new AwsError('AccessDenied', 'no', 403);
      return { status: 200, headers: { 'x-seen': call.operation }, body: request.body };
    },
  };
  await using endpoint = await serve([raw]);
  const post = (operation: string) =>
    send({
      port: endpoint.port,
      method: 'POST',
      target: '/',
      body: '{"a":1}',
      signedFor: 'dynamodb',
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
    });
  const seen = await post('GetItem');
  assert.deepEqual([seen.status, seen.headers['x-seen'], seen.body.toString()], [200, 'GetItem', '{"a":1}']);
  const refused = await post('PutItem');
  assert.deepEqual([refused.status, JSON.parse(refused.body.toString()).__type], [400, 'AccessDeniedException']);
});

test('listeners are told what came of every call', async () => {
  await using endpoint = await serve([S3, JOBS]);
  await send({ port: endpoint.port, target: '/b/k' });
  await send({ port: endpoint.port, target: '/v20180820/jobs/x', headers: { 'x-amz-account-id': '111111111111' } });
  assert.deepEqual(
    endpoint.outcomes.map(({ call, input, error }) => [call.operation, input, error]),
    [
      ['GetObject', { Bucket: 'b', Key: 'k' }, undefined],
      [
        'DescribeJob',
        { JobId: 'x', AccountId: '111111111111' },
        { code: 'NoSuchJob', message: 'The specified job does not exist.', status: 404 },
      ],
    ],
  );
});
