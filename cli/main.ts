import { stripVTControlCharacters } from 'node:util';
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { versionLine } from '../scripts/command-line.ts';
import { wordsOf } from '../scripts/ending.ts';
import { findCommand } from './find-command.ts';
import { UsageError } from './usage-error.ts';

/** The operator's words. Every command is data in a file of commands/, loaded only when it is named. */
const reseal: CommandDef<ArgsDef> = defineCommand({
  meta: { name: 'reseal', description: 'Keeps S3 buckets at the default encryption that your organization decided' },
  subCommands: {
    policy: () => import('./commands/policy.ts').then(({ policy }) => policy),
    rollback: () => import('./commands/rollback.ts').then(({ rollbackCommand }) => rollbackCommand),
    replay: () => import('./commands/replay.ts').then(({ replayCommand }) => replayCommand),
    acknowledge: () => import('./commands/acknowledge.ts').then(({ acknowledgeCommand }) => acknowledgeCommand),
  },
});

/** Exit status: 0 good, 1 errors, 2 the command line is wrong; a command that returns a number says it itself. */
export async function main(rawArgs: string[]): Promise<number> {
  try {
    const { command, group, rawArgs: args } = await findCommand(reseal, rawArgs);
    if (args.includes('--version')) {
      console.log(versionLine());
      return 0;
    }
    if (args.includes('--help') || args.includes('-h')) {
      console.log(await usage(command, group));
      return 0;
    }
    if (command.run === undefined) {
      console.error(await usage(command, group));
      return 2;
    }
    const { result } = await runCommand(command, { rawArgs: args });
    return typeof result === 'number' ? result : 0;
  } catch (error) {
    return reported(error);
  }
}

/** In colours on a terminal only, and where NO_COLOR is not set, to whatever value. */
async function usage(command: CommandDef<ArgsDef>, group: string): Promise<string> {
  const text = await renderUsage(command, group === '' ? undefined : { meta: { name: group } });
  const isColourful = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return isColourful ? text : stripVTControlCharacters(text);
}

/** citty does not export its own CLIError, only its name. */
function reported(error: unknown): number {
  if (error instanceof UsageError || (error instanceof Error && error.name === 'CLIError')) {
    console.error(`${error.message}\nreseal --help shows the commands, reseal COMMAND --help how each is used.`);
    return 2;
  }
  console.error(wordsOf(error));
  return 1;
}
