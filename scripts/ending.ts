import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { UsageError } from '../cli/usage-error.ts';

const STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const LOOK_EVERY_MS = 500;

/**
 * How a script ends that a person started: in words and without a stack where it throws, quietly where nobody reads any more, and
 * with npm, whatever became of that. Set `process.exitCode` where a signal is the usual end.
 */
export function endWell(): void {
  process.on('uncaughtException', (error) => process.exit(reported(error)));
  for (const out of [process.stdout, process.stderr]) {
    // npm start | head -1: the reader has what it wanted.
    out.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      if (out === process.stdout) console.error(`standard output could not be written: ${wordsOf(error)}`);
      process.exit(1);
    });
  }
  for (const [signal, status] of Object.entries(STATUS)) {
    process.once(signal, () => process.exit(process.exitCode ?? status));
  }
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const above = parents();
  setInterval(() => {
    if (parents() !== above) process.exit(process.exitCode ?? STATUS.SIGTERM);
  }, LOOK_EVERY_MS).unref();
}

/** What npm started: this process, or a shell above it, which does not end with npm. Where there is no /proc, shells replace themselves. */
function parents(): string {
  try {
    const [, name, parent] = /\((.*)\) \S+ (\d+)/.exec(readFileSync(`/proc/${process.ppid}/stat`, 'utf8')) ?? [];
    return name?.endsWith('sh') === true ? `${process.ppid} ${parent}` : String(process.ppid);
  } catch {
    return String(process.ppid);
  }
}

/** The exit status of a program, which does not outlive this process. */
export async function statusOf(child: ChildProcess): Promise<number | null> {
  const kill = () => void child.kill();
  process.once('exit', kill);
  try {
    return await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  } finally {
    process.off('exit', kill);
  }
}

/** Prints what went wrong in words, and returns the exit status: 2 for a wrong command line, 1 for everything else. */
function reported(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) {
    console.error((error as Error).message);
    return 2;
  }
  const isTaken = code === 'EADDRINUSE';
  const advice = 'Name another one with --port, or stop what listens there.';
  console.error(isTaken ? `The port is taken: ${wordsOf(error)}. ${advice}` : wordsOf(error));
  return 1;
}

/** What went wrong, and why, in words; where in the code it was only for who asks for it. */
export function wordsOf(error: unknown): string {
  if (process.env['RESEAL_STACK'] === '1' && error instanceof Error && error.stack !== undefined) return error.stack;
  if (!(error instanceof Error)) return String(error);
  const named = ['Error', 'ResealError', 'UsageError'].includes(error.name) ? '' : `${error.name}: `;
  // Many a message has the words of its cause already.
  const isNews = error.cause instanceof Error && !error.message.includes(error.cause.message);
  const cause = isNews ? ` (${wordsOf(error.cause)})` : '';
  return `${named}${error.message}${cause}`.replaceAll(/\n\s+at .*/g, '');
}
