import type * as sdk from '@aws-sdk/client-cloudformation';
import type { StackEvent, StackRecord } from './stack-store.ts';

export function describeStack(record: StackRecord): sdk.Stack {
  const { name, id, createdAt, updatedAt, status, reason, stack } = record;
  const tags = stack?.tags ?? record.recipe?.tags ?? {};
  return {
    StackId: id,
    StackName: name,
    CreationTime: createdAt,
    // The status is one of the model's: the store writes no other.
    StackStatus: status as sdk.StackStatus,
    Parameters: Object.entries(stack?.parameters ?? {}).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: [value].flat().join(','),
    })),
    Outputs: Object.entries(stack?.outputs ?? {}).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ...(updatedAt === undefined ? {} : { LastUpdatedTime: updatedAt }),
    ...(reason === undefined ? {} : { StackStatusReason: reason }),
  };
}

export function resourcesOf({ name, id, createdAt, updatedAt, stack }: StackRecord): sdk.StackResource[] {
  return (stack?.resources ?? []).map(({ logicalId, type, physicalId }) => ({
    StackName: name,
    StackId: id,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: updatedAt ?? createdAt,
    ResourceStatus: 'CREATE_COMPLETE',
  }));
}

export function eventOf({ id, name }: StackRecord, event: StackEvent): sdk.StackEvent {
  const { logicalId, physicalId, type, at, status, reason } = event;
  return {
    StackId: id,
    StackName: name,
    EventId: event.id,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    Timestamp: at,
    ResourceStatus: status as sdk.ResourceStatus,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  };
}
