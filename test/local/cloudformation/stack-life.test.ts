import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  type Parameter,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../clients.ts';
import { startLocal } from '../../../local/start-local.ts';

const StackName = 'life';
const Capabilities = ['CAPABILITY_IAM' as const];

interface Wanted {
  readonly action?: string;
  readonly more?: string;
  readonly algorithm?: string;
}

const template = ({ action = 'sqs:SendMessage', more = '', algorithm = 'AES256' }: Wanted = {}): string => `
Parameters:
  Settle: { Type: Number, Default: 0 }
  Topic: { Type: String, Default: '' }
Resources:
  Work: { Type: AWS::SQS::Queue, Properties: { QueueName: work, DelaySeconds: !Ref Settle } }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }]
      Policies:
        - PolicyName: send
          PolicyDocument: { Statement: [{ Effect: Allow, Action: '${action}', Resource: !GetAtt Work.Arn }] }
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: rule
      EventPattern: { source: [test] }
      Targets: [{ Id: '${action}', Arn: !GetAtt Work.Arn }]
  Kept:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: kept-life
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: '${algorithm}' } }]
${more}
Outputs:
  Role: { Value: !Ref Role }
`;

async function openLife() {
  const aws = await startLocal();
  const clients = createClients(aws);
  const { cloudFormation } = clients;
  const stack = async () => {
    const { Stacks: [found] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return found;
  };
  return {
    ...clients,
    stack,
    status: async () => (await stack())?.StackStatus,
    create: (TemplateBody = template(), Parameters: Parameter[] = []) =>
      cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody, Parameters, Capabilities })),
    update: (TemplateBody: string, Parameters: Parameter[] = []) =>
      cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody, Parameters, Capabilities })),
    remove: () => cloudFormation.send(new DeleteStackCommand({ StackName })),
    events: async () => {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
      return StackEvents.map(({ LogicalResourceId: id, ResourceStatus: status }) => `${id} ${status}`);
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('a stack that is updated', () => {
  test('changes what is different, adds and deletes, and keeps the values of parameters', async () => {
    await using open = await openLife();
    await open.create(template({ more: '  Gone: { Type: AWS::SQS::Queue }' }), [
      { ParameterKey: 'Settle', ParameterValue: '7' },
    ]);
    assert.equal(await open.status(), 'CREATE_COMPLETE');
    const more = '  New: { Type: AWS::SQS::Queue, Properties: { QueueName: new } }';
    const changed = template({ action: 'sqs:GetQueueUrl', algorithm: 'aws:kms', more });
    await open.update(changed, [{ ParameterKey: 'Settle', UsePreviousValue: true }]);
    const stack = await open.stack();
    assert.equal(stack?.StackStatus, 'UPDATE_COMPLETE');
    assert.deepEqual(stack?.Parameters?.[0], { ParameterKey: 'Settle', ParameterValue: '7' });
    const RoleName = stack?.Outputs?.[0]?.OutputValue;
    const policy = await open.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'send' }));
    assert.match(decodeURIComponent(policy.PolicyDocument ?? ''), /sqs:GetQueueUrl/);
    const { Targets } = await open.eventBridge.send(new ListTargetsByRuleCommand({ Rule: 'rule' }));
    assert.deepEqual(
      Targets?.map(({ Id }) => Id),
      ['sqs:GetQueueUrl'],
    );
    const encryption = await open.s3.send(new GetBucketEncryptionCommand({ Bucket: 'kept-life' }));
    const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'aws:kms');
    const events = await open.events();
    assert.ok(events.includes('Gone DELETE_COMPLETE') && events.includes('New CREATE_COMPLETE'), events.join());
    const { TemplateBody } = await open.cloudFormation.send(new GetTemplateCommand({ StackName }));
    assert.equal(TemplateBody, changed);
  });

  test('loses the value of a parameter that the update does not name', async () => {
    await using open = await openLife();
    await open.create(template(), [{ ParameterKey: 'Settle', ParameterValue: '7' }]);
    await open.update(template({ action: 'sqs:GetQueueUrl' }));
    const QueueUrl = '/111111111111/work';
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['DelaySeconds'] });
    assert.deepEqual((await open.sqs.send(asked)).Attributes, { DelaySeconds: '0' });
  });

  test('goes back to what it was where a resource fails', async () => {
    await using open = await openLife();
    await open.create();
    const more = '  Wrong: { Type: AWS::Events::Rule, DependsOn: Role, Properties: { EventPattern: { source: [] } } }';
    await open.update(template({ action: 'sqs:GetQueueUrl', more }));
    assert.equal(await open.status(), 'UPDATE_ROLLBACK_COMPLETE');
    const RoleName = (await open.stack())?.Outputs?.[0]?.OutputValue;
    const policy = await open.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'send' }));
    assert.match(decodeURIComponent(policy.PolicyDocument ?? ''), /sqs:SendMessage/);
    assert.ok((await open.events()).includes('Wrong CREATE_FAILED'));
    await assert.rejects(open.update(template()), {
      name: 'ValidationError',
      message: 'No updates are to be performed.',
    });
  });

  test('refuses by name what it cannot change', async () => {
    await using open = await openLife();
    const table = (name: string): string =>
      `  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: ledger, BillingMode: PAY_PER_REQUEST, KeySchema: [{ AttributeName: ${name}, KeyType: HASH }], AttributeDefinitions: [{ AttributeName: ${name}, AttributeType: S }] } }`;
    await open.create(template({ more: table('pk') }));
    await open.update(template({ more: table('id') }));
    assert.equal(await open.status(), 'UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('a stack that is deleted', () => {
  test('leaves what is retained, and is known by its id alone', async () => {
    await using open = await openLife();
    const { StackId } = await open.create();
    await open.remove();
    await assert.rejects(open.stack(), { name: 'ValidationError', message: 'Stack with id life does not exist' });
    const { Stacks } = await open.cloudFormation.send(new DescribeStacksCommand({ StackName: StackId }));
    assert.equal(Stacks?.[0]?.StackStatus, 'DELETE_COMPLETE');
    // CloudFormation takes over no bucket that is there.
    await open.create();
    assert.equal(await open.status(), 'ROLLBACK_COMPLETE');
    await assert.rejects(open.update(template()), { name: 'ValidationError', message: /ROLLBACK_COMPLETE/ });
  });

  test('gives names of its own to what it makes when it returns', async () => {
    await using open = await openLife();
    const body =
      'Resources: { Kept: { Type: AWS::S3::Bucket, DeletionPolicy: Retain } }\nOutputs: { Name: { Value: !Ref Kept } }';
    const names: (string | undefined)[] = [];
    for (let round = 0; round < 2; round++) {
      await open.create(body);
      names.push((await open.stack())?.Outputs?.[0]?.OutputValue);
      await open.remove();
    }
    assert.equal(new Set(names.filter((name) => name !== undefined)).size, 2);
  });

  test('stays where a bucket is not empty, or a table is protected', async () => {
    await using open = await openLife();
    const more = '  Full: { Type: AWS::S3::Bucket, Properties: { BucketName: full-life } }';
    await open.create(template({ more }));
    await open.s3.send(new PutObjectCommand({ Bucket: 'full-life', Key: 'k', Body: 'x' }));
    await open.remove();
    assert.equal(await open.status(), 'DELETE_FAILED');
  });
});

describe('a change set', () => {
  test('shows what it would change, and changes it once it is executed', async () => {
    await using open = await openLife();
    const make = (ChangeSetType: 'CREATE' | 'UPDATE', TemplateBody: string, ChangeSetName: string) =>
      open.cloudFormation.send(
        new CreateChangeSetCommand({ StackName, ChangeSetName, ChangeSetType, TemplateBody, Capabilities }),
      );
    const describeSet = (ChangeSetName: string) =>
      open.cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName }));
    const execute = (ChangeSetName: string) =>
      open.cloudFormation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
    await assert.rejects(make('UPDATE', template(), 'first'), { name: 'ValidationError' });
    await make('CREATE', template(), 'first');
    assert.equal(await open.status(), 'REVIEW_IN_PROGRESS');
    await execute('first');
    assert.equal(await open.status(), 'CREATE_COMPLETE');
    await make('UPDATE', template({ action: 'sqs:GetQueueUrl' }), 'second');
    const { Changes = [] } = await describeSet('second');
    assert.deepEqual(
      Changes.map(({ ResourceChange }) => [ResourceChange?.Action, ResourceChange?.LogicalResourceId]),
      [
        ['Modify', 'Role'],
        ['Modify', 'Rule'],
      ],
    );
    await execute('second');
    assert.equal(await open.status(), 'UPDATE_COMPLETE');
    await make('UPDATE', template({ action: 'sqs:GetQueueUrl' }), 'third');
    const empty = await describeSet('third');
    assert.deepEqual([empty.Status, empty.ExecutionStatus], ['FAILED', 'UNAVAILABLE']);
    await assert.rejects(execute('third'), { name: 'InvalidChangeSetStatusException' });
  });
});

test('a bucket gets a name that only its account can have', async () => {
  await using open = await openLife();
  const bucket = (more: string): string =>
    `Resources: { Reports: { Type: AWS::S3::Bucket, Properties: { BucketNamespace: account-regional, ${more} } } }\nOutputs: { Name: { Value: !Ref Reports } }`;
  await open.create(bucket('BucketNamePrefix: reports'));
  assert.equal((await open.stack())?.Outputs?.[0]?.OutputValue, 'reports-111111111111-eu-west-1-an');
  await open.remove();
  await open.create(bucket('BucketName: reports'));
  assert.equal(await open.status(), 'ROLLBACK_COMPLETE');
});

test('a template is read from a bucket, and validated', async () => {
  await using open = await openLife();
  await open.s3.send(new CreateBucketCommand({ Bucket: 'templates' }));
  await open.s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'a/b.yml', Body: template() }));
  for (const TemplateURL of [
    'https://s3.eu-west-1.amazonaws.com/templates/a/b.yml',
    'https://templates.s3.amazonaws.com/a/b.yml',
  ]) {
    const { Parameters } = await open.cloudFormation.send(new ValidateTemplateCommand({ TemplateURL }));
    assert.deepEqual(
      Parameters?.map(({ ParameterKey }) => ParameterKey),
      ['Settle', 'Topic'],
    );
  }
  const missing = new ValidateTemplateCommand({ TemplateURL: 'https://s3.eu-west-1.amazonaws.com/templates/none' });
  await assert.rejects(open.cloudFormation.send(missing));
  await assert.rejects(open.cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: 'a: [' })), {
    name: 'ValidationError',
  });
});
