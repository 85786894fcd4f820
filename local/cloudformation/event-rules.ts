import { z } from 'zod';
import { physicalName } from './physical-name.ts';
import { ignored, maker, number, type Place } from './resource.ts';

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: number.optional(), MaximumEventAgeInSeconds: number.optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: ignored,
  EventBusName: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(target).default([]),
  Tags: ignored,
});

const put = z.object({ RuleArn: z.string() });
const targeted = z.object({ Targets: z.array(z.object({ Id: z.string() })) });

/** AWS::Events::Rule: on a bus other than the default one its Ref is BUS|NAME. */
export const makeRule = maker(
  'AWS::Events::Rule',
  ruleProperties,
  async (logicalId, properties, place) => {
    const { Name = physicalName(logicalId, place, 64), EventBusName, EventPattern, Targets } = properties;
    const bus = EventBusName === undefined ? {} : { EventBusName };
    const { State, ScheduleExpression } = properties;
    const { RuleArn } = put.parse(
      await invoke(place, 'PutRule', {
        Name,
        State,
        ...bus,
        ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
        ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
      }),
    );
    const { Targets: before } = targeted.parse(await invoke(place, 'ListTargetsByRule', { Rule: Name, ...bus }));
    const Ids = before.map(({ Id }) => Id).filter((id) => !Targets.some(({ Id }) => Id === id));
    if (Ids.length > 0) await invoke(place, 'RemoveTargets', { Rule: Name, ...bus, Ids });
    if (Targets.length > 0) await invoke(place, 'PutTargets', { Rule: Name, ...bus, Targets });
    return {
      ref: EventBusName === undefined || EventBusName === 'default' ? Name : `${EventBusName}|${Name}`,
      attributes: { Arn: RuleArn },
      remove: async () => {
        const all = Targets.map(({ Id }) => Id);
        if (all.length > 0) await invoke(place, 'RemoveTargets', { Rule: Name, ...bus, Ids: all });
        await invoke(place, 'DeleteRule', { Name, ...bus });
      },
    };
  },
  'again',
);

const created = z.object({ EventBusArn: z.string() });

const busProperties = z.strictObject({
  Name: z.string(),
  Description: ignored,
  Policy: z.unknown().optional(),
  Tags: ignored,
});

export const makeEventBus = maker('AWS::Events::EventBus', busProperties, async (_logicalId, properties, place) => {
  const { Name, Policy } = properties;
  const { EventBusArn } = created.parse(await invoke(place, 'CreateEventBus', { Name }));
  if (Policy !== undefined)
    await invoke(place, 'PutPermission', { EventBusName: Name, Policy: JSON.stringify(Policy) });
  return {
    ref: Name,
    attributes: { Arn: EventBusArn, Name },
    remove: async () => void (await invoke(place, 'DeleteEventBus', { Name })),
  };
});

const policyProperties = z.strictObject({
  EventBusName: z.string().optional(),
  StatementId: z.string(),
  Statement: z.looseObject({}),
});

const described = z.object({ Policy: z.string().optional() });

/** AWS::Events::EventBusPolicy: one statement beside those that the bus has. */
export const makeEventBusPolicy = maker(
  'AWS::Events::EventBusPolicy',
  policyProperties,
  async (_logicalId, { EventBusName = 'default', StatementId, Statement }, place) => {
    const { Policy } = described.parse(await invoke(place, 'DescribeEventBus', { Name: EventBusName }));
    const before: { Statement: unknown[] } = Policy === undefined ? { Statement: [] } : JSON.parse(Policy);
    const document = {
      Version: '2012-10-17',
      Statement: [...before.Statement, { Sid: StatementId, ...Statement }],
    };
    await invoke(place, 'PutPermission', { EventBusName, Policy: JSON.stringify(document) });
    return {
      ref: `${EventBusName}|${StatementId}`,
      attributes: {},
      remove: async () => void (await invoke(place, 'RemovePermission', { EventBusName, StatementId })),
    };
  },
  'anew',
);

const invoke = (place: Place, operation: string, input: object): Promise<unknown> =>
  place.world.invoke('events', operation, input, place.as);
