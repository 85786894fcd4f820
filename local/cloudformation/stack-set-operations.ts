import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Organization } from '../organizations/organization.ts';
import { printInstance, printOperation, printSet, printSetSummary } from './print-stack-set.ts';
import { parametersOf } from './parameters.ts';
import type { StackSet } from './stack-set.ts';
import { STACK_SETS_SERVICE, type StackSets } from './stack-sets.ts';
import { readBody } from './template-body.ts';

export interface StackSetDeps {
  readonly stackSets: StackSets;
  readonly organization: Organization;
}

interface Named {
  readonly StackSetName?: string | undefined;
  readonly CallAs?: sdk.CallAs | undefined;
}

/** Stack sets under the permission model SERVICE_MANAGED (CloudFormation API reference). */
export function createStackSetOperations(deps: StackSetDeps) {
  return { ...createSetOperations(deps), ...createInstanceOperations(deps), ...createTrustOperations(deps) };
}

/** Trusted access is taken as given; only the management account may ask for it. */
function createTrustOperations({ organization }: StackSetDeps) {
  const ofManagement = (call: Call): void => {
    if (call.caller.accountId !== organization.managementId)
      throw new AwsError('InvalidOperationException', 'You must be the management account of an organization', 400);
  };
  return {
    ActivateOrganizationsAccess: (_input: object, call: Call) => {
      ofManagement(call);
      return {};
    },
    DescribeOrganizationsAccess: (_input: object, call: Call) => {
      ofManagement(call);
      return { Status: 'ENABLED' };
    },
  };
}

function finderOf({ stackSets, organization }: StackSetDeps): (input: Named, call: Call) => StackSet {
  return (input, call) => {
    checkCaller(input, call, organization);
    const isMeant = ({ name, id, region }: StackSet): boolean =>
      region === call.region && [name, id].includes(input.StackSetName ?? '');
    const set = [...stackSets.sets.values()].find(isMeant);
    if (set !== undefined) return set;
    throw new AwsError('StackSetNotFoundException', `StackSet ${input.StackSetName} not found`, 404);
  };
}

function createSetOperations(deps: StackSetDeps) {
  const { organization } = deps;
  const { sets } = deps.stackSets;
  const named = finderOf(deps);
  return {
    CreateStackSet: (input: sdk.CreateStackSetInput, call: Call) => {
      checkCaller(input, call, organization);
      const set = stackSetOf(input, call, organization);
      if ([...sets.values()].some(({ name, region }) => name === set.name && region === set.region))
        throw new AwsError('NameAlreadyExistsException', `StackSet ${set.name} already exists`, 409);
      const unknown = set.autoDeployment.DependsOn?.find((arn) => !sets.has(arn));
      if (unknown !== undefined) throw invalid(`AutoDeployment.DependsOn names no StackSet: ${unknown}`);
      sets.set(set.arn, set);
      return { StackSetId: set.id };
    },
    UpdateStackSet: (input: sdk.UpdateStackSetInput, call: Call) => {
      const set = named(input, call);
      const body = input.UsePreviousTemplate === true ? set.body : input.TemplateBody;
      const template = readBody({ TemplateBody: body, Capabilities: input.Capabilities });
      const { AutoDeployment: autoDeployment = set.autoDeployment, Description: description = set.description } = input;
      const parameters = parametersOf(input.Parameters, set.parameters);
      const managedExecution = input.ManagedExecution ?? set.managedExecution;
      Object.assign(set, { body, template, parameters, autoDeployment, managedExecution, description });
      const { OperationPreferences: preferences = {}, OperationId } = input;
      return { OperationId: deps.stackSets.update(set, preferences, OperationId).operation.id };
    },
    DescribeStackSet: (input: sdk.DescribeStackSetInput, call: Call) => ({ StackSet: printSet(named(input, call)) }),
    ListStackSets: (input: sdk.ListStackSetsInput, call: Call) => {
      checkCaller(input, call, organization);
      const here = [...sets.values()].filter(({ region }) => region === call.region);
      return { Summaries: here.map(printSetSummary) };
    },
    DeleteStackSet: (input: sdk.DeleteStackSetInput, call: Call) => {
      const set = named(input, call);
      if (set.instances.size > 0) throw new AwsError('StackSetNotEmptyException', 'StackSet is not empty', 409);
      sets.delete(set.arn);
      return {};
    },
  };
}

function createInstanceOperations(deps: StackSetDeps) {
  const { stackSets } = deps;
  const named = finderOf(deps);
  return {
    CreateStackInstances: (input: sdk.CreateStackInstancesInput, call: Call) => {
      const set = named(input, call);
      const targets = checkedTargets(input.DeploymentTargets);
      const overrides = parametersOf(input.ParameterOverrides);
      const group = { targets, regions: input.Regions ?? [], overrides, preferences: input.OperationPreferences ?? {} };
      return { OperationId: stackSets.create(set, group, input.OperationId).operation.id };
    },
    DeleteStackInstances: (input: sdk.DeleteStackInstancesInput, call: Call) => {
      const set = named(input, call);
      const targets = checkedTargets(input.DeploymentTargets);
      const asked = { targets, regions: input.Regions ?? [], preferences: input.OperationPreferences ?? {} };
      const whole = { ...asked, retain: input.RetainStacks === true };
      const { operation } = stackSets.delete(set, whole, input.OperationId);
      return { OperationId: operation.id };
    },
    ListStackInstances: (input: sdk.ListStackInstancesInput, call: Call) => {
      const set = named(input, call);
      const { StackInstanceAccount: account, StackInstanceRegion: region } = input;
      const found = [...set.instances.values()].filter(
        (one) => (account ?? one.account) === one.account && (region ?? one.region) === one.region,
      );
      return { Summaries: found.map((instance) => printInstance(set, instance)) };
    },
    DescribeStackSetOperation: (input: sdk.DescribeStackSetOperationInput, call: Call) => ({
      StackSetOperation: printOperation(named(input, call), operationOf(named(input, call), input.OperationId)),
    }),
    ListStackSetOperations: (input: sdk.ListStackSetOperationsInput, call: Call) => {
      const set = named(input, call);
      return { Summaries: set.operations.toReversed().map((operation) => printOperation(set, operation)) };
    },
    ListStackSetOperationResults: (input: sdk.ListStackSetOperationResultsInput, call: Call) => {
      const { results } = operationOf(named(input, call), input.OperationId);
      return {
        Summaries: results.map(({ account, region, status, reason }) => ({
          Account: account,
          Region: region,
          Status: status,
          ...(reason === undefined ? {} : { StatusReason: reason }),
        })),
      };
    },
  };
}

/** The management account as SELF, an account to which stack sets are delegated as DELEGATED_ADMIN, and nobody else. */
function checkCaller({ CallAs = 'SELF' }: Named, { caller }: Call, organization: Organization): void {
  const isManagement = caller.accountId === organization.managementId;
  const isAllowed =
    CallAs === 'SELF' ? isManagement : !isManagement && organization.administers(caller.accountId, STACK_SETS_SERVICE);
  if (!isAllowed)
    throw invalid(
      'You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set',
    );
}

function stackSetOf(input: sdk.CreateStackSetInput, { region }: Call, organization: Organization): StackSet {
  const {
    StackSetName: name = '',
    AutoDeployment: autoDeployment = {},
    ManagedExecution: managedExecution = {},
  } = input;
  if (input.PermissionModel !== 'SERVICE_MANAGED')
    throw notEmulated('A stack set with the permission model SELF_MANAGED');
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) throw invalid(`StackSetName ${name} is not valid`);
  if (autoDeployment.Enabled !== true && autoDeployment.RetainStacksOnAccountRemoval !== undefined)
    throw invalid('RetainStacksOnAccountRemoval is only for Enabled auto-deployment');
  const id = `${name}:${randomUUID()}`;
  return {
    name,
    id,
    arn: `arn:aws:cloudformation:${region}:${organization.managementId}:stackset/${id}`,
    region,
    body: input.TemplateBody ?? '',
    template: readBody(input),
    parameters: parametersOf(input.Parameters),
    autoDeployment,
    managedExecution,
    description: input.Description,
    groups: [],
    instances: new Map(),
    operations: [],
    queue: Promise.resolve(),
  };
}

/** Accounts alone are for stack sets of the other permission model. */
function checkedTargets(targets: sdk.DeploymentTargets | undefined): sdk.DeploymentTargets {
  const { OrganizationalUnitIds: units = [], Accounts = [], AccountsUrl, AccountFilterType: filter } = targets ?? {};
  if (AccountsUrl !== undefined) throw notEmulated('AccountsUrl of the deployment targets');
  if (targets === undefined || units.length === 0)
    throw invalid('OrganizationalUnitIds are required for a SERVICE_MANAGED stack set');
  const isFiltered = filter !== undefined && filter !== 'NONE';
  if (isFiltered !== Accounts.length > 0)
    throw invalid('AccountFilterType should be specified when both OrganizationalUnitIds and Accounts are provided');
  return targets;
}

function operationOf({ operations }: StackSet, id: string | undefined) {
  const found = operations.find((each) => each.id === id);
  if (found === undefined) throw new AwsError('OperationNotFoundException', `Operation ${id} not found`, 404);
  return found;
}

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);
