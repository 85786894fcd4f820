// An osls plugin: what an account demands of each resource of a type is said here once, also of those that osls makes itself. So a resource
// that is added to infra/ later is not forgotten.

import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const ref = (name) => ({ Ref: name });
const NOTHING = ref('AWS::NoValue');
const when = (condition, value, otherwise = NOTHING) => ({ 'Fn::If': [condition, value, otherwise] });
const key = when('HasKmsKey', ref('KmsKeyArn'));

/** The properties that each resource of a type gets. They follow the parameters of infra/parameters.yml. */
const PROPERTIES = {
  'AWS::IAM::Role': () => ({
    Path: ref('RolePath'),
    PermissionsBoundary: when('HasPermissionsBoundary', {
      'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${PermissionsBoundaryName}',
    }),
  }),
  'AWS::SQS::Queue': () => ({ KmsMasterKeyId: key, SqsManagedSseEnabled: when('HasKmsKey', NOTHING, true) }),
  'AWS::DynamoDB::Table': () => ({
    // Without one the table has a key that AWS owns (AWS::DynamoDB::Table SSESpecification); KMS charges for aws/dynamodb.
    SSESpecification: when('HasKmsKey', { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: ref('KmsKeyArn') }),
  }),
  'AWS::SNS::Topic': () => ({ KmsMasterKeyId: key }),
  'AWS::Logs::LogGroup': () => ({ KmsKeyId: key, RetentionInDays: ref('LogRetentionDays') }),
};

/** The types that have tags, as a list of Key and Value, in CloudFormation. */
const TAGGED = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** Gives each resource of a compiled template what its type is to have. */
export function completeResources(resources, tags) {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  for (const resource of Object.values(resources)) {
    const properties = (resource.Properties ??= {});
    Object.assign(properties, PROPERTIES[resource.Type]?.());
    if (list.length > 0 && TAGGED.has(resource.Type)) properties.Tags = [...(properties.Tags ?? []), ...list];
  }
}

/** The bucket of the functions' code: osls writes its policy. Nobody copies anything to it, which only who deploys writes to, and the role that may write objects of the account writes none there. */
export function shutToCopies({ ServerlessDeploymentBucketPolicy: policy }) {
  const role = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role${RolePath}${RolePrefix}reseal-reencrypt-object';
  const conditions = [
    { Null: { 's3:x-amz-copy-source': 'false' } },
    { ArnEquals: { 'aws:PrincipalArn': { 'Fn::Sub': role } } },
  ];
  const Resource = { 'Fn::Sub': '${ServerlessDeploymentBucket.Arn}/*' };
  for (const Condition of conditions)
    policy?.Properties.PolicyDocument.Statement.push({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource,
      Condition,
    });
}

/** `team=storage,cost-center=42` -> the tags. Throws an Error that says what was expected. */
export function readTags(text) {
  const tags = {};
  for (const part of text === '' ? [] : text.split(',')) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(part.trim()) ?? [];
    const isKey = TAG_TEXT.test(name) && name.length <= 128 && !/^(aws|reseal):/i.test(name);
    const [slip] = [
      name === '' && 'a pair KEY=VALUE',
      !isKey && `a key of at most 128 ${CHARACTERS}, which does not begin with aws: or reseal:`,
      (!TAG_TEXT.test(value) || value.length > 256) && `a value of at most 256 ${CHARACTERS}`,
      Object.hasOwn(tags, name) && `the key ${name} once`,
    ].filter(Boolean);
    if (slip !== undefined) {
      throw new Error(`--param Tags: expected ${slip}, found ${JSON.stringify(part)}. Write Tags=KEY=VALUE,KEY=VALUE.`);
    }
    tags[name] = value;
  }
  if (Object.keys(tags).length > MOST_TAGS) {
    throw new Error(
      `--param Tags: expected at most ${MOST_TAGS} tags, found ${Object.keys(tags).length}. Leave some out.`,
    );
  }
  return tags;
}

/** What every service allows (IAM and SQS are the strictest). */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const CHARACTERS = 'letters, digits, spaces and _ . : / = + - @';
/** S3 and Lambda have room for 50, of which CloudFormation takes some on a stack's resources. */
const MOST_TAGS = 40;

export default class EveryResourcePlugin {
  constructor(serverless) {
    const { service } = serverless;
    let tags;
    this.hooks = {
      // Before anything is bundled, so that a slip is told at once. osls-deploy-plugin.mjs knows what is given.
      'before:package:initialize': () => {
        try {
          tags = readTags(service.custom.tags);
        } catch (cause) {
          throw Object.assign(new serverless.classes.Error(cause.message, 'RESEAL_PARAM'), { cause });
        }
        // CloudFormation hands the stack's tags on to its resources.
        service.provider.stackTags = { ...service.provider.stackTags, ...tags, 'reseal:version': version };
      },
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { compiledCloudFormationTemplate: compiled, coreCloudFormationTemplate: core } = service.provider;
        completeResources(compiled.Resources, tags);
        shutToCopies(compiled.Resources);
        // osls makes a new stack from its core template, with the parameters of the whole one; CloudFormation refuses those that a template lacks.
        // An import into that stack brings no conditions of its own.
        Object.assign(core, { Parameters: compiled.Parameters, Conditions: compiled.Conditions });
      },
    };
  }
}
