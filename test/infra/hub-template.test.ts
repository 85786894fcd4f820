import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../local/start-local.ts';
import { HUB } from '../../scripts/package.ts';
import { createClients } from '../local/clients.ts';
import { directory, packaged } from './packaged-template.ts';

const text = readFileSync(path.join(directory, HUB), 'utf8');
const template: { Resources: object; Parameters: object } = JSON.parse(text);
const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

test('hub.json is the packaged template with another bucket for the code', () => {
  const gone = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];
  assert.deepEqual(
    Object.keys(packaged.Resources).filter((id) => !Object.hasOwn(template.Resources, id)),
    gone,
  );
  assert.deepEqual(Object.keys(template.Parameters), [...Object.keys(packaged.Parameters), 'CodeBucket']);
  assert.equal(text.includes('ServerlessDeploymentBucket'), false);
});

test('hub.json and the zips under their names by content are all that CloudFormation needs', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: '111111111111', region: 'eu-west-1' });
  const Bucket = 'code';
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  for (const name of readdirSync(directory).filter((each) => each.endsWith('.zip'))) {
    const Body = readFileSync(path.join(directory, name));
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: `reseal/${sha256(Body)}.zip`, Body }));
  }
  await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'hub.json', Body: text }));
  await clients.cloudFormation.send(
    new CreateStackCommand({
      StackName: 'reseal-prod',
      TemplateURL: `https://${Bucket}.s3.eu-west-1.amazonaws.com/hub.json`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: [{ ParameterKey: 'CodeBucket', ParameterValue: Bucket }],
    }),
  );
  const { Stacks: [stack] = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({}));
  assert.equal(stack?.StackStatus, 'CREATE_COMPLETE', stack?.StackStatusReason);
  const FunctionName = 'reseal-prod-sweep';
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: '{"observe":true}' }));
  assert.equal(answer.FunctionError, undefined, Buffer.from(answer.Payload ?? []).toString());
});
