import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { type LocalAws, startLocal } from '../../local/start-local.ts';
import DeployPlugin, { type Serverless } from '../../scripts/osls-deploy-plugin.mjs';
import { createClients } from '../local/clients.ts';
import { ACCOUNT, deployStack, REGION } from '../loop/deployed-stack.ts';
import { packaged, propertiesOf } from './packaged-template.ts';

interface Asked {
  readonly param?: string[];
  readonly stage?: string;
  readonly region?: string;
  readonly command?: string;
}

/** The parts of osls that the plugin touches, and what it says. */
function osls(aws: LocalAws, { param, stage = 'prod', region = REGION, command = 'deploy' }: Asked = {}) {
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

/** A stack as a deployment leaves it that got no further than its first step. */
const FIRST_STEP = JSON.stringify({
  Parameters: packaged.Parameters,
  Conditions: packaged.Conditions,
  Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
});
const LEFT = 'reseal-prod-policybucket-one';

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

test('an account that is a member of another hub is no hub before it is none', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const Principal = { AWS: 'arn:aws:iam::222222222222:root' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await clients.iam.send(new CreateRoleCommand({ RoleName: 'reseal-assess-bucket', AssumeRolePolicyDocument }));
  await assert.rejects(begin(aws), {
    message:
      /^Account 111111111111 is a member already: it has the role reseal-assess-bucket, which the hub in account 222222222222 may assume, and not by stack reseal-prod\./,
  });
  await begin(aws, { param: ['RolePrefix=dev-'] });
});

test('a role that the stack itself has left is said to be in the way', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [] });
  const Value = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/reseal-prod/0`;
  const Tags = [{ Key: 'reseal:stack', Value }];
  const RoleName = 'reseal-hub-assess-bucket';
  await clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
  await assert.rejects(begin(aws), {
    message:
      /^Role reseal-hub-assess-bucket was left by an earlier deployment of stack reseal-prod, .* Delete the role/,
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
    message: /^--param SettleSeconds: must be a whole number from 0 to 900; found "1000"\./,
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

test('a change set that a broken off deployment has left does not stop the next one', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const { cloudFormation: cfn } = clients;
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: LEFT, CreateBucketConfiguration }));
  const StackName = 'reseal-prod';
  await cfn.send(new CreateStackCommand({ StackName, TemplateBody: FIRST_STEP }));
  await cfn.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName: 'reseal-takes-over',
      TemplateBody: FIRST_STEP.replace('AWS::SQS::Queue', 'AWS::SNS::Topic'),
    }),
  );
  const { plugin, said } = osls(aws);
  await plugin.hooks['before:deploy:deploy']();
  await plugin.hooks['after:aws:deploy:deploy:createStack']();
  assert.deepEqual(said, [`Goes on with the policy bucket ${LEFT}`]);
  const { StackResourceSummaries = [] } = await cfn.send(new ListStackResourcesCommand({ StackName }));
  assert.deepEqual(
    StackResourceSummaries.map((each) => each.LogicalResourceId),
    ['Queue', 'PolicyBucket'],
  );
});

test("what cannot be taken over is said with CloudFormation's reason", async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: LEFT, CreateBucketConfiguration }));
  await clients.cloudFormation.send(new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody: FIRST_STEP }));
  const { plugin } = osls(aws);
  await plugin.hooks['before:deploy:deploy']();
  await clients.s3.send(new DeleteBucketCommand({ Bucket: LEFT }));
  await assert.rejects(async () => plugin.hooks['after:aws:deploy:deploy:createStack'](), {
    message:
      /^What a removed hub has left could not be taken over, and is as it was\. .* CloudFormation says: The specified bucket does not exist$/,
  });
});

test('a ledger under another key than the one that is asked for is refused, with what to do', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const { arn } = aws.world.keys.create({ accountId: ACCOUNT, region: REGION });
  const {
    SSESpecification: _,
    PointInTimeRecoverySpecification: __,
    TimeToLiveSpecification: ___,
    ...shape
  } = propertiesOf('LedgerTable');
  const table = async (TableName: string, more: object) => {
    const { StreamSpecification, Tags: ____, ...rest } = shape;
    const Stream = { StreamSpecification: { StreamEnabled: true, ...Object(StreamSpecification) } };
    const whole: object = { ...rest, ...Stream, ...more, TableName };
    await clients.dynamoDb.send(new CreateTableCommand(whole as CreateTableCommandInput));
  };
  await table('keyed', { SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: arn } });
  await table('plain', {});
  const named = (name: string, key: string) =>
    begin(aws, { param: [`LedgerTableName=${name}`, ...(key === '' ? [] : [`KmsKeyArn=${key}`])] });
  await named('keyed', arn);
  await named('plain', '');
  await assert.rejects(named('keyed', ''), {
    message: new RegExp(`keyed .* is under the key ${arn}, found ""\\. Deploy with`),
  });
  await assert.rejects(named('plain', arn), {
    message: /plain .* is under a key that AWS owns, found .* Deploy with --param="KmsKeyArn=" first/,
  });
});

test('a stack that cannot be updated is said to be so before anything is changed, with what to do', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const TemplateBody = JSON.stringify({
    Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'No' } } },
  });
  await clients.cloudFormation.send(new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody }));
  const { Stacks: [stack] = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({}));
  assert.equal(stack?.StackStatus, 'ROLLBACK_COMPLETE');
  await assert.rejects(begin(aws), {
    message:
      /^Stack reseal-prod in eu-west-1 is ROLLBACK_COMPLETE and cannot be updated\. Remove it first: npx osls remove --stage prod --region eu-west-1/,
  });
});

test('a bucket that is no policy bucket is not taken over', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'payroll', CreateBucketConfiguration }));
  await assert.rejects(begin(aws, { param: ['PolicyBucketName=payroll'] }), {
    message: /bucket payroll is no policy bucket of a hub/,
  });
});

test('a ledger and a policy bucket that another stack has are not taken over', async () => {
  await using stack = await deployStack();
  const prefix = ['RolePrefix=dev-', 'ReportsBucketPrefix=dev', 'HubBusName=dev'];
  for (const [parameter, id] of [
    ['LedgerTableName', 'LedgerTable'],
    ['PolicyBucketName', 'PolicyBucket'],
  ] as const) {
    const param = [...prefix, `${parameter}=${stack.named(id)}`];
    await assert.rejects(begin(stack.aws, { stage: 'dev', param }), {
      message: new RegExp(`^--param ${parameter}: .* ${stack.named(id)} belongs to stack reseal-prod`),
    });
  }
});

test('whoever may not ask for the first hub is told that nobody has', async () => {
  await using aws = await startLocal();
  aws.faults.add({ kind: 'access-denied', operation: 'GetRole' });
  const { plugin, said } = osls(aws);
  await plugin.hooks['before:package:initialize']();
  assert.match(said.join(), /^Nobody knows whether account 111111111111 has a hub already: iam:GetRole is denied/);
});

test('whoever may not look for what was left is told what to grant, or how to do without', async () => {
  for (const [operation, parameter, action] of [
    ['ListTables', 'LedgerTableName', 'dynamodb:ListTables'],
    ['ListBuckets', 'PolicyBucketName', 's3:ListAllMyBuckets'],
  ] as const) {
    await using aws = await startLocal();
    aws.faults.add({ kind: 'access-denied', operation });
    await assert.rejects(begin(aws), {
      message: new RegExp(`${action} .*--param="${parameter}=new"`),
    });
    await begin(aws, { param: [`${parameter}=new`] });
  }
});

test('what was packaged before is deployed with the tags of the stack, or with those that are named', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  const Tags = [{ Key: 'team', Value: 'storage' }];
  const TemplateBody = FIRST_STEP;
  await clients.cloudFormation.send(new CreateStackCommand({ StackName: 'reseal-prod', TemplateBody, Tags }));
  const tags = async (...param: string[]) => {
    const { plugin, serverless } = osls(aws, { param });
    serverless.service.provider.stackTags = { 'reseal:version': '1' };
    await plugin.hooks['before:deploy:deploy']();
    return serverless.service.provider.stackTags;
  };
  assert.deepEqual(await tags(), { 'reseal:version': '1', team: 'storage' });
  assert.deepEqual(await tags('Tags=team=keys'), { 'reseal:version': '1', team: 'keys' });
  await assert.rejects(tags('Tags=team'), { message: /--param Tags: expected a pair KEY=VALUE/ });
});

test('whoever may not look at the stack can remove it', async () => {
  await using stack = await deployStack();
  stack.aws.faults.add({ kind: 'access-denied', operation: 'ListStackResources' });
  const { plugin, said } = osls(stack.aws, { command: 'remove' });
  await plugin.hooks['before:remove:remove']();
  await plugin.hooks['after:remove:remove']();
  assert.match(
    said.join(),
    /^The ledger and the policy bucket are kept\. Their names are not known: .*:ListStackResources/,
  );
});
