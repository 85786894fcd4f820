import type { ArgsDef, CommandDef, Resolvable } from 'citty';
import { UsageError } from './usage-error.ts';

export type Command = CommandDef<ArgsDef>;

interface FoundCommand {
  command: Command;
  /** Names from the root down, for example `reseal policy`. */
  group: string;
  /** What follows the command's own name. */
  rawArgs: string[];
}

/** Options that every group has: main.ts answers them. */
const FOR_ALL: ReadonlySet<string> = new Set(['--help', '-h', '--version']);

/** Follows the names at the start of a command line. Only the commands on the way are loaded. Throws UsageError on an unknown one. */
export async function findCommand(root: Command, rawArgs: string[]): Promise<FoundCommand> {
  let found: FoundCommand = { command: root, group: '', rawArgs };
  let name = 'reseal';
  for (;;) {
    const subCommands = await resolved(found.command.subCommands);
    const [next, ...rest] = found.rawArgs;
    if (subCommands === undefined || next === undefined || FOR_ALL.has(next)) return found;
    const known = Object.keys(subCommands);
    if (!known.includes(next)) {
      throw new UsageError(`${name}: expected one of the commands ${known.join(', ')}, found ${next}`);
    }
    const command = await resolved(subCommands[next]);
    if (command === undefined) return found;
    found = { command, group: name, rawArgs: rest };
    name = `${name} ${next}`;
  }
}

async function resolved<T>(value: Resolvable<T> | undefined): Promise<T | undefined> {
  return value instanceof Function ? await value() : await value;
}
