import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startLocal } from '../../../local/start-local.ts';
import type { LocalAws } from '../../../local/start-local.ts';
import type { DeployerOptions } from '../../../local/cloudformation/deployer.ts';
import type { BusEvent } from '../../../local/world.ts';
import { tinyTemplate, writeTinyStack } from '../tiny-stack.ts';

const PLACE = ['111111111111', 'eu-west-1'] as const;

async function openDeployer(template: object, options: Partial<DeployerOptions> = {}) {
  const stack = writeTinyStack(template);
  const aws = await startLocal({ stack: { template: stack.template, stackName: 'tiny', ...options } });
  return {
    aws,
    deploy: async (...place: readonly [string, string]) => (await aws.deployer?.ensure(...place)) ?? assert.fail(),
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      stack[Symbol.dispose]();
    },
  };
}

const invoke = async (
  aws: LocalAws,
  service: string,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> => {
  const output = await aws.world.invoke(service, operation, input, {
    caller: aws.world.identity.administrator(PLACE[0]),
    region: PLACE[1],
  });
  return Object(output);
};

const denyPlainHttp = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, { 'Fn::Sub': '${Bucket.Arn}/*' }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
};

const only = (resources: object): object => ({ Resources: resources });

describe('a stack', () => {
  test('is made in the order of its references, each resource with its physical name', async () => {
    await using open = await openDeployer(tinyTemplate());
    const { resources, outputs, parameters } = await open.deploy(...PLACE);
    const order = resources.map(({ logicalId }) => logicalId);
    assert.ok(
      order.indexOf('Dead') < order.indexOf('Work') &&
        order.indexOf('Work') < order.indexOf('Rule') &&
        order.indexOf('Rule') < order.indexOf('WorkPolicy'),
    );
    const names = Object.fromEntries(resources.map(({ logicalId, physicalId }) => [logicalId, physicalId]));
    const url = `${open.aws.endpoint}/111111111111/work`;
    assert.deepEqual(
      [names['Function'], names['Rule'], names['Role'], names['Work']],
      ['tiny', 'tiny', 'tiny-role', url],
    );
    assert.deepEqual([outputs, parameters], [{ QueueUrl: url }, { Settle: '0' }]);
  });

  test('takes parameter overrides', async () => {
    await using open = await openDeployer(tinyTemplate(), { parameters: { Settle: '7' } });
    await open.deploy(...PLACE);
    const { Attributes } = await invoke(open.aws, 'sqs', 'GetQueueAttributes', {
      QueueUrl: '/111111111111/work',
      AttributeNames: ['DelaySeconds'],
    });
    assert.deepEqual(Attributes, { DelaySeconds: '7' });
  });

  test('is made once for each account and Region, however often and at once it is asked for', async () => {
    await using open = await openDeployer(only({ Dead: { Type: 'AWS::SQS::Queue' } }));
    await Promise.all([open.deploy(...PLACE), open.deploy(...PLACE), open.deploy(PLACE[0], 'us-east-1')]);
    const names =
      open.aws.deployer?.stacks.flatMap(({ region, resources }) =>
        resources.map(({ physicalId }) => `${region} ${physicalId.split('/').at(-1)}`),
      ) ?? [];
    assert.equal(names.length, 2);
    assert.match(names.toSorted().join(), /^eu-west-1 tiny-Dead-[A-Z0-9]{12},us-east-1 tiny-Dead-[A-Z0-9]{12}$/);
    assert.notEqual(names[0]?.slice(-12), names[1]?.slice(-12));
  });

  test('leaves out what its conditions do not want', async () => {
    const queue = (changes: object) => ({ Type: 'AWS::SQS::Queue', ...changes });
    await using open = await openDeployer({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] }, Always: { 'Fn::Not': [{ Condition: 'Never' }] } },
      Resources: { One: queue({ Condition: 'Never' }), Two: queue({ Condition: 'Always', DependsOn: 'One' }) },
      Outputs: { One: { Condition: 'Never', Value: { Ref: 'One' } } },
    });
    const { resources, outputs } = await open.deploy(...PLACE);
    assert.deepEqual([resources.map(({ logicalId }) => logicalId), outputs], [['Two'], {}]);
  });

  test("has buckets whose settings are S3's, made by CloudFormation for the account", async () => {
    const events: BusEvent[] = [];
    await using open = await openDeployer(
      only({
        Bucket: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            BucketEncryption: {
              ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
            },
            PublicAccessBlockConfiguration: {
              BlockPublicAcls: true,
              BlockPublicPolicy: true,
              IgnorePublicAcls: true,
              RestrictPublicBuckets: true,
            },
            OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
            VersioningConfiguration: { Status: 'Enabled' },
            LifecycleConfiguration: {
              Rules: [
                {
                  Id: 'expire',
                  Status: 'Enabled',
                  ExpirationInDays: '90',
                  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
                },
              ],
            },
          },
        },
        Policy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: denyPlainHttp },
        },
      }),
    );
    open.aws.bus.faults.add({ kind: 'lose' }, { when: (event) => events.push(event) === 0 });
    const { resources } = await open.deploy(...PLACE);
    const Bucket = resources[0]?.physicalId ?? '';
    assert.match(Bucket, /^tiny-bucket-[a-z0-9]{12}$/);
    assert.deepEqual((await invoke(open.aws, 's3', 'GetBucketVersioning', { Bucket }))['Status'], 'Enabled');
    assert.deepEqual((await invoke(open.aws, 's3', 'GetBucketLifecycleConfiguration', { Bucket }))['Rules'], [
      {
        ID: 'expire',
        Filter: { Prefix: '' },
        Expiration: { Days: 90 },
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);
    assert.deepEqual(
      events.map(({ detail }) => `${String(detail['eventName'])} ${Object(detail['userIdentity']).invokedBy}`),
      [
        'CreateBucket',
        'PutBucketEncryption',
        'PutBucketPublicAccessBlock',
        'PutBucketOwnershipControls',
        'PutBucketVersioning',
        'PutBucketLifecycle',
        'PutBucketPolicy',
      ].map((name) => `${name} cloudformation.amazonaws.com`),
    );
  });

  test('has tables that are there at once', async () => {
    await using open = await openDeployer(
      only({
        Table: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 'ledger',
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
            SSESpecification: { SSEEnabled: true },
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        },
      }),
    );
    const { resources } = await open.deploy(...PLACE);
    assert.deepEqual(resources, [{ logicalId: 'Table', type: 'AWS::DynamoDB::Table', physicalId: 'ledger' }]);
  });

  test('lists what nothing acts upon, with the reason', async () => {
    await using open = await openDeployer(
      only({ Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'a', Threshold: 1 } } }),
    );
    const { resources } = await open.deploy(...PLACE);
    assert.deepEqual(resources, [
      {
        logicalId: 'Alarm',
        type: 'AWS::CloudWatch::Alarm',
        physicalId: 'a',
        inert: 'there are no metrics, so no alarm ever fires',
      },
    ]);
  });

  test('comes with the keys that it is told of: aliases everywhere, a key ARN in its own place', async () => {
    const arn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
    await using open = await openDeployer(only({}), { keys: ['alias/org', arn] });
    await open.deploy(...PLACE);
    await open.deploy(PLACE[0], 'us-east-1');
    const { keys } = open.aws.world;
    assert.notEqual(keys.resolve('alias/org', ...PLACE).arn, keys.resolve('alias/org', PLACE[0], 'us-east-1').arn);
    assert.equal(keys.resolve(arn, ...PLACE).arn, arn);
  });
});

const refused: [what: string, template: object, error: { name: string; message: RegExp }][] = [
  [
    'an unknown type',
    only({ Q: { Type: 'AWS::SQS::Queue' }, X: { Type: 'AWS::Kinesis::Stream' } }),
    { name: 'NotImplemented', message: /AWS::Kinesis::Stream \(X\)/ },
  ],
  [
    'an unknown property',
    only({ Q: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } }),
    { name: 'NotImplemented', message: /FifoQueue of AWS::SQS::Queue \(Q\)/ },
  ],
  [
    'a nested unknown property',
    only({
      R: {
        Type: 'AWS::Events::Rule',
        Properties: { EventPattern: { source: ['x'] }, Targets: [{ Id: 'a', Arn: 'b', InputTransformer: {} }] },
      },
    }),
    { name: 'NotImplemented', message: /InputTransformer of AWS::Events::Rule \(R.Targets.0\)/ },
  ],
  [
    'an unknown attribute',
    only({
      Q: { Type: 'AWS::SQS::Queue' },
      P: { Type: 'AWS::SNS::Topic', Properties: { X: { 'Fn::GetAtt': ['Q', 'Colour'] } } },
    }),
    { name: 'NotImplemented', message: /Colour of Q \(AWS::SQS::Queue\)/ },
  ],
  [
    'a reference to nothing',
    only({ Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Nobody' } } } }),
    { name: 'ValidationError', message: /Unresolved resource dependency Nobody/ },
  ],
  [
    'resources that wait for each other',
    only({ A: { Type: 'AWS::SQS::Queue', DependsOn: 'B' }, B: { Type: 'AWS::SQS::Queue', DependsOn: 'A' } }),
    { name: 'ValidationError', message: /Circular dependency between resources: \[A, B, A\]/ },
  ],
  ['a section that is not emulated', { Mappings: {}, Resources: {} }, { name: 'ValidationError', message: /Mappings/ }],
];

describe('a template is refused', () => {
  for (const [what, template, error] of refused) {
    test(`for ${what}, by name`, async () => {
      await using open = await openDeployer(template);
      await assert.rejects(open.deploy(...PLACE), error);
    });
  }
});
