import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Services } from './resource.ts';
import { importOf } from './import-request.ts';
import { changesOf, checkUpdatable, isSame, placeOfCall, recipeOf } from './stack-request.ts';
import type { Recipe, StackRecord, StackStore } from './stack-store.ts';

interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly record: StackRecord;
  readonly recipe: Recipe;
  readonly changes: ReadonlyMap<string, sdk.ChangeAction>;
  readonly createdAt: Date;
  readonly hasChanges: boolean;
  status: 'AVAILABLE' | 'EXECUTE_COMPLETE' | 'UNAVAILABLE';
}

interface Named {
  readonly StackName?: string | undefined;
  readonly ChangeSetName?: string | undefined;
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Change sets: what a deployment shows before it does it (CloudFormation API reference). */
export function createChangeSetOperations(stacks: StackStore, services: Services) {
  const sets = new Map<string, ChangeSet>();
  const named = ({ StackName: stack = '', ChangeSetName: name = '' }: Named, call: Call): ChangeSet | undefined =>
    sets.get(name) ??
    [...sets.values()].findLast(
      (set) =>
        set.name === name &&
        [set.record.name, set.record.id].includes(stack) &&
        set.record.account === call.caller.accountId &&
        set.record.region === call.region,
    );
  const existing = (input: Named, call: Call): ChangeSet => {
    const set = named(input, call);
    if (set !== undefined) return set;
    throw new AwsError('ChangeSetNotFound', `ChangeSet [${input.ChangeSetName}] does not exist`, 404);
  };
  return {
    CreateChangeSet: async (input: sdk.CreateChangeSetInput, call: Call) => {
      const place = placeOfCall(services, call, input.StackName ?? '');
      const known = stacks.find(place, place.stackName);
      checkKind(input, known);
      const recipe = importOf(input, await recipeOf(input, place, known), { known, others: stacks.list(place) });
      if (named(input, call) !== undefined)
        throw new AwsError('AlreadyExistsException', `ChangeSet ${input.ChangeSetName} already exists`);
      const set = changeSetOf({ input, call, recipe, record: known ?? stacks.open(place) });
      sets.set(set.id, set);
      return { Id: set.id, StackId: set.record.id };
    },
    DescribeChangeSet: (input: Named, call: Call) => describe(existing(input, call)),
    ListChangeSets: (input: Named, call: Call) => ({
      Summaries: [...sets.values()]
        .filter(({ record }) => record === stacks.find(placeOfCall(services, call, ''), input.StackName ?? ''))
        .map(summary),
    }),
    DeleteChangeSet: (input: Named, call: Call) => {
      const set = named(input, call);
      if (set !== undefined) sets.delete(set.id);
      return {};
    },
    ExecuteChangeSet: async (input: Named, call: Call) => {
      const set = existing(input, call);
      const { record, recipe } = set;
      checkExecutable(set);
      set.status = 'EXECUTE_COMPLETE';
      for (const other of sets.values()) if (other.record === record) sets.delete(other.id);
      await stacks.apply(record, recipe, placeOfCall(services, call, record.name));
      return {};
    },
  };
}

function checkExecutable({ id, status }: ChangeSet): void {
  if (status === 'AVAILABLE') return;
  throw new AwsError(
    'InvalidChangeSetStatus',
    `ChangeSet [${id}] cannot be executed in its current execution status of [${status}]`,
  );
}

/** A set of the kind CREATE is for a stack that is not there yet, every other for one that is. */
function checkKind(
  { ChangeSetType: kind, StackName: name }: sdk.CreateChangeSetInput,
  known: StackRecord | undefined,
): void {
  const isNew = known === undefined || known.status === 'REVIEW_IN_PROGRESS';
  if (kind === 'CREATE' && !isNew)
    throw new AwsError(
      'ValidationError',
      `Stack ${name} already exists and cannot be created again with the changeSet`,
    );
  if (kind === 'IMPORT' && isNew) throw notEmulated(`An import into a new stack (${name})`);
  if (kind !== 'CREATE' && isNew) throw new AwsError('ValidationError', `Stack [${name}] does not exist`);
  if (!isNew) checkUpdatable(known);
}

interface Source {
  readonly input: sdk.CreateChangeSetInput;
  readonly call: Call;
  readonly recipe: Recipe;
  readonly record: StackRecord;
}

function changeSetOf({ input: { ChangeSetName: name = '' }, call, recipe, record }: Source): ChangeSet {
  const hasChanges = record.stack === undefined || !isSame(record.recipe, recipe);
  return {
    id: `arn:aws:cloudformation:${record.region}:${record.account}:changeSet/${name}/${randomUUID()}`,
    name,
    record,
    recipe,
    changes: changesOf(record.recipe, recipe),
    createdAt: call.time,
    hasChanges,
    status: hasChanges ? 'AVAILABLE' : 'UNAVAILABLE',
  };
}

function summary({ id, name, record, createdAt, hasChanges, status }: ChangeSet): sdk.ChangeSetSummary {
  return {
    ChangeSetId: id,
    ChangeSetName: name,
    StackId: record.id,
    StackName: record.name,
    CreationTime: createdAt,
    ExecutionStatus: status,
    Status: hasChanges ? 'CREATE_COMPLETE' : 'FAILED',
    ...(hasChanges ? {} : { StatusReason: NO_CHANGES }),
  };
}

function describe(set: ChangeSet): sdk.DescribeChangeSetOutput {
  const { template, parameters } = set.recipe;
  return {
    ...summary(set),
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Changes: [...set.changes].map(([LogicalResourceId, Action]) => ({
      Type: 'Resource',
      ResourceChange: {
        Action: set.recipe.imports?.has(LogicalResourceId) === true ? 'Import' : Action,
        LogicalResourceId,
        ResourceType: template.Resources[LogicalResourceId]?.Type,
      },
    })),
  };
}
