import type { Call } from './call.ts';
import { entryOf } from './entry-of.ts';
import { notEmulated } from './errors.ts';
import type { Operation, Permission } from './service.ts';

/** The members of its input that an operation acts upon, by operation. */
export type SupportedMembers = Readonly<Record<string, readonly string[]>>;

/**
 * The operations, each refusing with 501 by name a member that its entry lacks: what is not acted upon is never silently ignored.
 * An empty list and `false` ask for nothing and pass. Throws where an operation has no entry.
 */
export function onlySupported(
  service: string,
  operations: Readonly<Record<string, Operation>>,
  supported: SupportedMembers,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Operation] => {
      const members = entryOf(supported, name);
      if (members === undefined) throw new Error(`${service} ${name} has no entry in the table of supported members`);
      return [
        name,
        (input, call) => {
          refuseOthers(`${service} ${name}`, input, members);
          return operation(input, call);
        },
      ];
    }),
  );
}

/** What each of these operations needs: the right of its name on the resource that the request is about. */
export function rightsByName<Input>(
  service: string,
  supported: SupportedMembers,
  resourceOf: (input: Input, call: Call) => string,
): Record<string, (input: Input, call: Call) => Permission[]> {
  const rights = Object.keys(supported).map((name) => {
    const action = `${service}:${name}`;
    return [name, (input: Input, call: Call) => [{ action, resource: resourceOf(input, call) }]] as const;
  });
  return Object.fromEntries(rights);
}

function refuseOthers(what: string, input: object, members: readonly string[]): void {
  const other = Object.entries(input).find(([name, value]) => !members.includes(name) && asksForSomething(value));
  if (other !== undefined) throw notEmulated(`The member ${other[0]} of ${what}`);
}

function asksForSomething(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
