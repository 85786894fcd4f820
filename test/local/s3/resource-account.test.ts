import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

const DENIED = { name: 'AccessDenied' };

test('aws:ResourceAccount is the account of the bucket, and s3:x-amz-copy-source is there in copies only', async () => {
  await using aws = await startLocal();
  await using own = createClients(aws);
  await using other = createClients(aws, { account: '222222222222' });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  for (const [{ s3 }, Bucket] of [
    [own, 'mine'],
    [other, 'theirs'],
  ] as const) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: Bucket }));
  }
  const Principal = { AWS: '111111111111' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 's3:*', Resource: 'arn:aws:s3:::theirs/*' }];
  await other.s3.send(new PutBucketPolicyCommand({ Bucket: 'theirs', Policy: JSON.stringify({ Statement }) }));
  const as = (condition?: object) => {
    const may = { actions: ['s3:*'], resource: '*', ...(condition && { condition }) };
    return createClients(aws, { credentials: sessionThatMay(aws, may) });
  };

  await using anybody = as();
  await anybody.s3.send(new GetObjectCommand({ Bucket: 'theirs', Key: 'a' }));
  await using atHome = as({ StringEquals: { 'aws:ResourceAccount': '111111111111' } });
  await atHome.s3.send(new GetObjectCommand({ Bucket: 'mine', Key: 'a' }));
  await assert.rejects(atHome.s3.send(new GetObjectCommand({ Bucket: 'theirs', Key: 'a' })), DENIED);
  await assert.rejects(atHome.s3.send(new PutObjectCommand({ Bucket: 'theirs', Key: 'b' })), DENIED);

  await using writer = as({ StringLikeIfExists: { 's3:x-amz-copy-source': 'mine/*' } });
  await writer.s3.send(new PutObjectCommand({ Bucket: 'mine', Key: 'b' }));
  await writer.s3.send(new CopyObjectCommand({ Bucket: 'mine', Key: 'c', CopySource: '/mine/a' }));
  const foreign = new CopyObjectCommand({ Bucket: 'mine', Key: 'd', CopySource: 'theirs/a' });
  await assert.rejects(writer.s3.send(foreign), DENIED);
});
