import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { ListJobsCommand } from '@aws-sdk/client-s3-control';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { startLocal } from '../../local/start-local.ts';
import { createClients } from './clients.ts';
import { send } from './protocol/raw-request.ts';

test('two in one process know nothing of each other', async () => {
  await using first = await startLocal();
  await using second = await startLocal();
  await using one = createClients(first);
  await using two = createClients(second);
  const { KeyMetadata: key } = await one.kms.send(new CreateKeyCommand());
  await one.kms.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: key?.KeyId }));
  await one.s3.send(
    new CreateBucketCommand({ Bucket: 'data', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  assert.deepEqual((await two.kms.send(new ListKeysCommand())).Keys, []);
  assert.deepEqual((await two.s3.send(new ListBucketsCommand())).Buckets ?? [], []);
  await assert.rejects(two.kms.send(new DescribeKeyCommand({ KeyId: 'alias/a' })), { name: 'NotFoundException' });
});

test('every service answers at the one port', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  assert.deepEqual((await clients.s3.send(new ListBucketsCommand())).Buckets ?? [], []);
  assert.deepEqual((await clients.s3Control.send(new ListJobsCommand({ AccountId: '111111111111' }))).Jobs ?? [], []);
  assert.deepEqual((await clients.kms.send(new ListKeysCommand())).Keys, []);
  assert.deepEqual((await clients.sqs.send(new ListQueuesCommand())).QueueUrls ?? [], []);
  assert.deepEqual((await clients.dynamoDb.send(new ListTablesCommand())).TableNames, []);
  assert.deepEqual((await clients.lambda.send(new ListFunctionsCommand())).Functions, []);
});

test('buckets with dots are reached by path and by host', async () => {
  await using aws = await startLocal();
  await using byPath = createClients(aws, { region: 'us-east-1' });
  await using byHost = createClients(aws, { region: 'us-east-1', forcePathStyle: false });
  await byPath.s3.send(new CreateBucketCommand({ Bucket: 'my.dotted.bucket' }));
  await byHost.s3.send(new PutObjectCommand({ Bucket: 'my.dotted.bucket', Key: 'a/b c+d', Body: 'x' }));
  const got = await byPath.s3.send(new GetObjectCommand({ Bucket: 'my.dotted.bucket', Key: 'a/b c+d' }));
  assert.equal(await got.Body?.transformToString(), 'x');
});

test('the hook runs once before the first outside call of an account and Region, and every call waits for it', async () => {
  const uses: string[] = [];
  await using aws = await startLocal({
    onFirstUse: async (account, region) => {
      uses.push(`begin ${account} ${region}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      uses.push(`end ${account} ${region}`);
    },
  });
  await using here = createClients(aws);
  await using there = createClients(aws, { region: 'us-east-1' });
  const list = async (clients: typeof here): Promise<void> => {
    await clients.kms.send(new ListKeysCommand());
    uses.push('answered');
  };
  await Promise.all([list(here), list(here)]);
  await list(there);
  assert.deepEqual(uses, [
    'begin 111111111111 eu-west-1',
    'end 111111111111 eu-west-1',
    'answered',
    'answered',
    'begin 111111111111 us-east-1',
    'end 111111111111 us-east-1',
    'answered',
  ]);
});

test('a hook that fails is told to the caller and tried again at the next call', async () => {
  let tries = 0;
  await using aws = await startLocal({
    onFirstUse: async () => {
      tries += 1;
      if (tries === 1) throw new Error('the template is not there');
    },
  });
  await using clients = createClients(aws);
  await assert.rejects(clients.kms.send(new ListKeysCommand()), {
    name: 'InternalError',
    message: /the template is not there/,
  });
  await assert.doesNotReject(clients.kms.send(new ListKeysCommand()));
});

test('a port that is taken is the error of the system', async () => {
  await using aws = await startLocal();
  await assert.rejects(startLocal({ port: aws.port }), { code: 'EADDRINUSE' });
});

test('paths below /_local/ need no signature and go to the admin of the options first', async () => {
  await using aws = await startLocal({
    admin: async ({ method, target }) =>
      target === '/_local/mine' ? { status: 200, headers: {}, body: method } : undefined,
  });
  const mine = await send({ port: aws.port, target: '/_local/mine', signedFor: null });
  assert.deepEqual([mine.status, mine.body.toString()], [200, 'GET']);
  assert.equal((await send({ port: aws.port, target: '/_local/idle?timeoutMs=1000', signedFor: null })).status, 200);
  assert.equal((await send({ port: aws.port, target: '/_local/nothing', signedFor: null })).status, 404);
});

test('closing ends open connections', async () => {
  const aws = await startLocal();
  const socket = connect(aws.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await aws.close();
  await closed;
  await assert.rejects(send({ port: aws.port, target: '/', signedFor: null }), { code: 'ECONNREFUSED' });
});
