import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Instance, SetOperation, StackSet } from './stack-set.ts';

export function printSetSummary({ name, id, autoDeployment, managedExecution }: StackSet): sdk.StackSetSummary {
  return {
    StackSetName: name,
    StackSetId: id,
    Status: 'ACTIVE',
    PermissionModel: 'SERVICE_MANAGED',
    AutoDeployment: autoDeployment,
    ManagedExecution: managedExecution,
  };
}

export function printSet(set: StackSet): sdk.StackSet {
  return {
    ...printSetSummary(set),
    StackSetARN: set.arn,
    TemplateBody: set.body,
    Parameters: Object.entries(set.parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
    OrganizationalUnitIds: [...new Set(set.groups.flatMap(({ targets }) => targets.OrganizationalUnitIds ?? []))],
    Regions: [...new Set(set.groups.flatMap(({ regions }) => regions))],
    ...(set.description === undefined ? {} : { Description: set.description }),
  };
}

export function printInstance(set: StackSet, instance: Instance): sdk.StackInstanceSummary {
  const { account, region, status, detail, reason, stack, operationId } = instance;
  return {
    StackSetId: set.id,
    Account: account,
    Region: region,
    Status: status,
    StackInstanceStatus: { DetailedStatus: detail },
    LastOperationId: operationId,
    ...(stack === undefined ? {} : { StackId: stack.id }),
    ...(reason === undefined ? {} : { StatusReason: reason }),
  };
}

export function printOperation({ id }: StackSet, operation: SetOperation): sdk.StackSetOperation {
  const { action, status, preferences, retain, startedAt, endedAt } = operation;
  return {
    OperationId: operation.id,
    StackSetId: id,
    Action: action,
    Status: status,
    OperationPreferences: preferences,
    CreationTimestamp: startedAt,
    ...(action === 'DELETE' ? { RetainStacks: retain } : {}),
    ...(endedAt === undefined ? {} : { EndTimestamp: endedAt }),
  };
}
