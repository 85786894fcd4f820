import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { bucketPk, ACCOUNT, deployStack, REGION } from './deployed-stack.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const POLICY = `
version: 1
mode: observe
standard:
  algorithm: aws:kms
  key: alias/reseal
`;

test('a policy that the command publishes is the one that the functions go by', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reseal-policy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'observe.yaml');
  writeFileSync(file, POLICY);
  await using stack = await deployStack();

  const place = ['--bucket', stack.named('PolicyBucket'), '--table', stack.named('LedgerTable'), '--region', REGION];
  const credentials = { AWS_ACCESS_KEY_ID: ACCOUNT, AWS_SECRET_ACCESS_KEY: 'local' };
  const env = { PATH: process.env['PATH'], AWS_ENDPOINT_URL: stack.aws.endpoint, ...credentials };
  const hook = path.join(ROOT, 'local/loopback-hook.mjs');
  const command = ['--import', hook, 'cli/reseal.mjs', 'policy', 'publish', file, '--yes', ...place];
  const publish = () => promisify(execFile)(process.execPath, command, { cwd: ROOT, env });
  const { stdout } = await publish();
  assert.match(
    stdout,
    /observe\.yaml is in force within a minute: s3:\/\/\S+\/policy\/policy\.json version \S+, SHA-256 \w+, publication 1\n$/,
  );

  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration }));
  await stack.idle();
  const { verdict, observed, policySha256 } = (await stack.item(bucketPk('new'))) ?? {};
  assert.deepEqual([verdict, observed, stdout.includes(String(policySha256))], ['repair', true, true]);
  assert.deepEqual(stack.callsOfReseal('PutBucketEncryption'), []);
  assert.match((await publish()).stdout, /\nNothing was published: this policy is in force already\.\n$/);
});
