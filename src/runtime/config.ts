import { ResealError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings by name; all that are missing are reported together. Throws ResealError missing-setting. */
export function readSettings<const Name extends string>(
  names: readonly Name[],
  env: Environment = process.env,
): Record<Name, string> {
  const missing = names.filter((name) => env[name] === undefined || env[name] === '');
  if (missing.length > 0) {
    throw new ResealError(
      'missing-setting',
      `missing environment variable ${missing.join(', ')}; the stack sets it, so deploy the function from this version's template`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Name, string>;
}

/** A setting that may be left empty: undefined then. */
export function readOptional(name: string, env: Environment = process.env): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** A whole number of seconds within bounds. Throws ResealError missing-setting naming what was expected and found. */
export function readSeconds(name: string, text: string, max: number): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : NaN;
  if (seconds <= max) return seconds;
  throw new ResealError(
    'missing-setting',
    `${name}: expected whole seconds from 0 to ${max}, found ${JSON.stringify(text)}`,
  );
}
