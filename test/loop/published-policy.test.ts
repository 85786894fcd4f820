import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { bucketPk, deployStack, REGION } from './deployed-stack.ts';
import { publish } from './publish.ts';

const POLICY = `
version: 1
mode: observe
standard:
  algorithm: aws:kms
  key: alias/reseal
`;

test('a policy that the command publishes is the one that the functions go by', async () => {
  await using stack = await deployStack();
  const stdout = await publish(stack, POLICY);
  assert.match(
    stdout,
    /policy\.yaml is in force within a minute: s3:\/\/\S+\/policy\/policy\.json version \S+, SHA-256 \w+, publication 1\n$/,
  );

  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration }));
  await stack.idle();
  const { verdict, observed, policySha256 } = (await stack.item(bucketPk('new'))) ?? {};
  assert.deepEqual([verdict, observed, stdout.includes(String(policySha256))], ['repair', true, true]);
  assert.deepEqual(stack.callsOfReseal('PutBucketEncryption'), []);
  assert.match(await publish(stack, POLICY), /\nNothing was published: this policy is in force already\.\n$/);
});
