import * as z from 'zod/mini';

/** A mapping that refuses unknown keys and names those it knows; `expected` is said where there is no mapping at all. */
export function strictMapping<const Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  expected: string,
  description?: string,
) {
  const known = oneOf(Object.keys(shape));
  const mapping = z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? known : expected) });
  return description === undefined ? mapping : described(mapping, description);
}

/** A list with at least one item: an empty one would match no bucket, which nobody means. */
export function someOf<Item extends z.core.SomeType>(item: Item, expected: string) {
  const some = `${expected} with at least one in it; leave the key out where nothing is meant`;
  return z.array(item, { error: expected }).check(z.minLength(1, { error: some }));
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: oneOf(words) });
}

/** Text of this form; what else is asked of it is only asked where it has the form. `ofNumber` is said of a number. */
export function matchingText(form: RegExp, expected: string, ofNumber = expected) {
  return z
    .string({ error: ({ input }) => (typeof input === 'number' ? ofNumber : expected) })
    .check(z.regex(form, { error: expected, abort: true }));
}

/** The id of an AWS account. */
export function accountId(expected = 'an account id of 12 digits') {
  const ofNumber = "an account id of 12 digits in quotes ('111122223333'), which YAML reads as a number without them";
  return matchingText(/^\d{12}$/, expected, ofNumber);
}

export const EXACT_NAME = /^[A-Za-z0-9._-]{3,255}$/;

/** The name of one bucket; until 2018 S3 took longer ones, capitals and underscores in us-east-1. */
export function exactName(expected: string) {
  return matchingText(EXACT_NAME, expected);
}

/** The key of a tag, as S3 takes it. */
export const tagKey = matchingText(/^[\s\S]{1,128}$/, 'the key of a tag (1 to 128 characters)');

/** Text that is not blank. */
export function sentence(expected: string) {
  return matchingText(/\S/, expected);
}

/** A day of the calendar, meant in UTC. */
export function day() {
  return z.iso.date({ error: 'a date of the calendar as YYYY-MM-DD (for example 2027-12-31)' });
}

/** A member and what it is for, as the published schema says it. */
export function described<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  return schema.check(z.describe(description));
}

/** The same of a member that may be missing. */
export function optional<Schema extends z.ZodMiniType>(schema: Schema, description: string) {
  return z.exactOptional(described(schema, description));
}

/** A whole number within bounds. */
export function whole(from: number, to: number, expected = `a whole number from ${from} to ${to}`) {
  return z.int({ error: expected }).check(z.gte(from, { error: expected }), z.lte(to, { error: expected }));
}

const DOLLARS = 'an amount of US dollars from 0 to 1,000,000,000';

/** An amount of money, so small that sums of it stay numbers, for DynamoDB too. */
export const usDollars = z
  .number({ error: DOLLARS })
  .check(z.gte(0, { error: DOLLARS }), z.lte(1e9, { error: DOLLARS }));

/** The phrase that stands after "expected" where only these are known. */
function oneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}
