import { AwsError, notEmulated } from '../errors.ts';
import type { RuleTarget } from '../rules.ts';
import type { BusEvent } from '../world.ts';

/** A path that this can follow: members by name. */
const PATH = /^\$(?:\.[A-Za-z_][\w-]*)+$/;

/** The message group of what goes to a queue: a constant, or what a path finds in the event (SqsParameters, MessageGroupId). */
export function groupOf({ messageGroupId }: RuleTarget, event: BusEvent): { groupId?: string } {
  if (messageGroupId === undefined) return {};
  if (!messageGroupId.startsWith('$')) return { groupId: messageGroupId };
  const found = messageGroupId
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => memberOf(value, name), event);
  if (typeof found === 'string' && found !== '') return { groupId: found };
  throw new AwsError('INVALID_PARAMETER', `The event has no text at ${messageGroupId} for MessageGroupId.`);
}

/** Refuses a path with more than names: AWS knows more of JSONPath than this. */
export function checkGroup(messageGroupId: string): void {
  if (messageGroupId.length > 100)
    throw new AwsError('ValidationException', 'MessageGroupId must have length less than or equal to 100');
  if (messageGroupId.startsWith('$') && !PATH.test(messageGroupId))
    throw notEmulated(`The path ${messageGroupId} as MessageGroupId`);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([member]) => member === name)?.[1]
    : undefined;
}
