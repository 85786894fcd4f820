import { spawn } from 'node:child_process';
import path from 'node:path';
import { statusOf } from '../../scripts/ending.ts';
import { exclusively } from '../../scripts/exclusive.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** osls takes seconds, and on a busy machine many. */
export const PATIENCE_MS = 600_000;

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Packaging writes into folders of the repository, so that one process at a time does it. */
export const LOCK = path.join(ROOT, '.reseal/packages/lock');

/** Runs a command in the repository. */
export function runHere(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return exclusively(LOCK, async () => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    const status = await statusOf(child);
    return { status, output: Buffer.concat(output).toString() };
  });
}
