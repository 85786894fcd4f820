import { UsageError } from '../cli/usage-error.ts';

/** A laptop waits 2 s where a real account waits a minute. */
export const LOCAL_SETTLE_SECONDS = 2;

/** A whole number within bounds. Throws naming the option, what was expected and what was found. */
export function readWhole(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name}: expected a whole number from ${min} to ${max}, found ${JSON.stringify(text)}`);
}

/** One of these names. Throws naming the option, what was expected and what was found. */
export function readOneOf<Name extends string>(option: string, text: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option}: expected ${names.join(' or ')}, found ${JSON.stringify(text)}`);
}
