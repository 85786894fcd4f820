// An osls plugin for `deploy` and `remove`: it asks the account what is there before anything is packaged or changed, so that parameters keep their
// values, a second hub is refused, and a hub that was removed finds its ledger and policy again.
import { isDeepStrictEqual } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { readTags } from './osls-every-resource-plugin.mjs';
import { findKept, KEPT, takeOver } from './osls-kept-resources.mjs';
import { refuseStatus, takenRole } from './osls-refusals.mjs';
import { checkParameters, givenParameters, stackParameters } from './osls-parameters.mjs';

/** Only the hub's own stack leaves these empty. */
const OF_MEMBERS = ['HubAccountId', 'HubRegion'];
/** A role of every hub, and one of every member. */
const ROLES = { HubAssessBucketRole: 'reseal-hub-assess-bucket', AssessBucketRole: 'reseal-assess-bucket' };
/** They are no parameters of the template. */
const OWN = ['Tags', ...Object.keys(KEPT)];

export default class DeployPlugin {
  #serverless;
  #log;
  #asked;
  #kept = new Map();

  constructor(serverless, options, { log }) {
    this.#serverless = serverless;
    this.#log = log;
    const isDeploy = () => serverless.processedInput.commands.join(' ') === 'deploy';
    this.hooks = {
      // Before anything is bundled, so that a slip is told at once.
      'before:package:initialize': this.#told(async () => {
        const asked = isDeploy() ? await this.#ask() : undefined;
        await checkParameters(this.#given(), this.#rules(), OWN, valuesOf(asked?.stack));
        this.#setParameters(new Map());
        this.#setTags(asked);
      }),
      // By now osls has restored what was packaged before, where it deploys that (--package).
      'before:deploy:deploy': this.#told(async () => {
        const { stack } = await this.#ask();
        const previous = valuesOf(stack);
        await checkParameters(this.#given(), this.#rules(), OWN, previous);
        // osls compares packages, and would skip a deployment whose parameters alone are new.
        if (this.#given().size > 0) options.force = true;
        this.#setParameters(previous);
        this.#setStackTags(stack);
      }),
      'after:aws:deploy:deploy:createStack': this.#told(() => this.#takeOver()),
      'before:remove:remove': this.#told(async () => {
        try {
          this.#kept = (await this.#ask({ isRemoval: true })).has;
        } catch (cause) {
          if (!cause.name.startsWith('AccessDenied')) throw cause;
          this.#log.notice(`The ledger and the policy bucket are kept. Their names are not known: ${cause.message}`);
        }
      }),
      'after:remove:remove': () => this.#sayWhatIsKept(),
    };
  }

  /** osls prints the message of its own error class without a stack. */
  #told(work) {
    return async () => {
      try {
        await work();
      } catch (cause) {
        if (cause instanceof this.#serverless.classes.Error) throw cause;
        throw Object.assign(new this.#serverless.classes.Error(cause.message, 'RESEAL_DEPLOY'), { cause });
      }
    };
  }

  #rules() {
    const rules = Object.entries(this.#serverless.service.resources.Parameters);
    return Object.fromEntries(rules.filter(([name]) => !OF_MEMBERS.includes(name)));
  }

  #given() {
    const { processedInput, configurationInput } = this.#serverless;
    return givenParameters(processedInput.options.param, configurationInput?.params, this.#provider.getStage());
  }

  get #provider() {
    return this.#serverless.getProvider('aws');
  }

  /** What was packaged is what was given then; a later word wins. */
  #setParameters(previous) {
    const { provider } = this.#serverless.service;
    const packaged = (provider.stackParameters ?? []).map((each) => [each.ParameterKey, each.ParameterValue]);
    provider.stackParameters = stackParameters(new Map([...packaged, ...this.#given()]), this.#rules(), previous);
  }

  /** For osls-every-resource-plugin.mjs, which puts them on everything. */
  #setTags(asked) {
    this.#serverless.service.custom.tags = this.#given().get('Tags') ?? tagsOf(asked?.stack);
  }

  /** Those of the package, which every resource of its template has, or else of the stack. */
  #setStackTags(stack) {
    const { provider } = this.#serverless.service;
    const { 'reseal:version': version, ...packaged } = provider.stackTags ?? {};
    const given = this.#given().get('Tags');
    const tags = readTags(given ?? tagsOf(stack));
    const isPackaged = Object.keys(packaged).length > 0;
    if (given !== undefined && isPackaged && !isDeepStrictEqual(tags, packaged))
      throw new Error(`--param Tags: the package has other tags, found ${JSON.stringify(given)}. Package with these.`);
    provider.stackTags = { ...(isPackaged ? packaged : tags), ...(version && { 'reseal:version': version }) };
  }

  /** What is in the account, asked once. Throws an Error where a deployment would fail, or do what nobody wants. */
  #ask({ isRemoval = false } = {}) {
    this.#asked ??= this.#look(isRemoval);
    return this.#asked;
  }

  async #look(isRemoval) {
    const config = await this.#provider.getAwsSdkV3Config();
    const clients = {
      cloudFormation: new CloudFormationClient(config),
      dynamoDb: new DynamoDBClient(config),
      iam: new IAMClient(config),
      s3: new S3Client(config),
    };
    const place = {
      stackName: this.#provider.naming.getStackName(),
      region: this.#provider.getRegion(),
      account: await this.#provider.getAccountId(),
    };
    const stack = await describeStack(place.stackName, clients);
    const has = stack === undefined ? new Map() : await resourcesOf(place.stackName, clients);
    if (isRemoval) return { clients, stack, has };
    refuseStatus(stack?.StackStatus, { ...place, stage: this.#provider.getStage() });
    const given = this.#given();
    const rules = this.#rules();
    const previous = (stack?.Parameters ?? []).filter(({ ParameterKey }) => Object.hasOwn(rules, ParameterKey));
    const values = new Map([...previous.map((each) => [each.ParameterKey, each.ParameterValue]), ...given]);
    // What this version refuses of what the stack has is told too.
    await checkParameters(values, rules, OWN);
    await this.#refuseOthers(values.get('RolePrefix') ?? '', { place, has, clients });
    const resources = this.#serverless.service.resources.Resources;
    return { clients, stack, has, kept: await findKept(values, { clients, place, has, resources }) };
  }

  /** Of another hub, or of a member, these are the roles. Who may not ask for them is told: then their names collide. */
  async #refuseOthers(prefix, { place, has, clients }) {
    for (const [logicalId, name] of Object.entries(ROLES)) {
      const RoleName = `${prefix}${name}`;
      if (has.get(logicalId) === RoleName) continue;
      try {
        throw takenRole((await clients.iam.send(new GetRoleCommand({ RoleName }))).Role, place);
      } catch (error) {
        if (error.name.startsWith('NoSuchEntity')) continue;
        if (!error.name.startsWith('AccessDenied')) throw error;
        this.#log.notice(
          `Nobody knows whether account ${place.account} has a hub already: iam:GetRole is denied. ` +
            'If it has one, the names of the roles are taken, and this deployment fails and is rolled back.',
        );
        return;
      }
    }
  }

  async #takeOver() {
    const { clients, kept } = await this.#ask();
    if (kept.size === 0) return;
    const { cloudFormation } = clients;
    for (const { logicalId, what } of Object.values(KEPT))
      if (kept.has(logicalId)) this.#log.notice(`Goes on with the ${what} ${kept.get(logicalId)}`);
    await takeOver(kept, {
      cloudFormation,
      stack: await describeStack(this.#provider.naming.getStackName(), clients),
      compiled: this.#serverless.service.provider.compiledCloudFormationTemplate,
      seconds: Number(process.env.SLS_AWS_MONITORING_FREQUENCY ?? 5000) / 1000,
    });
  }

  #sayWhatIsKept() {
    for (const { logicalId, what } of Object.values(KEPT))
      if (this.#kept.has(logicalId)) this.#log.notice(`Kept: the ${what} ${this.#kept.get(logicalId)}`);
    if (this.#kept.size > 0)
      this.#log.notice(
        'A later `npx osls deploy` of the same stage goes on with them. docs/deploy.md says how to delete them.',
      );
  }
}

/** The parameters of a stack, none where there is no stack. */
function valuesOf(stack) {
  return new Map((stack?.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]));
}

/** Undefined where there is none. */
async function describeStack(StackName, { cloudFormation }) {
  try {
    return (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    if (error.name === 'ValidationError' && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function resourcesOf(StackName, { cloudFormation }) {
  const names = new Map();
  for (let NextToken, more = true; more; more = NextToken !== undefined) {
    const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName, NextToken }));
    for (const each of page.StackResourceSummaries ?? [])
      if (!each.ResourceStatus.startsWith('DELETE_')) names.set(each.LogicalResourceId, each.PhysicalResourceId);
    ({ NextToken } = page);
  }
  return names;
}

/** Those that a deployment gave the stack, as --param="Tags=..." takes them. */
function tagsOf(stack) {
  const tags = (stack?.Tags ?? []).filter(({ Key }) => Key !== 'STAGE' && !/^(aws|reseal):/.test(Key));
  return tags.map(({ Key, Value }) => `${Key}=${Value}`).join(',');
}
