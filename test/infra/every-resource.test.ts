import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import EveryResourcePlugin, { completeResources, readTags } from '../../scripts/osls-every-resource-plugin.mjs';
import { packaged, type Resource, resourcesOf } from './packaged-template.ts';

const TAGGED = [
  'AWS::CloudWatch::Alarm',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
];

const WITHOUT_TAGS = {
  'AWS::Events::EventBusPolicy': 'a policy',
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

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
const HUB_ROLE = 'HubAssessBucketRole';
const OWN = [{ Key: 'reseal:stack', Value: { Ref: 'AWS::StackId' } }];

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
      const own = id === HUB_ROLE ? OWN : [];
      assert.deepEqual(Properties['Tags'], TAGGED.includes(Type) ? [...own, ...tags] : undefined, id);
    }
  });

  it('are decided for every type of the stack', () => {
    assert.deepEqual(
      typesWith(() => true),
      [...TAGGED, ...Object.keys(WITHOUT_TAGS)].sort(),
    );
  });

  it('are on nothing without the parameter but on the role that says which stack is the hub', () => {
    const found = all.flatMap(([id, { Properties }]) => ('Tags' in Properties ? [[id, Properties['Tags']]] : []));
    assert.deepEqual(found, [[HUB_ROLE, OWN]]);
  });

  const slips: [text: string, message: string][] = [
    ['team', 'expected a pair KEY=VALUE, found "team"'],
    ['=storage', 'expected a pair KEY=VALUE, found "=storage"'],
    ['a=1,', 'expected a pair KEY=VALUE, found ""'],
    ['aws:team=storage', 'which does not begin with aws: or reseal:, found "aws:team=storage"'],
    ['reseal:stack=mine', 'which does not begin with aws: or reseal:, found "reseal:stack=mine"'],
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
    const good = osls('team=storage');
    const { provider } = good.service;
    const { hooks } = new EveryResourcePlugin(good);
    hooks['before:package:initialize']();
    hooks['after:aws:package:finalize:mergeCustomProviderResources']();
    assert.deepEqual(provider.stackTags, { team: 'storage', 'reseal:version': version });
    const { Q } = provider.compiledCloudFormationTemplate.Resources;
    assert.deepEqual(Q?.Properties?.['Tags'], [{ Key: 'team', Value: 'storage' }]);
    // A new stack is made from the core template, with all parameters.
    const { Parameters, Conditions } = packaged;
    const { Parameters: parameters, Conditions: conditions } = provider.coreCloudFormationTemplate;
    assert.deepEqual([parameters, conditions], [Parameters, Conditions]);
    assert.throws(() => new EveryResourcePlugin(osls('team')).hooks['before:package:initialize'](), {
      message: /^--param Tags: expected a pair/,
    });
  });
});

/** The parts of osls that the plugin touches, with the parameters of the stack. */
function osls(tags: string): ConstructorParameters<typeof EveryResourcePlugin>[0] {
  const { Parameters, Conditions } = packaged;
  const Resources = { Q: { Type: 'AWS::SQS::Queue' } };
  const provider = {
    compiledCloudFormationTemplate: { Resources, Parameters, Conditions },
    coreCloudFormationTemplate: {},
  };
  return { service: { custom: { tags }, provider }, classes: { Error } };
}

describe('every role', () => {
  for (const [id, { Properties }] of resourcesOf('AWS::IAM::Role')) {
    it(`has the path, the boundary and the prefix of the account, and a name that others know (${id})`, () => {
      const { Path, PermissionsBoundary, RoleName } = Properties;
      assert.deepEqual(Path, { Ref: 'RolePath' });
      const boundary = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${PermissionsBoundaryName}';
      assert.deepEqual(PermissionsBoundary, when('HasPermissionsBoundary', { 'Fn::Sub': boundary }));
      const name = id.replace(/Role$/, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      assert.deepEqual(RoleName, { 'Fn::Sub': `\${RolePrefix}reseal${name}` });
      assert.ok(name.length + 'reseal'.length + 16 <= 64, name);
    });
  }

  it('is named with its path and its prefix, wherever it is', () => {
    const named = JSON.stringify(all).match(/:role[^"]*/g) ?? [];
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((each) => !each.startsWith(':role${RolePath}${RolePrefix}reseal-')),
      [],
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
    // Without a specification DynamoDB has a key that AWS owns; `SSEEnabled` alone would mean aws/dynamodb, for which KMS charges.
    'AWS::DynamoDB::Table': when('HasKmsKey', {
      SSEEnabled: true,
      SSEType: 'KMS',
      KMSMasterKeyId: { Ref: 'KmsKeyArn' },
    }),
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
