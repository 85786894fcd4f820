import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Membership } from '../membership.ts';
import type { Rule, RuleTarget } from '../rules.ts';
import type { BusEvent, Identity } from '../world.ts';
import { type Bus, type BusDirectory, type BusPlace, placeOf } from './bus-directory.ts';

export interface ForwardDeps {
  readonly identity: Pick<Identity, 'startSession' | 'authorize' | 'administrator'>;
  readonly membership: Pick<Membership, 'isOpen' | 'isRegionOn'>;
  readonly buses: BusDirectory;
  readonly now: () => Date;
  /** Takes the event to the rules of the bus; `way` is where it has been. */
  readonly arrive: (event: BusEvent, bus: BusPlace, way: readonly BusPlace[]) => void;
}

export interface Forwarding {
  readonly event: BusEvent;
  readonly rule: Rule;
  readonly target: RuleTarget;
  /** The buses on which the event has been, that of the rule last. */
  readonly way: readonly BusPlace[];
}

/** Of an event that AWS drops without a dead letter. */
export const DROPPED = 'Dropped';

/**
 * Passes an event on to another bus, as the target's role. The event stays as it is. Throws what goes to the dead-letter queue: a role or a bus
 * policy that does not allow it, no such bus, a third hop (EventBridge guide, "Sending and receiving events between accounts").
 */
export function forward({ event, rule, target, way }: Forwarding, deps: ForwardDeps): void {
  const place = placeOf(target.arn, rule);
  const hop = thirdHop(place, way);
  if (hop !== undefined) throw hop;
  const bus = deps.buses.get(place);
  if (!deps.membership.isOpen(bus.account) || !deps.membership.isRegionOn(bus.account, bus.region))
    throw new AwsError('ResourceNotFoundException', `Event bus ${bus.arn} does not exist.`);
  const call = callOf(rule, target, deps);
  deps.identity.authorize(call, [putEvents(event, bus)]);
  deps.arrive(event, bus, [...way, place]);
}

/** events:PutEvents on a bus, which its own policy must allow to other accounts (EventBridge guide, "Permissions for event buses"). */
export function putEvents(event: Pick<BusEvent, 'source' | 'detail-type'>, { arn, account, policy }: Bus) {
  return {
    action: 'events:PutEvents',
    resource: arn,
    owner: account,
    ...(policy === undefined ? {} : { resourcePolicy: policy }),
    context: { 'events:source': event.source, 'events:detail-type': event['detail-type'] },
  };
}

/** An event that came from another bus goes to no further one. */
function thirdHop(to: BusPlace, way: readonly BusPlace[]): AwsError | undefined {
  if (way.length < 2) return undefined;
  if (!way.some(({ account }) => account === to.account))
    return new AwsError('THIRD_ACCOUNT_HOP_DETECTED', 'The event would be sent to a third account.');
  if (!way.some(({ region }) => region === to.region))
    return new AwsError('THIRD_REGION_HOP_DETECTED', 'The event would be sent to a third Region.');
  return new AwsError(DROPPED, 'An event that came from another bus is not passed on to a further one.');
}

/** As the session of the target's role; without one, in its own account and Region, as the account. */
function callOf(rule: Rule, { roleArn }: RuleTarget, { identity, now }: ForwardDeps): Call {
  const source = { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': rule.account };
  const service = { service: 'events.amazonaws.com' };
  const caller =
    roleArn === undefined
      ? identity.administrator(rule.account)
      : identity.startSession(roleArn, 'events', service, { context: source }).caller;
  return {
    service: 'events',
    operation: 'PutEvents',
    region: rule.region,
    caller,
    requestId: randomUUID(),
    time: now(),
    sourceIp: 'events.amazonaws.com',
    userAgent: 'events.amazonaws.com',
  };
}
