import { randomUUID } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { type Membership, NO_ORGANIZATION } from '../membership.ts';
import type { Rule } from '../rules.ts';
import type { BusEvent, Events, Functions, QueueFeed, World } from '../world.ts';
import { BusDirectory, busArn, type BusPlace } from './bus-directory.ts';
import { checkTargets } from './check-targets.ts';
import { deliver } from './delivery.ts';
import type { DeliveryDeps } from './delivery.ts';
import { EventFaults } from './event-faults.ts';
import { EventLog, logRule } from './event-log.ts';
import { forward, type ForwardDeps } from './forward.ts';
import { compilePattern } from './pattern.ts';
import type { PatternTest } from './pattern.ts';
import { rateMs, type Schedule, startSchedule } from './schedule.ts';

export interface BusDeps {
  readonly world: Pick<World, 'now' | 'activity'> & { readonly identity: ForwardDeps['identity'] };
  readonly membership?: Membership;
  readonly queues: Pick<QueueFeed, 'deliver'>;
  readonly functions: Pick<Functions, 'deliver'>;
}

interface ActiveRule {
  readonly rule: Rule;
  readonly matches: PatternTest;
  readonly schedule: Schedule | undefined;
}

/** Every bus of every account and Region: rules, schedules, and the log of what came by. */
export class EventBus implements Events {
  readonly log = new EventLog();
  readonly faults: EventFaults;
  readonly buses = new BusDirectory();
  #rules = new Map<string, ActiveRule>();
  #deps: DeliveryDeps;
  #membership: Membership;
  #closing = new AbortController();

  constructor({ world: { now, activity, identity }, membership = NO_ORGANIZATION, queues, functions }: BusDeps) {
    this.#membership = membership;
    const arrive: ForwardDeps['arrive'] = (event, bus, way) =>
      this.faults.pass(event, (passed) => this.#route(passed, bus, way), busArn(bus));
    const forwarding = { identity, membership, buses: this.buses, now, arrive };
    const signal = this.#closing.signal;
    this.#deps = { queues, functions, activity, now, signal, forward: (one) => forward(one, forwarding) };
    this.faults = new EventFaults(() => activity.begin('event'));
  }

  publish(event: BusEvent): void {
    this.publishOn({ ...event, bus: 'default' }, event);
  }

  publishOn({ account, region, bus }: BusPlace, event: BusEvent): void {
    const place = { account, region, bus };
    this.faults.pass(event, (passed) => this.#route(passed, place, [place]));
  }

  /** Throws InvalidEventPatternException or ValidationException. */
  put(rule: Rule): void {
    checkTargets(rule);
    this.buses.get(rule);
    if (rule.pattern === undefined && rule.schedule === undefined) {
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    if (rule.schedule !== undefined && rule.bus !== 'default') {
      throw new AwsError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
    }
    const matches = rule.pattern === undefined ? () => false : compilePattern(rule.pattern);
    const everyMs = rule.schedule === undefined ? undefined : rateMs(rule.schedule);
    this.#rules.get(rule.arn)?.schedule?.stop();
    const isIdle = everyMs === undefined || !rule.enabled;
    const schedule = isIdle ? undefined : startSchedule(everyMs, () => this.fire(rule.arn));
    this.#rules.set(rule.arn, { rule, matches, schedule });
  }

  delete(arn: string): void {
    this.#rules.get(arn)?.schedule?.stop();
    this.#rules.delete(arn);
  }

  rule(arn: string): Rule | undefined {
    return this.#rules.get(arn)?.rule;
  }

  rulesOf(place: BusPlace): readonly Rule[] {
    return [...this.#rules.values()].map(({ rule }) => rule).filter((rule) => isOn(rule, place));
  }

  /** Sends a schedule's event to the targets of its rule, as the schedule does when its time comes. */
  fire(ruleArn: string): void {
    const rule = this.#rules.get(ruleArn)?.rule;
    if (rule) {
      const event = scheduledEvent(rule, this.#deps.now());
      this.#send(event, rule, this.log.add(event), [rule]);
    }
  }

  /** So much time has gone by at once: schedules that came due in it fire. */
  forward(ms: number): void {
    this.#rules.forEach(({ schedule }) => schedule?.forward(ms));
  }

  close(): void {
    this.#closing.abort();
    this.#rules.forEach(({ schedule }) => schedule?.stop());
  }

  #route(event: BusEvent, at: BusPlace, way: readonly BusPlace[]): void {
    if (!this.#membership.isOpen(at.account)) return;
    const logged = this.log.add(event, at);
    for (const { rule, matches } of this.#rules.values()) {
      if (!rule.enabled || rule.pattern === undefined || !isOn(rule, at)) continue;
      if (matches(event)) {
        this.#send(event, rule, logged, way);
      } else {
        logRule(logged, rule);
      }
    }
  }

  #send(event: BusEvent, rule: Rule, logged: ReturnType<EventLog['add']>, way: readonly BusPlace[]): void {
    for (const target of rule.targets) {
      deliver({ event, rule, target, way, entry: logRule(logged, rule, target) }, this.#deps);
    }
  }
}

const isOn = (rule: Rule, { account, region, bus }: BusPlace): boolean =>
  rule.account === account && rule.region === region && rule.bus === bus;

const scheduledEvent = (rule: Rule, now: Date): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: rule.account,
  time: `${now.toISOString().slice(0, 19)}Z`,
  region: rule.region,
  resources: [rule.arn],
  detail: {},
});
