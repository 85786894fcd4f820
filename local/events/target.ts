import type { Target } from '@aws-sdk/client-eventbridge';
import { notEmulated } from '../errors.ts';
import type { RuleTarget } from '../rules.ts';

/** EventBridge's own retry policy where the target has none. */
const RETRY_ATTEMPTS = 185;
const MAX_AGE_S = 86_400;

const MEMBERS = ['Id', 'Arn', 'RoleArn', 'Input', 'SqsParameters', 'RetryPolicy', 'DeadLetterConfig'];

/** Throws 501 by name for what a target here does not act upon. */
export function readTarget(target: Target): RuleTarget {
  const other = Object.entries(target).find(([name, value]) => !MEMBERS.includes(name) && value !== undefined);
  if (other !== undefined) throw notEmulated(`The member ${other[0]} of a target`);
  const { Id = '', Arn = '', RoleArn, Input, SqsParameters, RetryPolicy, DeadLetterConfig } = target;
  const messageGroupId = SqsParameters?.MessageGroupId;
  return {
    id: Id,
    arn: Arn,
    retryAttempts: RetryPolicy?.MaximumRetryAttempts ?? RETRY_ATTEMPTS,
    maxAgeSeconds: RetryPolicy?.MaximumEventAgeInSeconds ?? MAX_AGE_S,
    ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
    ...(Input === undefined ? {} : { input: Input }),
    ...(messageGroupId === undefined ? {} : { messageGroupId }),
    ...(DeadLetterConfig?.Arn === undefined ? {} : { deadLetterArn: DeadLetterConfig.Arn }),
  };
}

export function printTarget(target: RuleTarget): Target {
  const { id, arn, roleArn, input, messageGroupId, deadLetterArn, retryAttempts, maxAgeSeconds } = target;
  return {
    Id: id,
    Arn: arn,
    RetryPolicy: { MaximumRetryAttempts: retryAttempts, MaximumEventAgeInSeconds: maxAgeSeconds },
    ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
    ...(input === undefined ? {} : { Input: input }),
    ...(messageGroupId === undefined ? {} : { SqsParameters: { MessageGroupId: messageGroupId } }),
    ...(deadLetterArn === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterArn } }),
  };
}
