import { wordsOf } from './ending.ts';

/** A laptop waits 2 s where a real account waits a minute. */
export const LOCAL_SETTLE_SECONDS = 2;

/** A command line that cannot be meant: exit status 2. */
class UsageError extends Error {}

/** A whole number within bounds. Throws naming the option, what was expected and what was found. */
export function readWhole(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name}: expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`);
}

/** Prints what went wrong in words, and returns the exit status: 2 for a wrong command line, 1 for everything else. */
export function reported(error: unknown): number {
  if (error instanceof UsageError || codeOf(error).startsWith('ERR_PARSE_ARGS')) {
    console.error((error as Error).message);
    return 2;
  }
  if (codeOf(error) === 'EADDRINUSE') {
    console.error(
      `The port is taken: ${(error as Error).message}. Name another one with --port, or stop what listens there.`,
    );
    return 1;
  }
  console.error(wordsOf(error));
  return 1;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
