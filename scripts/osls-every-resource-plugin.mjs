// An osls plugin: what an account demands of each resource of a type is said here once, also of those that osls makes itself. So a resource
// that is added to infra/ later is not forgotten.

const ref = (name) => ({ Ref: name });
const NOTHING = ref('AWS::NoValue');
const when = (condition, value, otherwise = NOTHING) => ({ 'Fn::If': [condition, value, otherwise] });
const key = when('HasKmsKey', ref('KmsKeyArn'));

/** The properties that each resource of a type gets. They follow the parameters of infra/parameters.yml. */
const PROPERTIES = {
  'AWS::IAM::Role': () => ({
    Path: ref('RolePath'),
    PermissionsBoundary: when('HasPermissionsBoundary', ref('PermissionsBoundaryArn')),
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
    Object.assign((resource.Properties ??= {}), PROPERTIES[resource.Type]?.());
    if (list.length > 0 && TAGGED.has(resource.Type)) resource.Properties.Tags = list;
  }
}

/** The bucket of the functions' code: osls writes its policy, and nobody copies anything to it, which only who deploys writes to. */
export function shutToCopies({ ServerlessDeploymentBucketPolicy: policy }) {
  policy?.Properties.PolicyDocument.Statement.push({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: { 'Fn::Sub': '${ServerlessDeploymentBucket.Arn}/*' },
    Condition: { Null: { 's3:x-amz-copy-source': 'false' } },
  });
}

/** `team=storage,cost-center=42` -> the tags. Throws an Error that says what was expected. */
export function readTags(text) {
  const tags = {};
  for (const part of text === '' ? [] : text.split(',')) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(part.trim()) ?? [];
    const isKey = TAG_TEXT.test(name) && name.length <= 128 && !/^aws:/i.test(name);
    const [slip] = [
      name === '' && 'a pair KEY=VALUE',
      !isKey && `a key of at most 128 ${CHARACTERS}, which does not begin with aws:`,
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

/** Throws an Error where --param has a name that is none of `known`: osls says nothing and takes the default of what was meant. */
async function refuseUnknown(given, known) {
  const unknown = given.map((each) => each.split('=', 1)[0]).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  // A Node.js that is too old for TypeScript proposes nothing.
  const load = import('../src/nearest.ts');
  const meant = await load.then(({ nearest }) => nearest(unknown, known)).catch(() => undefined);
  const proposal = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new Error(`--param ${unknown}: Reseal has no such parameter.${proposal} Expected one of ${known.join(', ')}.`);
}

/** Throws an Error for a value that CloudFormation would refuse, by the rules of infra/parameters.yml. */
function refuseValue(name, value, { Description, ConstraintDescription, ...rules }) {
  const { Type, AllowedValues, AllowedPattern, MinValue = -Infinity, MaxValue = Infinity } = rules;
  const isOutside = !(value.trim() !== '' && Number(value) >= MinValue && Number(value) <= MaxValue);
  const [slip] = [
    AllowedValues !== undefined && !AllowedValues.map(String).includes(value) && `one of ${AllowedValues.join(', ')}`,
    Type === 'Number' &&
      isOutside &&
      `a number ${MaxValue === Infinity ? `of at least ${MinValue}` : `from ${MinValue} to ${MaxValue}`}`,
    AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(value) && `what fits ${AllowedPattern}`,
  ].filter(Boolean);
  if (slip === undefined) return;
  const must = ConstraintDescription ?? `must be ${slip}`;
  throw new Error(`--param ${name}: ${must}; found ${JSON.stringify(value)}. It sets: ${Description}.`);
}

export default class EveryResourcePlugin {
  constructor(serverless) {
    const { service, processedInput } = serverless;
    let tags;
    this.hooks = {
      // Before anything is bundled, so that a slip is told at once.
      'before:package:initialize': async () => {
        const { stackParameters, stackTags } = service.provider;
        try {
          const known = stackParameters.map(({ ParameterKey }) => ParameterKey);
          await refuseUnknown(processedInput.options.param ?? [], [...known, 'Tags']);
          const rules = service.resources.Parameters;
          for (const { ParameterKey: name, ParameterValue: value } of stackParameters) {
            refuseValue(name, value, rules[name]);
          }
          tags = readTags(String(service.custom.tags));
        } catch (cause) {
          throw Object.assign(new serverless.classes.Error(cause.message, 'RESEAL_PARAM'), { cause });
        }
        if (Object.keys(tags).length > 0) service.provider.stackTags = { ...stackTags, ...tags };
      },
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        const { compiledCloudFormationTemplate: compiled, coreCloudFormationTemplate: core } = service.provider;
        completeResources(compiled.Resources, tags);
        shutToCopies(compiled.Resources);
        // osls makes a new stack from its core template, with the parameters of the whole one; CloudFormation refuses those that a template lacks.
        core.Parameters = compiled.Parameters;
      },
    };
  }
}
