import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { WritersItem } from '../../src/ledger/writers-item.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import { ACCOUNT, bucketPk, deployStack, REGION } from './deployed-stack.ts';
import { templateWithShortWindow } from './changed-template.ts';
import { openPair } from './member.ts';

test('a client that writes below the standard is counted, and one job of the next sweep brings its objects to the standard', async () => {
  // A minute is too long for a test.
  using template = templateWithShortWindow('WriteQueueMapping');
  await using stack = await deployStack({
    parameters: { WatchWrites: 'true' },
    template: (packaged) => template.of(packaged),
  });
  const { s3 } = stack.clients;
  const Bucket = 'exports';
  await makeBucket(s3, Bucket, REGION);
  await stack.idle();
  const jobsBefore = stack.aws.jobs.all().length;
  stack.aws.dataEvents.select(ACCOUNT, [`arn:aws:s3:::${Bucket}/`]);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'right', Body: 'body' }));
  for (const Key of ['a', 'b'])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'body', ServerSideEncryption: 'AES256' }));
  const parts = { Bucket, Key: 'parts' };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...parts, ServerSideEncryption: 'AES256' }));
  await s3.send(new AbortMultipartUploadCommand({ ...parts, UploadId }));
  await stack.idle();
  const { writers } = (await stack.item(bucketPk(Bucket), 'WRITERS')) as unknown as WritersItem;
  assert.deepEqual(
    writers.map(({ count, applied }) => [count, applied]),
    [[3, 'SSE_S3']],
  );
  assert.equal(typeof (await stack.item(bucketPk(Bucket)))?.['belowSince'], 'string');
  const told = await stack.item(`${bucketPk(Bucket)}#WRITERS`, 'TOLD');
  assert.deepEqual(told?.['owed'], []);
  await stack.sweep();
  await stack.idle();
  assert.equal(stack.aws.jobs.all().length, jobsBefore + 1);
  for (const Key of ['right', 'a', 'b']) {
    const { SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(SSEKMSKeyId, stack.keyArn, Key);
  }
});

const MEMBER = { account: '222222222222', region: 'us-east-2' };

test('writes in a member are forwarded where both watch', async () => {
  using template = templateWithShortWindow('WriteQueueMapping');
  const parameters = { OrganizationId: 'o-reseallocal', WatchWrites: 'true' };
  await using opened = await openPair(MEMBER, { parameters, template: (packaged) => template.of(packaged) });
  const { stack, member } = opened;
  const { s3 } = member.clients;
  await makeBucket(s3, 'theirs', 'us-east-2');
  stack.aws.dataEvents.select(MEMBER.account, ['arn:aws:s3']);
  await stack.idle();
  await s3.send(new PutObjectCommand({ Bucket: 'theirs', Key: 'by-default', Body: 'body' }));
  await s3.send(new PutObjectCommand({ Bucket: 'theirs', Key: 'a', Body: 'body', ServerSideEncryption: 'AES256' }));
  await stack.idle();
  const pk = `BUCKET#${MEMBER.account}/${MEMBER.region}/theirs`;
  const { writers } = (await stack.item(pk, 'WRITERS')) as unknown as WritersItem;
  assert.deepEqual(
    writers.map(({ count, key, principal }) => [count, key, principal]),
    [[1, 'a', `arn:aws:iam::${MEMBER.account}:root`]],
  );
});

test('where nobody watches, no write reaches the hub', async () => {
  await using stack = await deployStack();
  const { s3 } = stack.clients;
  await makeBucket(s3, 'exports', REGION);
  stack.aws.dataEvents.select(ACCOUNT, ['arn:aws:s3']);
  await s3.send(new PutObjectCommand({ Bucket: 'exports', Key: 'a', Body: 'body', ServerSideEncryption: 'AES256' }));
  await stack.idle();
  assert.equal(await stack.item(bucketPk('exports'), 'WRITERS'), undefined);
});
