import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { createChangeSetOperations } from './change-sets.ts';
import { describeStack, eventOf, resourcesOf } from './print-stack.ts';
import type { Services } from './resource.ts';
import { checkUpdatable, isSame, placeOfCall, recipeOf, type StackRequest, templateOf } from './stack-request.ts';
import { capabilityOf } from './template-body.ts';
import type { Template } from './template.ts';
import type { StackRecord, StackStore } from './stack-store.ts';

export interface StackDeps {
  readonly stacks: StackStore;
  readonly services: Services;
}

type Summarized = Pick<StackRequest, 'TemplateBody' | 'TemplateURL' | 'StackName'>;

interface Asked {
  readonly StackName?: string | undefined;
}

interface Found {
  readonly here: (call: Call) => { account: string; region: string };
  readonly existing: (input: Asked, call: Call) => StackRecord;
}

function finderOf(stacks: StackStore): Found {
  const here: Found['here'] = ({ caller, region }) => ({ account: caller.accountId, region });
  return {
    here,
    existing: ({ StackName: asked = '' }, call) => {
      const record = stacks.find(here(call), asked);
      if (record !== undefined) return record;
      throw new AwsError('ValidationError', `Stack with id ${asked} does not exist`);
    },
  };
}

/** Stacks on the wire (CloudFormation API reference). What AWS does after its answer is done before it here. */
export function createStackOperations(deps: StackDeps) {
  return {
    ...createChangeSetOperations(deps.stacks, deps.services),
    ...createReadOperations(deps),
    ...createWriteOperations(deps),
  };
}

function createReadOperations({ stacks, services }: StackDeps) {
  const { here, existing } = finderOf(stacks);
  const read = async (input: StackRequest, call: Call): Promise<Template> => {
    const asked = { ...input, Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
    const record = input.StackName === undefined ? undefined : existing(input, call);
    return templateOf(asked, placeOfCall(services, call, ''), record);
  };
  return {
    DescribeStacks: ({ StackName }: Asked, call: Call) => ({
      Stacks: (StackName === undefined ? stacks.list(here(call)) : [existing({ StackName }, call)]).map(describeStack),
    }),
    DescribeStackEvents: (input: Asked, call: Call) => {
      const record = existing(input, call);
      return { StackEvents: record.events.toReversed().map((event) => eventOf(record, event)) };
    },
    DescribeStackResources: (input: sdk.DescribeStackResourcesInput, call: Call) => ({
      StackResources: resourcesOf(ownerOf(input, stacks.list(here(call))) ?? existing(input, call)),
    }),
    DescribeStackResource: (input: sdk.DescribeStackResourceInput, call: Call) => {
      const record = existing(input, call);
      const found = resourcesOf(record).find(({ LogicalResourceId: id }) => id === input.LogicalResourceId);
      if (found === undefined)
        throw new AwsError(
          'ValidationError',
          `Resource ${input.LogicalResourceId} does not exist for stack ${record.name}`,
        );
      return { StackResourceDetail: { ...found, LastUpdatedTimestamp: found.Timestamp } };
    },
    ListStackResources: (input: Asked, call: Call) => ({
      StackResourceSummaries: resourcesOf(existing(input, call)).map(({ Timestamp, ...resource }) => ({
        ...resource,
        LastUpdatedTimestamp: Timestamp,
      })),
    }),
    /** Stacks here export nothing. */
    ListExports: () => ({ Exports: [] }),
    GetTemplate: (input: Asked, call: Call) => ({ TemplateBody: existing(input, call).recipe?.body ?? '{}' }),
    ValidateTemplate: async (input: Summarized, call: Call) => ({ Parameters: declared(await read(input, call)) }),
    GetTemplateSummary: async (input: Summarized, call: Call) => {
      const template = await read({ ...input, UsePreviousTemplate: input.StackName !== undefined }, call);
      const ResourceTypes = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))];
      const needed = capabilityOf(template);
      return {
        Parameters: declared(template),
        ResourceTypes,
        ...(needed === undefined ? {} : { Capabilities: [needed] }),
      };
    },
  };
}

/** The stack that has what is asked for by its own name; undefined where a stack is named. */
function ownerOf({ PhysicalResourceId: id }: sdk.DescribeStackResourcesInput, all: readonly StackRecord[]) {
  if (id === undefined) return undefined;
  const owner = all.find((record) => resourcesOf(record).some((each) => each.PhysicalResourceId === id));
  if (owner === undefined) throw new AwsError('ValidationError', `Stack for ${id} does not exist`);
  return owner;
}

function createWriteOperations({ stacks, services }: StackDeps) {
  const { here, existing } = finderOf(stacks);
  return {
    CreateStack: async (input: sdk.CreateStackInput, call: Call) => {
      const place = placeOfCall(services, call, input.StackName ?? '');
      const recipe = await recipeOf(input, place, undefined);
      const record = stacks.open(place);
      await stacks.apply(record, recipe, place);
      return { StackId: record.id };
    },
    UpdateStack: async (input: sdk.UpdateStackInput, call: Call) => {
      const record = existing(input, call);
      checkUpdatable(record);
      const place = placeOfCall(services, call, record.name);
      const recipe = await recipeOf(input, place, record);
      if (isSame(record.recipe, recipe)) throw new AwsError('ValidationError', 'No updates are to be performed.');
      await stacks.apply(record, recipe, place);
      return { StackId: record.id };
    },
    DeleteStack: async ({ StackName = '' }: Asked, call: Call) => {
      const record = stacks.find(here(call), StackName);
      if (record === undefined || record.status === 'DELETE_COMPLETE') return {};
      await stacks.remove(record, services).catch(notAwsErrors);
      return {};
    },
  };
}

function declared({ Parameters }: Template): sdk.ParameterDeclaration[] {
  return Object.entries(Parameters).map(([ParameterKey, { Type, Default, NoEcho = false }]) => ({
    ParameterKey,
    ParameterType: Type,
    NoEcho,
    ...(Default === undefined ? {} : { DefaultValue: String(Default) }),
  }));
}

/** What could not be deleted is in the stack's status and events. */
function notAwsErrors(error: unknown): void {
  if (!(error instanceof AwsError)) throw error;
}
