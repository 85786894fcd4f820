import { randomUUID } from 'node:crypto';
import { AwsError, notEmulated } from '../errors.ts';
import type { BusEvent, Events, Functions, QueueFeed, Rule, Rules, World } from '../world.ts';
import { deliver, serviceOf } from './delivery.ts';
import type { DeliveryDeps } from './delivery.ts';
import { EventFaults } from './event-faults.ts';
import { EventLog, logRule } from './event-log.ts';
import { compilePattern } from './pattern.ts';
import type { PatternTest } from './pattern.ts';
import { rateMs, startSchedule } from './schedule.ts';

export interface BusDeps {
  readonly world: Pick<World, 'now' | 'activity'>;
  readonly queues: Pick<QueueFeed, 'deliver'>;
  readonly functions: Pick<Functions, 'deliver'>;
}

interface ActiveRule {
  readonly rule: Rule;
  readonly matches: PatternTest;
  readonly stop: () => void;
}

const TARGET_SERVICES = ['sqs', 'lambda'];

/** The default bus of every account and Region: rules, schedules, and the log of what came by. */
export class EventBus implements Events, Rules {
  readonly log = new EventLog();
  readonly faults: EventFaults;
  #rules = new Map<string, ActiveRule>();
  #deps: DeliveryDeps;
  #closing = new AbortController();

  constructor({ world: { now, activity }, queues, functions }: BusDeps) {
    this.#deps = { queues, functions, activity, now, signal: this.#closing.signal };
    this.faults = new EventFaults(() => activity.begin('event'));
  }

  publish(event: BusEvent): void {
    this.faults.pass(event, (passed) => this.#route(passed));
  }

  put(rule: Rule): void {
    const unknown = rule.targets.find(({ arn }) => !TARGET_SERVICES.includes(serviceOf(arn)));
    if (unknown) {
      throw notEmulated(`The rule target ${unknown.arn}`);
    }
    if (rule.pattern === undefined && rule.schedule === undefined) {
      throw new AwsError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    const matches = rule.pattern === undefined ? () => false : compilePattern(rule.pattern);
    const everyMs = rule.schedule === undefined ? undefined : rateMs(rule.schedule);
    this.#rules.get(rule.arn)?.stop();
    const stop = everyMs === undefined || !rule.enabled ? () => {} : startSchedule(everyMs, () => this.fire(rule.arn));
    this.#rules.set(rule.arn, { rule, matches, stop });
  }

  delete(arn: string): void {
    this.#rules.get(arn)?.stop();
    this.#rules.delete(arn);
  }

  /** Sends a schedule's event to the targets of its rule, as the schedule does when its time comes. */
  fire(ruleArn: string): void {
    const rule = this.#rules.get(ruleArn)?.rule;
    if (rule) {
      const event = scheduledEvent(rule, this.#deps.now());
      this.#send(event, rule, this.log.add(event));
    }
  }

  close(): void {
    this.#closing.abort();
    this.#rules.forEach(({ stop }) => stop());
  }

  #route(event: BusEvent): void {
    const logged = this.log.add(event);
    for (const { rule, matches } of this.#rules.values()) {
      if (
        !rule.enabled ||
        rule.pattern === undefined ||
        rule.account !== event.account ||
        rule.region !== event.region
      ) {
        continue;
      }
      if (matches(event)) {
        this.#send(event, rule, logged);
      } else {
        logRule(logged, rule);
      }
    }
  }

  #send(event: BusEvent, rule: Rule, logged: ReturnType<EventLog['add']>): void {
    for (const target of rule.targets) {
      deliver({ event, rule, target, entry: logRule(logged, rule, target) }, this.#deps);
    }
  }
}

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
