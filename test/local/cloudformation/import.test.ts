import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ChangeSetType,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type ResourceToImport,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';

const LEDGER = `
  Ledger:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      BillingMode: PAY_PER_REQUEST
      DeletionProtectionEnabled: true
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }`;
const BUCKET = `
  Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Retain }`;
const QUEUE = `
  Queue: { Type: AWS::SQS::Queue }`;
const template = (...resources: string[]) => `Resources:${resources.join('')}\n`;

async function openStacks() {
  const aws = await startLocal();
  const clients = createClients(aws);
  const { cloudFormation } = clients;
  const StackName = 'one';
  const prepare = (TemplateBody: string, ResourcesToImport: ResourceToImport[], kind: ChangeSetType = 'IMPORT') =>
    cloudFormation.send(
      new CreateChangeSetCommand({
        StackName,
        ChangeSetName: 'import',
        ChangeSetType: kind,
        TemplateBody,
        ResourcesToImport,
      }),
    );
  return {
    ...clients,
    prepare,
    create: (TemplateBody: string, name = StackName) =>
      cloudFormation.send(new CreateStackCommand({ StackName: name, TemplateBody })),
    update: (TemplateBody: string) => cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody })),
    remove: () => cloudFormation.send(new DeleteStackCommand({ StackName })),
    execute: () => cloudFormation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'import' })),
    actions: async () => {
      const set = await cloudFormation.send(new DescribeChangeSetCommand({ StackName, ChangeSetName: 'import' }));
      return set.Changes?.map(({ ResourceChange: each }) => [each?.LogicalResourceId, each?.Action]);
    },
    status: async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus,
    /** The physical names by logical id, also of a stack that is gone. */
    names: async (id = StackName) => {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: id }));
      return Object.fromEntries(StackEvents.map((each) => [each.LogicalResourceId, each.PhysicalResourceId ?? '']));
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

const table = (name: string, LogicalResourceId = 'Ledger'): ResourceToImport => ({
  ResourceType: 'AWS::DynamoDB::Table',
  LogicalResourceId,
  ResourceIdentifier: { TableName: name },
});

test('what a deleted stack has kept is taken over by the next one, with what it holds', async () => {
  await using open = await openStacks();
  const { StackId } = await open.create(template(LEDGER, BUCKET));
  const names = await open.names();
  const TableName = names['Ledger'] ?? '';
  await open.dynamoDb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'item' } } }));
  await open.remove();
  assert.equal((await open.names(StackId))['one'], StackId);

  await open.create(template(QUEUE));
  const bucket = {
    ResourceType: 'AWS::S3::Bucket',
    LogicalResourceId: 'Bucket',
    ResourceIdentifier: { BucketName: names['Bucket'] ?? '' },
  };
  await open.prepare(template(QUEUE, LEDGER, BUCKET), [table(TableName), bucket]);
  assert.deepEqual(await open.actions(), [
    ['Ledger', 'Import'],
    ['Bucket', 'Import'],
  ]);
  await open.execute();
  assert.equal(await open.status(), 'IMPORT_COMPLETE');
  const now = await open.names();
  assert.deepEqual([now['Ledger'], now['Bucket']], [TableName, names['Bucket']]);
  assert.equal((await open.dynamoDb.send(new ScanCommand({ TableName }))).Count, 1);

  // They are the stack's own from now on.
  await open.update(template(QUEUE, LEDGER.replace('true', 'false').replace('Retain', 'Delete'), BUCKET));
  await open.remove();
  await assert.rejects(open.dynamoDb.send(new ScanCommand({ TableName })), { name: 'ResourceNotFoundException' });
  await open.s3.send(new HeadBucketCommand({ Bucket: names['Bucket'] ?? '' }));
});

test('an import changes nothing else, and takes nothing that is not there or is of another stack', async () => {
  await using open = await openStacks();
  await open.create(template(LEDGER), 'other');
  const theirs = (await open.names('other'))['Ledger'] ?? '';
  const owner = (PhysicalResourceId: string) =>
    open.cloudFormation.send(new DescribeStackResourcesCommand({ PhysicalResourceId }));
  assert.deepEqual(
    (await owner(theirs)).StackResources?.map((each) => each.StackName),
    ['other'],
  );
  await assert.rejects(owner('nobodys'), { name: 'ValidationError', message: 'Stack for nobodys does not exist' });
  await assert.rejects(open.prepare(template(LEDGER), [table(theirs)]), { name: 'NotImplemented' });
  await open.create(template(QUEUE));
  const refused: [resources: string[], listed: ResourceToImport[], message: RegExp][] = [
    [[QUEUE, LEDGER], [table(theirs)], /already exists in stack other as Ledger/],
    [[QUEUE, LEDGER, BUCKET], [table('t')], /you cannot modify or add \[Bucket\]/],
    [[LEDGER], [table('t')], /you cannot modify or add \[Queue\]/],
    [[QUEUE, LEDGER.replace(/ {4}DeletionPolicy.*\n/, '')], [table('t')], /must have a DeletionPolicy/],
    [[QUEUE], [table('t')], /\[Ledger\] are missing from the template/],
    [[QUEUE, LEDGER], [{ ...table('t'), ResourceIdentifier: { Name: 't' } }], /The identifier of Ledger is TableName/],
  ];
  for (const [resources, listed, message] of refused)
    await assert.rejects(open.prepare(template(...resources), listed), { name: 'ValidationError', message });
  await open.prepare(template(QUEUE, LEDGER), [table('nobody')]);
  await open.execute();
  assert.equal(await open.status(), 'IMPORT_ROLLBACK_COMPLETE');
  await open.update(template(QUEUE, LEDGER));
});

test('what is kept stays when its creation is rolled back', async () => {
  await using open = await openStacks();
  await open.s3.send(new CreateBucketCommand({ Bucket: 'taken' }));
  const collides = `
  Taken: { Type: AWS::S3::Bucket, DependsOn: [Ledger], Properties: { BucketName: taken } }`;
  await open.create(template(LEDGER, QUEUE, collides));
  assert.equal(await open.status(), 'ROLLBACK_COMPLETE');
  const TableName = (await open.names())['Ledger'] ?? '';
  assert.equal((await open.dynamoDb.send(new ScanCommand({ TableName }))).Count, 0);
});
