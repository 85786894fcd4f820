import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { UsageError } from './usage-error.ts';

/**
 * Whether somebody at the terminal says yes; an end of the input or an interruption is a no. Throws UsageError where standard input is no
 * terminal, because nobody could answer.
 */
export async function confirmed(
  question: string,
  input: Readable & { isTTY?: boolean } = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  needSomebody(input);
  const terminal = createInterface({ input, output });
  const ended = once(terminal, 'close').then(() => 'no');
  const asked = terminal.question(`${question} (yes/no) `).catch(() => 'no');
  const answer = await Promise.race([asked, ended]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** Throws UsageError where nobody could answer: a command that has much to show before it asks looks first. */
export function needSomebody(input: { isTTY?: boolean } = process.stdin): void {
  if (input.isTTY === true) return;
  throw new UsageError(
    'expected --yes, because standard input is no terminal and nobody can answer; nothing is changed',
  );
}
