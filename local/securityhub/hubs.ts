import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';

/** Security Hub of one account in one Region, while it is enabled. */
export interface Hub {
  readonly arn: string;
  readonly subscribedAt: Date;
  /** By product ARN and id, the oldest first. */
  readonly findings: Map<string, AwsSecurityFinding>;
}

/** The hubs of every account and Region. */
export class Hubs {
  #hubs = new Map<string, Hub>();

  /** Throws ResourceConflictException where it is enabled. */
  enable(call: Call): void {
    const arn = hubArn(call);
    if (this.#hubs.has(arn)) {
      throw new AwsError('ResourceConflictException', 'Account is already subscribed to Security Hub', 409);
    }
    this.#hubs.set(arn, { arn, subscribedAt: call.time, findings: new Map() });
  }

  /** Throws InvalidAccessException where it is not enabled. Its findings are gone with it. */
  disable(call: Call): void {
    this.#hubs.delete(this.of(call).arn);
  }

  /** The caller's hub. Throws InvalidAccessException where Security Hub is not enabled. */
  of(call: Call): Hub {
    const hub = this.#hubs.get(hubArn(call));
    if (hub === undefined) {
      throw new AwsError(
        'InvalidAccessException',
        `Account ${call.caller.accountId} is not subscribed to AWS Security Hub`,
        401,
      );
    }
    return hub;
  }
}

export function hubArn({ region, caller }: Call): string {
  return `arn:aws:securityhub:${region}:${caller.accountId}:hub/default`;
}

/** The product under which an account imports findings of its own. */
export function defaultProductArn({ region, caller }: Call): string {
  return `arn:aws:securityhub:${region}:${caller.accountId}:product/${caller.accountId}/default`;
}
