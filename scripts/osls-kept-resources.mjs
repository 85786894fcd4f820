// What a removed hub has left and a new one takes over: the ledger and the policy bucket. Plain JavaScript, as the plugins are.
import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  waitUntilChangeSetCreateComplete,
  waitUntilStackImportComplete,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, paginateListBuckets } from '@aws-sdk/client-s3';

/** The parameters of this plugin that name them, as the outputs of the stack do; `new` begins anew. */
export const KEPT = {
  LedgerTableName: { logicalId: 'LedgerTable', what: 'ledger', find: findTable },
  PolicyBucketName: { logicalId: 'PolicyBucket', what: 'policy bucket', find: findBucket },
};

const CHANGE_SET = 'reseal-takes-over';

/**
 * What is to be taken over: logical id -> name. Throws an Error where a named one is not there, cannot be the ledger of this version or belongs to
 * another stack, or where several were left. `values` are those of the parameters, `has` the names of those that the stack has.
 */
export async function findKept(values, { clients, place, has, resources }) {
  const found = new Map();
  for (const [parameter, { logicalId, what, find }] of Object.entries(KEPT)) {
    const named = values.get(parameter) || undefined;
    const own = has.get(logicalId);
    if (own !== undefined) {
      if (named === undefined || named === 'new' || named === own) continue;
      throw new Error(
        `--param ${parameter}: stack ${place.stackName} has the ${what} ${own} and cannot change it to ${named}. ` +
          'Remove the hub first (npx osls remove keeps both), then deploy it with this parameter.',
      );
    }
    if (named === 'new') continue;
    const name = await find(named, {
      parameter,
      clients,
      place,
      prefix: `${place.stackName}-${logicalId}-`,
      resources,
      key: values.get('KmsKeyArn') ?? '',
    });
    if (name === undefined) continue;
    const owner = await ownerOf(name, clients);
    if (owner !== undefined)
      throw new Error(
        `--param ${parameter}: the ${what} ${name} belongs to stack ${owner}. Remove that one first, or name another.`,
      );
    found.set(logicalId, name);
  }
  return found;
}

/** The stack that has it, undefined where nobody knows of one: then CloudFormation decides. */
async function ownerOf(PhysicalResourceId, { cloudFormation }) {
  const asked = cloudFormation.send(new DescribeStackResourcesCommand({ PhysicalResourceId }));
  const { StackResources = [] } = await asked.catch((error) => {
    if (error.name === 'ValidationError' || error.name.startsWith('AccessDenied')) return {};
    throw error;
  });
  // Of a stack that was deleted, what it has left may still be told.
  const isThere = (each) =>
    each.PhysicalResourceId === PhysicalResourceId && !each.ResourceStatus.startsWith('DELETE_');
  return StackResources.find(isThere)?.StackName;
}

/** What a list says, in which nobody may look who has few rights. */
async function listed(names, { parameter, action }) {
  try {
    return await names;
  } catch (cause) {
    if (!cause.name.startsWith('AccessDenied')) throw cause;
    throw new Error(
      `What a removed hub has left is not known, because ${action} is denied. Grant it, or name what to go on with: --param="${parameter}=NAME", or begin anew: --param="${parameter}=new".`,
      { cause },
    );
  }
}

async function findTable(named, { parameter, clients, place, prefix, resources, key }) {
  const names = named === undefined ? tablesLike(prefix, clients) : [named];
  const name = only(await listed(names, { parameter, action: 'dynamodb:ListTables' }), parameter, 'ledgers');
  if (name === undefined) return undefined;
  if (name.startsWith('arn:')) {
    throw new Error(
      `--param ${parameter}: expected the name of a table in ${place.region}, found ${name}. ${ELSEWHERE}`,
    );
  }
  const { Table } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: name })).catch((cause) => {
    if (cause.name !== 'ResourceNotFoundException') throw cause;
    throw new Error(
      `--param ${parameter}: there is no table ${name} in ${place.region}, account ${place.account}. ${ELSEWHERE} ` +
        `\`aws dynamodb list-tables --region ${place.region}\` shows those that are there; leave the parameter out for a new ledger.`,
      { cause },
    );
  });
  refuseOtherShape(parameter, name, Table, resources.LedgerTable.Properties);
  refuseOtherKey(name, Table.SSEDescription?.KMSMasterKeyArn ?? '', key);
  return name;
}

/** An import changes nothing, so the functions would have no right on the table's key, or the table not the key that was asked for. */
function refuseOtherKey(name, has, wanted) {
  if (has === wanted) return;
  const key = has === '' ? 'a key that AWS owns' : `the key ${has}`;
  throw new Error(
    `--param KmsKeyArn: the ledger ${name} that this hub goes on with is under ${key}, found ${JSON.stringify(wanted)}. ` +
      `Deploy with --param="KmsKeyArn=${has}" first, and then once more with another, or begin anew: --param="LedgerTableName=new".`,
  );
}

const ELSEWHERE = 'The ledger of another Region serves a hub in that Region only.';

async function tablesLike(prefix, { dynamoDb }) {
  const names = [];
  // Names come in the order of their letters, and begin after this one.
  for await (const { TableNames = [] } of paginateListTables(
    { client: dynamoDb },
    { ExclusiveStartTableName: prefix },
  )) {
    names.push(...TableNames.filter((name) => name.startsWith(prefix)));
    if (TableNames.some((name) => !name.startsWith(prefix))) break;
  }
  return names;
}

/** CloudFormation takes a table over as it is, and would not notice what it lacks. */
function refuseOtherShape(parameter, name, table, wanted) {
  const keys = ({ KeySchema = [] }) => KeySchema.map((key) => `${key.KeyType} ${key.AttributeName}`).join(', ');
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) => `${index.IndexName} (${keys(index)})`);
  const lacking = (wanted.GlobalSecondaryIndexes ?? []).map((index) => `${index.IndexName} (${keys(index)})`);
  const [slip] = [
    keys(table) !== keys(wanted) && `the keys ${keys(wanted)}`,
    ...lacking.filter((index) => !indexes.includes(index)).map((index) => `the index ${index}`),
    table.StreamSpecification?.StreamViewType !== wanted.StreamSpecification.StreamViewType &&
      `a stream of ${wanted.StreamSpecification.StreamViewType}`,
  ].filter(Boolean);
  if (slip === undefined) return;
  throw new Error(
    `--param ${parameter}: table ${name} is no ledger of this version: it lacks ${slip}. ` +
      `Deploy the version of Reseal that made it, then upgrade (docs/upgrade.md), or begin anew with --param="${parameter}=new".`,
  );
}

async function findBucket(named, { parameter, clients, place, prefix }) {
  if (named === undefined) {
    const names = bucketsLike(prefix.toLowerCase(), clients, place);
    return only(await listed(names, { parameter, action: 's3:ListAllMyBuckets' }), parameter, 'policy buckets');
  }
  const { BucketRegion } = await clients.s3
    .send(new HeadBucketCommand({ Bucket: named, ExpectedBucketOwner: place.account }))
    .catch((cause) => {
      const isNone = `is not one of account ${place.account}`;
      const why = { 301: `is not in ${place.region}`, 403: `${isNone}, or s3:ListBucket on it is denied` };
      throw new Error(
        `--param ${parameter}: bucket ${named} ${why[cause.$metadata?.httpStatusCode] ?? isNone}. ${NAME_OUTPUT}`,
        { cause },
      );
    });
  if (BucketRegion !== undefined && BucketRegion !== place.region)
    throw new Error(`--param ${parameter}: bucket ${named} is in ${BucketRegion}, and this hub in ${place.region}.`);
  // As CloudFormation has named every one. The hub's stack would change encryption, versions and policy of another.
  if (named.includes('-policybucket-')) return named;
  throw new Error(
    `--param ${parameter}: bucket ${named} is no policy bucket of a hub, of which the name has "-policybucket-". ${NAME_OUTPUT}`,
  );
}

const NAME_OUTPUT = 'Name the output PolicyBucketName of the removed stack.';

async function bucketsLike(prefix, { s3 }, { region }) {
  const names = [];
  for await (const { Buckets = [] } of paginateListBuckets(
    { client: s3 },
    { Prefix: prefix, BucketRegion: region, MaxBuckets: 1000 },
  ))
    names.push(...Buckets.map(({ Name }) => Name));
  return names;
}

function only(names, parameter, what) {
  if (names.length < 2) return names[0];
  throw new Error(
    `${names.length} ${what} are here that removed hubs have left: ${names.join(', ')}. ` +
      `Say which one this hub goes on with: --param="${parameter}=${names[0]}", or begin anew: --param="${parameter}=new".`,
  );
}

/** Imports them into the stack, which has none of them yet (CloudFormation guide, "Import AWS resources into a CloudFormation stack"). */
export async function takeOver(kept, { cloudFormation, stack, compiled, seconds }) {
  const { StackName, Tags } = stack;
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
  const template = JSON.parse(TemplateBody);
  const ResourcesToImport = [...kept].map(([LogicalResourceId, name]) => {
    const resource = compiled.Resources[LogicalResourceId];
    template.Resources[LogicalResourceId] = resource;
    const isTable = resource.Type === 'AWS::DynamoDB::Table';
    const ResourceIdentifier = isTable ? { TableName: name } : { BucketName: name };
    return { ResourceType: resource.Type, LogicalResourceId, ResourceIdentifier };
  });
  const set = { StackName, ChangeSetName: CHANGE_SET };
  // A deployment that was broken off, or refused, has left one of this name.
  await cloudFormation.send(new DeleteChangeSetCommand(set));
  await cloudFormation.send(
    new CreateChangeSetCommand({
      ...set,
      ChangeSetType: 'IMPORT',
      TemplateBody: JSON.stringify(template),
      Parameters: (stack.Parameters ?? []).map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true })),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      ResourcesToImport,
      Tags,
    }),
  );
  const patience = { client: cloudFormation, maxWaitTime: 600, minDelay: seconds, maxDelay: seconds };
  await waitUntilChangeSetCreateComplete(patience, set).catch(async (cause) =>
    failed((await cloudFormation.send(new DescribeChangeSetCommand(set))).StatusReason, cause),
  );
  await cloudFormation.send(new ExecuteChangeSetCommand(set));
  await waitUntilStackImportComplete(patience, { StackName }).catch(async (cause) =>
    failed((await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks[0].StackStatusReason, cause),
  );
}

function failed(reason, cause) {
  throw new Error(
    `What a removed hub has left could not be taken over, and is as it was. Mend that and deploy again, or begin anew (docs/deploy.md#remove). CloudFormation says: ${reason ?? cause.message}`,
    { cause },
  );
}
