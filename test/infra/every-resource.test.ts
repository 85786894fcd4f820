import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import EveryResourcePlugin, { completeResources, readTags } from '../../scripts/osls-every-resource-plugin.mjs';
import { packaged, type Resource, resourcesOf } from './packaged-template.ts';

const TAGGED = [
  'AWS::CloudWatch::Alarm',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
];

const WITHOUT_TAGS = {
  'AWS::Lambda::EventInvokeConfig': 'a setting of a function',
  'AWS::Lambda::Permission': 'a statement of a policy',
  'AWS::S3::BucketPolicy': 'a policy',
  'AWS::SQS::QueuePolicy': 'a policy',
};

/** Types that could have a key of the account, and do not. */
const WITHOUT_KEY = {
  'AWS::S3::Bucket': 'S3 Batch Operations writes reports under SSE-S3 only, and the code and the policy hold no secret',
  'AWS::Lambda::Function': 'its environment holds names, no secret',
};

const when = (condition: string, value: unknown, otherwise: unknown = { Ref: 'AWS::NoValue' }) => ({
  'Fn::If': [condition, value, otherwise],
});
const KEY = when('HasKmsKey', { Ref: 'KmsKeyArn' });

const all = Object.entries(packaged.Resources);
const typesWith = (has: (resource: Resource) => boolean) =>
  [...new Set(all.flatMap(([, resource]) => (has(resource) ? [resource.Type] : [])))].sort();

describe('tags', () => {
  const resources = structuredClone(packaged.Resources);
  completeResources(resources, readTags('team=storage,cost-center=a=1'));

  it('are on every resource that takes them', () => {
    const tags = [
      { Key: 'team', Value: 'storage' },
      { Key: 'cost-center', Value: 'a=1' },
    ];
    for (const [id, { Type, Properties }] of Object.entries(resources)) {
      assert.deepEqual(Properties['Tags'], TAGGED.includes(Type) ? tags : undefined, id);
    }
  });

  it('are decided for every type of the stack', () => {
    assert.deepEqual(
      typesWith(() => true),
      [...TAGGED, ...Object.keys(WITHOUT_TAGS)].sort(),
    );
  });

  it('are on nothing without the parameter', () =>
    assert.deepEqual(
      typesWith((each) => 'Tags' in each.Properties),
      [],
    ));

  const slips: [text: string, message: string][] = [
    ['team', 'expected a pair KEY=VALUE, found "team"'],
    ['=storage', 'expected a pair KEY=VALUE, found "=storage"'],
    ['a=1,', 'expected a pair KEY=VALUE, found ""'],
    ['aws:team=storage', 'which does not begin with aws:, found "aws:team=storage"'],
    [`${'k'.repeat(129)}=v`, 'expected a key of at most 128 letters'],
    ['team=a;b', 'expected a value of at most 256 letters, digits, spaces and _ . : / = + - @, found "team=a;b"'],
    [`team=${'v'.repeat(257)}`, 'expected a value of at most 256 letters'],
    ['team=a,team=b', 'expected the key team once, found "team=b"'],
    [Array.from({ length: 41 }, (_, at) => `k${at}=v`).join(','), 'expected at most 40 tags, found 41'],
  ];
  for (const [text, message] of slips) {
    it(`are refused as ${text.slice(0, 20)}`, () => {
      assert.throws(
        () => readTags(text),
        (error: Error) => {
          assert.ok(error.message.startsWith('--param Tags: ') && error.message.includes(message), error.message);
          return true;
        },
      );
    });
  }

  it('are put by osls on the stack and its resources, and a slip stops it before anything is packaged', () => {
    const service = (tags: string) => ({
      custom: { tags },
      provider: {
        compiledCloudFormationTemplate: {
          Resources: { Q: { Type: 'AWS::SQS::Queue' } },
          Parameters: { SettleSeconds: { Type: 'Number' } },
        },
        coreCloudFormationTemplate: {},
      },
    });
    const good: ConstructorParameters<typeof EveryResourcePlugin>[0]['service'] = service('team=storage');
    const { hooks } = new EveryResourcePlugin({ service: good, classes: { Error } });
    hooks['before:package:initialize']();
    hooks['after:aws:package:finalize:mergeCustomProviderResources']();
    assert.deepEqual(good.provider.stackTags, { team: 'storage' });
    const { Q } = good.provider.compiledCloudFormationTemplate.Resources;
    assert.deepEqual(Q?.Properties?.['Tags'], [{ Key: 'team', Value: 'storage' }]);
    // A new stack is made from the core template, with all parameters.
    assert.deepEqual(good.provider.coreCloudFormationTemplate.Parameters, { SettleSeconds: { Type: 'Number' } });
    const bad = new EveryResourcePlugin({ service: service('team'), classes: { Error } });
    assert.throws(() => bad.hooks['before:package:initialize'](), /^Error: --param Tags: expected a pair/);
  });
});

describe('every role', () => {
  for (const [id, { Properties }] of resourcesOf('AWS::IAM::Role')) {
    it(`has the path, the boundary and the prefix of the account (${id})`, () => {
      const { Path, PermissionsBoundary, RoleName } = Properties;
      assert.deepEqual(Path, { Ref: 'RolePath' });
      assert.deepEqual(PermissionsBoundary, when('HasPermissionsBoundary', { Ref: 'PermissionsBoundaryArn' }));
      // CloudFormation names a role by itself unless there is a prefix; the Region keeps two Regions of one account apart.
      const name = `${id.replace(/Role$/, '')}-\${AWS::Region}`;
      assert.deepEqual(RoleName, when('HasRolePrefix', { 'Fn::Sub': `\${RolePrefix}\${AWS::StackName}-${name}` }));
      const longest = name.replace('${AWS::Region}', 'ap-southeast-1').length + 'reseal-production-'.length + 16;
      assert.ok(longest <= 64, `${longest} characters`);
    });
  }

  it('is named by nobody else', () => {
    const text = JSON.stringify(all.filter(([, { Type }]) => Type !== 'AWS::IAM::Role'));
    assert.deepEqual(
      text.match(/:role\/[^"]*/g) ?? [],
      [],
      'a role has a path: name it by ${RolePath} and ${RolePrefix}',
    );
  });
});

describe('the key of the account', () => {
  const expected: Record<string, (properties: Resource['Properties']) => unknown> = {
    'AWS::DynamoDB::Table': ({ SSESpecification }) => SSESpecification,
    'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
    'AWS::SQS::Queue': ({ KmsMasterKeyId, SqsManagedSseEnabled }) => [KmsMasterKeyId, SqsManagedSseEnabled],
  };
  const values: Record<string, unknown> = {
    'AWS::DynamoDB::Table': when(
      'HasKmsKey',
      { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { Ref: 'KmsKeyArn' } },
      { SSEEnabled: true },
    ),
    'AWS::Logs::LogGroup': KEY,
    'AWS::SQS::Queue': [KEY, when('HasKmsKey', { Ref: 'AWS::NoValue' }, true)],
  };
  for (const [type, of] of Object.entries(expected)) {
    it(`is the one of every ${type}`, () => {
      assert.ok(resourcesOf(type).length > 0);
      for (const [id, { Properties }] of resourcesOf(type)) assert.deepEqual(of(Properties), values[type], id);
    });
  }

  it('is decided for every type that keeps data', () => {
    const withData = [
      'AWS::DynamoDB',
      'AWS::Logs',
      'AWS::SQS::Queue',
      'AWS::SNS',
      'AWS::S3::Bucket',
      'AWS::Lambda::Function',
    ];
    const types = typesWith(({ Type }) => withData.some((each) => Type.startsWith(each)) && !Type.endsWith('Policy'));
    assert.deepEqual(types, [...Object.keys(expected), ...Object.keys(WITHOUT_KEY)].sort());
  });
});

it('every log is kept for as long as the parameter says', () => {
  for (const [id, { Properties }] of resourcesOf('AWS::Logs::LogGroup')) {
    assert.deepEqual(Properties['RetentionInDays'], { Ref: 'LogRetentionDays' }, id);
  }
});

it('a topic that is added later has the key and the tags too', () => {
  const resources: Parameters<typeof completeResources>[0] = { T: { Type: 'AWS::SNS::Topic' } };
  completeResources(resources, { a: 'b' });
  assert.deepEqual(resources['T']?.Properties, { KmsMasterKeyId: KEY, Tags: [{ Key: 'a', Value: 'b' }] });
});
