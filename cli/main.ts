import { stripVTControlCharacters } from 'node:util';
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { versionLine } from '../scripts/command-line.ts';
import { wordsOf } from '../scripts/ending.ts';
import { inOneLine } from '../src/problem.ts';
import { findCommand } from './find-command.ts';
import { UsageError } from './usage-error.ts';

/** The operator's words. Every command is data in a file of commands/, loaded only when it is named. */
const reseal: CommandDef<ArgsDef> = defineCommand({
  meta: { name: 'reseal', description: 'Keeps S3 buckets at the default encryption that your organization decided' },
  subCommands: {
    plan: () => import('./commands/plan.ts').then(({ planCommand }) => planCommand),
    backfill: () => import('./commands/backfill.ts').then(({ backfillCommand }) => backfillCommand),
    watch: () => import('./commands/watch.ts').then(({ watchCommand }) => watchCommand),
    status: () => import('./commands/status.ts').then(({ statusCommand }) => statusCommand),
    members: () => import('./commands/members.ts').then(({ membersCommand }) => membersCommand),
    policy: () => import('./commands/policy.ts').then(({ policy }) => policy),
    jobs: () => import('./commands/jobs.ts').then(({ jobsCommand }) => jobsCommand),
    job: () => import('./commands/job.ts').then(({ jobCommand }) => jobCommand),
    verify: () => import('./commands/verify.ts').then(({ verifyCommand }) => verifyCommand),
    writers: () => import('./commands/writers.ts').then(({ writersCommand }) => writersCommand),
    rollback: () => import('./commands/rollback.ts').then(({ rollbackCommand }) => rollbackCommand),
    replay: () => import('./commands/replay.ts').then(({ replayCommand }) => replayCommand),
    acknowledge: () => import('./commands/acknowledge.ts').then(({ acknowledgeCommand }) => acknowledgeCommand),
  },
});

/** As sysexits.h calls it. 2 is an answer: that of a plan with something to change (decision 0024). */
const USAGE = 64;

/** Exit status: 0 good, 1 errors, 64 the command line is wrong; a command that returns a number says it itself. */
export async function main(rawArgs: string[]): Promise<number> {
  nameThisMachine();
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
      return USAGE;
    }
    const { result } = await runCommand(command, { rawArgs: args });
    return typeof result === 'number' ? result : 0;
  } catch (error) {
    return reported(error);
  }
}

/** The client of S3 Control writes the account in front of the endpoint's host (API DescribeJob): a name takes that, an address does not. */
function nameThisMachine(): void {
  const { AWS_ENDPOINT_URL: url } = process.env;
  if (url !== undefined) process.env['AWS_ENDPOINT_URL'] = url.replace('//127.0.0.1', '//localhost');
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
    console.error(
      `${printable(error.message)}\nreseal --help shows the commands, reseal COMMAND --help how each is used.`,
    );
    return USAGE;
  }
  console.error(printable(wordsOf(error)));
  return 1;
}

/** What was typed, and what AWS says, as a terminal may show it: in its lines, and obeyed in none of it. */
function printable(text: string): string {
  return stripVTControlCharacters(text).split('\n').map(inOneLine).join('\n');
}
