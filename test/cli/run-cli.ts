import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface CliEnded {
  status: number;
  stdout: string;
  stderr: string;
}

let child: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * What the bin does with a command line, from the root of the repository and with nothing in its environment but `env`; names resolve to the
 * embedded AWS alone. All command lines of a test process share one, because to load the modules takes longer than a command; where the process
 * itself matters, a test starts cli/reseal.mjs (reseal.test.ts).
 */
export function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CliEnded> {
  const ended = last.then(() => ask(args, env));
  last = ended.catch(() => undefined);
  return ended;
}

async function ask(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CliEnded> {
  const asked = (child ??= fork(path.join(import.meta.dirname, 'cli-child.ts'), {
    cwd: ROOT,
    // Standard input is a pipe that stays open: a question would wait for ever.
    stdio: ['pipe', 'ignore', 'inherit', 'ipc'],
  }));
  asked.ref();
  asked.channel?.ref();
  asked.send({ args, env });
  const [ended] = await once(asked, 'message');
  asked.unref();
  asked.channel?.unref();
  return ended;
}
