import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { statusOf } from '../../scripts/ending.ts';

export interface Timed {
  seconds: number;
  /** User and system time of the process and of those that it started. */
  cpuSeconds: number;
  stdout: string;
}

const MARK = '--- ';

/** Runs a command to its end under bash's own clock. Throws where its exit status is another one. */
export async function timed(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Timed> {
  const child = spawn('bash', ['-c', `TIMEFORMAT='${MARK}%R %U %S'; time "$@"`, 'bash', ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    statusOf(child),
  ]);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${stderr}\n${stdout.slice(0, 2_000)}`);
  const [seconds = 0, user = 0, system = 0] = (stderr.split(MARK).at(-1) ?? '').trim().split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, stdout };
}
