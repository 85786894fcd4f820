import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import type { ServiceDefinition } from '../service.ts';
import type { Identity } from '../world.ts';
import { entryOf } from '../entry-of.ts';

/** Checks the caller's permissions and runs the operation. Throws 501 by name for one that the service does not emulate. */
export function perform(identity: Identity, service: ServiceDefinition, call: Call, input: object): unknown {
  const operation = entryOf(service.operations, call.operation);
  const permissions = entryOf(service.permissions, call.operation);
  if (operation === undefined || permissions === undefined) throw notEmulated(`${service.id} ${call.operation}`);
  // The operation's input type is its own; the decoder has built the input by the operation's schema.
  const typed = input as never;
  identity.authorize(call, permissions(typed, call));
  return operation(typed, call);
}
