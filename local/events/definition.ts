import * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError } from '../errors.ts';
import { checkResourcePolicy } from '../identity/check-policy.ts';
import type { Operation, ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import { busArnOf, createBusOperations } from './bus-operations.ts';
import type { EventBus } from './bus.ts';
import { createPutEvents, putEventsPermissions } from './put-events.ts';
import { createRuleOperations, rulePermission } from './rule-operations.ts';

/** Description and tags are kept for nobody. */
const RULE_MEMBERS: SupportedMembers = {
  PutRule: ['Name', 'EventPattern', 'ScheduleExpression', 'State', 'Description', 'EventBusName', 'Tags'],
  DeleteRule: ['Name', 'EventBusName'],
  DescribeRule: ['Name', 'EventBusName'],
  ListRules: ['NamePrefix', 'EventBusName'],
  EnableRule: ['Name', 'EventBusName'],
  DisableRule: ['Name', 'EventBusName'],
  PutTargets: ['Rule', 'EventBusName', 'Targets'],
  RemoveTargets: ['Rule', 'EventBusName', 'Ids'],
  ListTargetsByRule: ['Rule', 'EventBusName'],
};

const BUS_MEMBERS: SupportedMembers = {
  CreateEventBus: ['Name', 'Description', 'Tags'],
  DeleteEventBus: ['Name'],
  DescribeEventBus: ['Name'],
  ListEventBuses: ['NamePrefix'],
  PutPermission: ['EventBusName', 'Action', 'Principal', 'StatementId', 'Condition', 'Policy'],
  RemovePermission: ['EventBusName', 'StatementId', 'RemoveAllPermissions'],
};

/** EventBridge on the wire: buses with their policies, rules with their targets, events of one's own. */
export function eventsDefinition(bus: EventBus): ServiceDefinition {
  const operations: Record<string, Operation> = {
    ...createRuleOperations(bus),
    ...createBusOperations({ bus, checkPolicy }),
    PutEvents: createPutEvents(bus),
  };
  return {
    id: 'events',
    signingName: 'events',
    protocol: 'awsJson1.1',
    sdk,
    operations: onlySupported('events', operations, { ...RULE_MEMBERS, ...BUS_MEMBERS, PutEvents: ['Entries'] }),
    permissions: {
      ...Object.fromEntries(Object.keys(RULE_MEMBERS).map((name) => [name, rulePermission(name)])),
      ...rightsByName('events', BUS_MEMBERS, busArnOf),
      PutEvents: putEventsPermissions(bus.buses),
    },
  };
}

/** Keys that a bus policy may name beyond the global ones (EventBridge guide, "Using conditions"). */
const KEYS = { evaluated: ['events:source', 'events:detail-type'] };

function checkPolicy(policy: object): void {
  checkResourcePolicy(policy, (message) => new AwsError('ValidationException', message), KEYS);
}
