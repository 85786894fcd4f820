import * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import { createStackOperations, type StackDeps } from './stack-operations.ts';
import { createStackSetOperations, type StackSetDeps } from './stack-set-operations.ts';

const REQUEST = ['StackName', 'TemplateBody', 'TemplateURL', 'Parameters', 'Capabilities', 'Tags', 'NotificationARNs'];

/** Tags of stack sets, and who calls twice with one token, are kept for nobody. */
const STACK_MEMBERS: SupportedMembers = {
  DescribeStacks: ['StackName'],
  DescribeStackEvents: ['StackName', 'NextToken'],
  DescribeStackResources: ['StackName', 'PhysicalResourceId'],
  DescribeStackResource: ['StackName', 'LogicalResourceId'],
  ListStackResources: ['StackName', 'NextToken'],
  ListExports: ['NextToken'],
  GetTemplate: ['StackName', 'TemplateStage'],
  GetTemplateSummary: ['StackName', 'TemplateBody', 'TemplateURL'],
  ValidateTemplate: ['TemplateBody', 'TemplateURL'],
  CreateChangeSet: [
    ...REQUEST,
    'UsePreviousTemplate',
    'ChangeSetName',
    'ChangeSetType',
    'Description',
    'ClientToken',
    'ResourcesToImport',
  ],
  DescribeChangeSet: ['StackName', 'ChangeSetName', 'NextToken'],
  ListChangeSets: ['StackName'],
  DeleteChangeSet: ['StackName', 'ChangeSetName'],
  ExecuteChangeSet: ['StackName', 'ChangeSetName', 'ClientRequestToken', 'DisableRollback'],
  UpdateStack: [...REQUEST, 'UsePreviousTemplate', 'ClientRequestToken'],
  CreateStack: [...REQUEST, 'ClientRequestToken'],
  DeleteStack: ['StackName', 'ClientRequestToken'],
};

const SET_MEMBERS: SupportedMembers = {
  ActivateOrganizationsAccess: [],
  DescribeOrganizationsAccess: ['CallAs'],
  CreateStackSet: [
    'StackSetName',
    'Description',
    'TemplateBody',
    'Parameters',
    'Capabilities',
    'Tags',
    'PermissionModel',
    'AutoDeployment',
    'CallAs',
    'ClientRequestToken',
    'ManagedExecution',
  ],
  UpdateStackSet: [
    'StackSetName',
    'Description',
    'TemplateBody',
    'UsePreviousTemplate',
    'Parameters',
    'Capabilities',
    'Tags',
    'OperationPreferences',
    'PermissionModel',
    'AutoDeployment',
    'OperationId',
    'CallAs',
    'ManagedExecution',
  ],
  DescribeStackSet: ['StackSetName', 'CallAs'],
  ListStackSets: ['CallAs'],
  DeleteStackSet: ['StackSetName', 'CallAs'],
  CreateStackInstances: [
    'StackSetName',
    'DeploymentTargets',
    'Regions',
    'ParameterOverrides',
    'OperationPreferences',
    'OperationId',
    'CallAs',
  ],
  DeleteStackInstances: [
    'StackSetName',
    'DeploymentTargets',
    'Regions',
    'OperationPreferences',
    'RetainStacks',
    'OperationId',
    'CallAs',
  ],
  ListStackInstances: ['StackSetName', 'StackInstanceAccount', 'StackInstanceRegion', 'CallAs'],
  DescribeStackSetOperation: ['StackSetName', 'OperationId', 'CallAs'],
  ListStackSetOperations: ['StackSetName', 'CallAs'],
  ListStackSetOperationResults: ['StackSetName', 'OperationId', 'CallAs'],
};

interface Named {
  readonly StackName?: string;
  readonly StackSetName?: string;
}

/** CloudFormation: plain stacks, and the service-managed stack sets of an organization. */
export function createCloudFormation(deps: StackDeps & StackSetDeps): ServiceDefinition {
  const operations = { ...createStackOperations(deps), ...createStackSetOperations(deps) };
  const members = { ...STACK_MEMBERS, ...SET_MEMBERS };
  return {
    id: 'cloudformation',
    signingName: 'cloudformation',
    protocol: 'awsQuery',
    sdk,
    operations: onlySupported('cloudformation', operations, members),
    permissions: rightsByName('cloudformation', members, resourceOf),
  };
}

/** By name, whatever the id (Service Authorization Reference, "CloudFormation"). */
function resourceOf({ StackName: stack, StackSetName: set }: Named, { caller, region }: Call): string {
  const [kind, name] = set === undefined ? ['stack', stack] : ['stackset', set.split(':')[0]];
  if (name === undefined) return '*';
  const separator = kind === 'stack' ? '/' : ':';
  return name.startsWith('arn:')
    ? name
    : `arn:aws:cloudformation:${region}:${caller.accountId}:${kind}/${name}${separator}*`;
}
