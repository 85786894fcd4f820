import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Invocation {
  /** Path from the root of the repository. */
  module: string;
  payload: unknown;
  environment: Record<string, string>;
}

export interface Invoked {
  outcome: { result: unknown } | { error: { name: string; message: string; code?: string } };
  /** Every line of stdout, then of stderr, parsed: Lambda takes log and metrics from both. */
  lines: Record<string, unknown>[];
}

const here = (path: string) => new URL(path, import.meta.url);

/** Invokes a handler as Lambda does: a fresh process, its whole environment given, its output kept. No name but loopback is resolved. */
export async function invokeInChild({ module, payload, environment }: Invocation): Promise<Invoked> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      here('../../local/loopback-hook.mjs').href,
      here('child-invocation.ts').pathname,
      here(`../../${module}`).href,
      JSON.stringify(payload),
    ],
    {
      env: { ...environment, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const message = once(child, 'message');
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the child has no output');
  const [[outcome], ...printed] = await Promise.all([message, text(stdout), text(stderr)]);
  return { outcome, lines: printed.join('').split('\n').filter(Boolean).map(parsed) };
}

function parsed(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error(`not a structured line: ${line}`);
  return Object.fromEntries(Object.entries(value));
}
