import type { Rule, RuleTarget } from '../rules.ts';
import type { BusEvent } from '../world.ts';
import { type BusPlace, busArn } from './bus-directory.ts';

/** Events kept for `/_local/events`; the oldest go first. */
const KEPT_EVENTS = 10_000;

export interface LoggedRule {
  readonly name: string;
  readonly matched: boolean;
  /** ARN of the target; null where the rule did not match or has none. */
  readonly target: string | null;
  delivered: boolean;
  /** Why the event went to the dead-letter queue or was dropped. */
  error?: string;
}

export interface LoggedEvent {
  readonly id: string;
  readonly time: string;
  readonly source: string;
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the bus, where it is not the default one of the event's own account and Region. */
  readonly bus?: string;
  readonly rules: LoggedRule[];
}

/** What came to every bus and where it went, the newest last. */
export class EventLog {
  #events: LoggedEvent[] = [];

  add(event: BusEvent, at: BusPlace = { ...event, bus: 'default' }): LoggedEvent {
    const isOwn = at.account === event.account && at.region === event.region && at.bus === 'default';
    const logged: LoggedEvent = {
      id: event.id,
      time: event.time,
      source: event.source,
      detailType: event['detail-type'],
      account: event.account,
      region: event.region,
      ...(isOwn ? {} : { bus: busArn(at) }),
      rules: [],
    };
    this.#events.push(logged);
    if (this.#events.length > KEPT_EVENTS) {
      this.#events.shift();
    }
    return logged;
  }

  get events(): readonly LoggedEvent[] {
    return this.#events;
  }
}

export function logRule(logged: LoggedEvent, rule: Rule, target?: RuleTarget): LoggedRule {
  const entry: LoggedRule = {
    name: rule.name,
    matched: target !== undefined,
    target: target?.arn ?? null,
    delivered: false,
  };
  logged.rules.push(entry);
  return entry;
}
