import type * as sdk from '@aws-sdk/client-eventbridge';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import type { Rule } from '../rules.ts';
import type { Permission } from '../service.ts';
import type { EventBus } from './bus.ts';
import { busArn, type BusPlace, placeOf } from './bus-directory.ts';
import { printTarget, readTarget } from './target.ts';

/** How operations name a rule. */
interface Named {
  readonly Name?: string | undefined;
  readonly Rule?: string | undefined;
  readonly EventBusName?: string | undefined;
}

/** Rules and their targets on the wire (EventBridge API reference). */
export function createRuleOperations(bus: EventBus) {
  const existing = (input: Named, call: Call): Rule => {
    const rule = bus.rule(ruleArn(input, call));
    if (rule !== undefined) return rule;
    const { Name, Rule: named = Name, EventBusName = 'default' } = input;
    throw new AwsError('ResourceNotFoundException', `Rule ${named} does not exist on EventBus ${EventBusName}.`);
  };
  const enable = (enabled: boolean) => (input: Named, call: Call) => {
    bus.put({ ...existing(input, call), enabled });
    return {};
  };
  return {
    PutRule: (input: sdk.PutRuleRequest, call: Call) => {
      const arn = ruleArn(input, call);
      bus.put(ruleOf(input, call, bus.rule(arn)));
      return { RuleArn: arn };
    },
    DeleteRule: (input: sdk.DeleteRuleRequest, call: Call) => {
      const rule = bus.rule(ruleArn(input, call));
      if (rule !== undefined && rule.targets.length > 0)
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      if (rule !== undefined) bus.delete(rule.arn);
      return {};
    },
    DescribeRule: (input: sdk.DescribeRuleRequest, call: Call) => describe(existing(input, call)),
    ListRules: (input: sdk.ListRulesRequest, call: Call) => {
      const rules = bus.rulesOf(busOf(input, call)).filter(({ name }) => name.startsWith(input.NamePrefix ?? ''));
      return { Rules: rules.map(describe) };
    },
    EnableRule: enable(true),
    DisableRule: enable(false),
    PutTargets: (input: sdk.PutTargetsRequest, call: Call) => {
      const rule = existing(input, call);
      const added = (input.Targets ?? []).map(readTarget);
      const kept = rule.targets.filter(({ id }) => !added.some((one) => one.id === id));
      if (kept.length + added.length > 5)
        throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
      bus.put({ ...rule, targets: [...kept, ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input: sdk.RemoveTargetsRequest, call: Call) => {
      const rule = existing(input, call);
      bus.put({ ...rule, targets: rule.targets.filter(({ id }) => input.Ids?.includes(id) !== true) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: (input: sdk.ListTargetsByRuleRequest, call: Call) => ({
      Targets: existing(input, call).targets.map(printTarget),
    }),
  };
}

/** Every rule operation needs the right of its name on the rule; whoever puts targets passes their roles. */
export function rulePermission(action: string) {
  return (input: Named & Pick<sdk.PutTargetsRequest, 'Targets'>, call: Call): Permission[] => {
    const targets = action === 'PutTargets' ? (input.Targets ?? []) : [];
    const arns = targets.flatMap(({ Arn }) => Arn ?? []);
    return [
      {
        action: `events:${action}`,
        resource: ruleArn(input, call),
        ...(arns.length === 0 ? {} : { context: { 'events:TargetArn': arns } }),
      },
      ...targets.flatMap(({ RoleArn: role }) => (role === undefined ? [] : passRole(role))),
    ];
  };
}

function passRole(resource: string): Permission[] {
  return [{ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'events.amazonaws.com' } }];
}

function ruleArn(input: Named, call: Call): string {
  const { account, region, bus } = busOf(input, call);
  const path = bus === 'default' ? '' : `${bus}/`;
  return `arn:aws:events:${region}:${account}:rule/${path}${input.Name ?? input.Rule ?? ''}`;
}

/** Rules of another account's bus are made in that account only, here. */
function busOf({ EventBusName = 'default' }: Named, { caller, region }: Call): BusPlace {
  const place = placeOf(EventBusName, { account: caller.accountId, region });
  if (place.account !== caller.accountId) throw notEmulated(`Rules on the bus ${busArn(place)} of another account`);
  return place;
}

/** A rule that exists keeps its targets. */
function ruleOf(input: sdk.PutRuleRequest, call: Call, before: Rule | undefined): Rule {
  const { EventPattern: pattern, ScheduleExpression: schedule } = input;
  return {
    ...busOf(input, call),
    arn: ruleArn(input, call),
    name: input.Name ?? '',
    enabled: input.State !== 'DISABLED',
    targets: before?.targets ?? [],
    ...(pattern === undefined ? {} : { pattern: parsed(pattern) }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

function parsed(pattern: string): unknown {
  try {
    return JSON.parse(pattern);
  } catch {
    throw new AwsError('InvalidEventPatternException', 'Event pattern is not valid. Reason: it is not JSON');
  }
}

function describe({ arn, name, bus, enabled, pattern, schedule }: Rule): object {
  return {
    Arn: arn,
    Name: name,
    EventBusName: bus,
    State: enabled ? 'ENABLED' : 'DISABLED',
    ...(pattern === undefined ? {} : { EventPattern: JSON.stringify(pattern) }),
    ...(schedule === undefined ? {} : { ScheduleExpression: schedule }),
  };
}
