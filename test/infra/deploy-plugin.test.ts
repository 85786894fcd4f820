import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type LocalAws, startLocal } from '../../local/start-local.ts';
import DeployPlugin, { type Serverless } from '../../scripts/osls-deploy-plugin.mjs';
import { createClients } from '../local/clients.ts';
import { ACCOUNT, deployStack, REGION } from '../loop/deployed-stack.ts';
import { packaged } from './packaged-template.ts';

interface Asked {
  readonly param?: string[];
  readonly stage?: string;
  readonly region?: string;
  readonly command?: string;
}

/** The parts of osls that the plugin touches, and what it says. */
function osls(aws: LocalAws, { param, stage = 'prod', region = REGION, command = 'deploy' }: Asked) {
  const said: string[] = [];
  const serverless: Serverless = {
    processedInput: { commands: [command], options: { ...(param && { param }) } },
    getProvider: () => ({
      naming: { getStackName: () => `reseal-${stage}` },
      getStage: () => stage,
      getRegion: () => region,
      getAccountId: async () => ACCOUNT,
      getAwsSdkV3Config: async () => aws.clientConfig({ account: ACCOUNT, region }),
    }),
    service: { custom: {}, resources: packaged, provider: { compiledCloudFormationTemplate: packaged } },
    classes: { Error },
  };
  const log = { notice: (message: string) => void said.push(message) };
  return { serverless, said, plugin: new DeployPlugin(serverless, {}, { log }) };
}

const begin = async (aws: LocalAws, asked: Asked = {}) => {
  const { plugin, serverless } = osls(aws, asked);
  await plugin.hooks['before:package:initialize']();
  return serverless.service;
};

/** The operations that change something, of those that were let through. */
function changesOf(aws: LocalAws): string[] {
  const changes: string[] = [];
  aws.onOutcome(({ call: { operation, caller } }) => {
    if (caller.role === undefined && !/^(?:Get|List|Describe|Head)/.test(operation)) changes.push(operation);
  });
  return changes;
}

test('a second hub is refused before anything is changed, with the name of the first', async () => {
  await using stack = await deployStack();
  const changes = changesOf(stack.aws);
  const first = `Account ${ACCOUNT} has a hub already: stack reseal-prod in eu-west-1. .* Nothing was changed. Deploy that one: npx osls deploy --stage prod --region eu-west-1`;
  await assert.rejects(begin(stack.aws, { region: 'us-east-1' }), { message: new RegExp(first) });
  await assert.rejects(begin(stack.aws, { stage: 'dev' }), { message: new RegExp(first) });
  await begin(stack.aws);
  await begin(stack.aws, { stage: 'dev', param: ['RolePrefix=dev-'] });
  await begin(stack.aws, { region: 'us-east-1', command: 'package' });
  assert.deepEqual(changes, []);
});

test('a role of that name which no stack is known to have stops a deployment too', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [] });
  await clients.iam.send(new CreateRoleCommand({ RoleName: 'reseal-hub-assess-bucket', AssumeRolePolicyDocument }));
  await assert.rejects(begin(aws), {
    message: /has a hub already: a stack that its role reseal-hub-assess-bucket does not name\./,
  });
});

test('an account that may not be asked for roles is deployed to: the names of the roles are left to collide', async () => {
  await using aws = await startLocal();
  aws.faults.add({ kind: 'access-denied', operation: 'GetRole' });
  await begin(aws);
});

test('a ledger that is not there, is of another Region, or is no ledger is refused before anything is changed', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const AttributeDefinitions = ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
  const KeySchema = [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ];
  const old = { TableName: 'old', AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' as const };
  await clients.dynamoDb.send(new CreateTableCommand(old));
  const changes = changesOf(aws);
  const refused: [value: string, message: RegExp][] = [
    ['nobody', /there is no table nobody in eu-west-1, account 111111111111\. The ledger of another Region serves/],
    [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/t`, /expected the name of a table in eu-west-1, found arn:/],
    [
      'old',
      /table old is no ledger of this version: it lacks the index .* or begin anew with --param="LedgerTableName=new"/,
    ],
  ];
  for (const [value, message] of refused)
    await assert.rejects(begin(aws, { param: [`LedgerTableName=${value}`] }), { message });
  await assert.rejects(begin(aws, { param: ['PolicyBucketName=nobodys'] }), {
    message: /bucket nobodys is not one of account 111111111111\. Name the output PolicyBucketName/,
  });
  assert.deepEqual(changes, []);
});

test('several that were left are not chosen from, and nothing is taken over where one is to begin anew', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  for (const end of ['one', 'two']) {
    const Bucket = `reseal-prod-policybucket-${end}`;
    await clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  }
  await assert.rejects(begin(aws), {
    message:
      /^2 policy buckets are here that removed hubs have left: reseal-prod-policybucket-one, reseal-prod-policybucket-two\. Say which one .*PolicyBucketName=new"\.$/,
  });
  await begin(aws, { param: ['PolicyBucketName=new'] });
  await begin(aws, { param: ['PolicyBucketName=reseal-prod-policybucket-two'] });
});

test('a hub that stands cannot be given another ledger, and its own one is no other', async () => {
  await using stack = await deployStack();
  await begin(stack.aws, { param: [`LedgerTableName=${stack.named('LedgerTable')}`] });
  await assert.rejects(begin(stack.aws, { param: ['LedgerTableName=other'] }), {
    message:
      /stack reseal-prod has the ledger reseal-prod-LedgerTable-\w+ and cannot change it to other\. Remove the hub/,
  });
});

test('tags that a deployment does not repeat are those of the stack, and empty ones are none', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const TemplateBody = 'Resources: { Queue: { Type: AWS::SQS::Queue } }';
  const given = { STAGE: 'prod', team: 'storage', 'cost-center': '42', 'reseal:version': '0.0.1' };
  const Tags = Object.entries(given).map(([Key, Value]) => ({ Key, Value }));
  await clients.cloudFormation.send(new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody, Tags }));
  const tags = async (...param: string[]) => (await begin(aws, { param })).custom.tags;
  assert.equal(await tags(), 'team=storage,cost-center=42');
  assert.equal(await tags('Tags='), '');
  assert.equal(await tags('Tags=team=keys'), 'team=keys');
});

test('a value that the stack has and this version refuses is told before anything is changed', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const TemplateBody = JSON.stringify({
    Parameters: { SettleSeconds: { Type: 'Number' }, OfAnOlderVersion: { Type: 'String', Default: '' } },
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
  });
  const Parameters = [{ ParameterKey: 'SettleSeconds', ParameterValue: '1000' }];
  await clients.cloudFormation.send(new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody, Parameters }));
  await assert.rejects(begin(aws), {
    message: /^--param SettleSeconds: must be a number from 0 to 900; found "1000"\./,
  });
  await begin(aws, { param: ['SettleSeconds=60'] });
});

test('what a removal keeps is said', async () => {
  await using stack = await deployStack();
  const { plugin, said } = osls(stack.aws, { command: 'remove' });
  await plugin.hooks['before:remove:remove']();
  await plugin.hooks['after:remove:remove']();
  assert.deepEqual(said.slice(0, 2), [
    `Kept: the ledger ${stack.named('LedgerTable')}`,
    `Kept: the policy bucket ${stack.named('PolicyBucket')}`,
  ]);
  assert.match(said[2] ?? '', /A later `npx osls deploy` of the same stage goes on with them/);
});
