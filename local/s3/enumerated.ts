import type { AwsError } from '../errors.ts';

/** Throws where a value is given that an enumeration of the SDK (an object of its values) does not have. Nothing given passes. */
export function checkEnumerated(
  known: Readonly<Record<string, string>>,
  given: string | undefined,
  refusal: (given: string) => AwsError,
): void {
  if (given !== undefined && !Object.values(known).includes(given)) throw refusal(given);
}
