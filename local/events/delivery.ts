import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../errors.ts';
import type { Rule } from '../rules.ts';
import type { Activity, Functions, QueueFeed, ServicePrincipal } from '../world.ts';
import type { LoggedRule } from './event-log.ts';
import { DROPPED, type Forwarding } from './forward.ts';
import { groupOf } from './message-group.ts';

export interface DeliveryDeps {
  readonly queues: Pick<QueueFeed, 'deliver'>;
  readonly functions: Pick<Functions, 'deliver'>;
  readonly forward: (forwarding: Forwarding) => void;
  readonly activity: Activity;
  readonly now: () => Date;
  /** Ends the waiting for a retry when the embedded AWS is closed. */
  readonly signal: AbortSignal;
}

export interface Delivery extends Forwarding {
  readonly entry: LoggedRule;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 60_000;

/**
 * Hands an event to one target of a rule. What a retry cannot heal (no target, no permission) goes to the target's dead-letter queue at
 * once, the rest after the retry policy is exhausted (EventBridge guide, "Retry policies and dead-letter queues").
 */
export function deliver(delivery: Delivery, deps: DeliveryDeps): void {
  const failed = attempt(delivery, deps);
  if (failed) {
    void keepTrying(delivery, failed, deps);
  }
}

function attempt(delivery: Delivery, { queues, functions, forward }: DeliveryDeps): AwsError | undefined {
  const { event, rule, target, entry } = delivery;
  const body = target.input ?? JSON.stringify(event);
  try {
    if (serviceOf(target.arn) === 'sqs') {
      queues.deliver(target.arn, { body, ...groupOf(target, event) }, asRule(rule));
    } else if (serviceOf(target.arn) === 'events') {
      forward(delivery);
    } else {
      functions.deliver(target.arn, body, asRule(rule));
    }
    entry.delivered = true;
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return error;
    }
    throw error;
  }
}

async function keepTrying(delivery: Delivery, first: AwsError, deps: DeliveryDeps): Promise<void> {
  const over = deps.activity.begin('event');
  try {
    const { failed, retries } = await retry(delivery, first, deps);
    if (failed) {
      bury(delivery, failed, retries, deps);
    }
  } catch (error) {
    if (!deps.signal.aborted) {
      throw error;
    }
  } finally {
    over();
  }
}

async function retry(
  delivery: Delivery,
  first: AwsError,
  deps: DeliveryDeps,
): Promise<{ failed: AwsError | undefined; retries: number }> {
  const { retryAttempts, maxAgeSeconds } = delivery.target;
  const untilMs = deps.now().getTime() + maxAgeSeconds * 1000;
  let failed: AwsError | undefined = first;
  let retries = 0;
  while (failed && failed.status >= 500 && retries < retryAttempts && deps.now().getTime() < untilMs) {
    await delay(Math.min(FIRST_RETRY_MS * 2 ** retries, LONGEST_RETRY_MS), undefined, { signal: deps.signal });
    retries++;
    failed = attempt(delivery, deps);
  }
  return { failed, retries };
}

function bury({ event, rule, target, entry }: Delivery, failed: AwsError, retries: number, deps: DeliveryDeps): void {
  entry.error = `${failed.code}: ${failed.message}`;
  if (target.deadLetterArn === undefined || failed.code === DROPPED) {
    return;
  }
  const attributes = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: errorCode(failed),
    ERROR_MESSAGE: failed.message,
    ...(retries === 0
      ? {}
      : {
          RETRY_ATTEMPTS: String(retries),
          EXHAUSTED_RETRY_CONDITION:
            retries < target.retryAttempts ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts',
        }),
  };
  try {
    deps.queues.deliver(target.deadLetterArn, { body: JSON.stringify(event), attributes }, asRule(rule));
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    // EventBridge drops what its dead-letter queue refuses; the log of events says so.
    entry.error += `; dead-letter queue: ${error.code}: ${error.message}`;
  }
}

/** Of the codes that the EventBridge guide lists for dead letters. */
function errorCode(failed: AwsError): string {
  switch (failed.code) {
    case 'QueueDoesNotExist':
    case 'ResourceNotFoundException':
      return 'NO_RESOURCE';
    case 'AccessDenied':
    case 'AccessDeniedException':
      return 'NO_PERMISSIONS';
    default:
      if (/^[A-Z]+(_[A-Z]+)+$/.test(failed.code)) return failed.code;
      return failed.status >= 500 ? 'ERROR_FROM_TARGET' : 'SDK_CLIENT_ERROR';
  }
}

export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

const asRule = ({ arn, account }: Rule): ServicePrincipal => ({
  principal: 'events.amazonaws.com',
  sourceArn: arn,
  sourceAccount: account,
});
