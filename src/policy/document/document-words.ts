import * as z from 'zod/mini';

/** A mapping that refuses unknown keys and names those it knows; `expected` is said where there is no mapping at all. */
export function strictMapping<const Shape extends z.core.$ZodLooseShape>(shape: Shape, expected: string) {
  const known = oneOf(Object.keys(shape));
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : expected),
  });
}

/** A list with at least one item: an empty one would match no bucket, which nobody means. */
export function someOf<Item extends z.core.SomeType>(item: Item, expected: string) {
  return z.array(item, { error: expected }).check(z.minLength(1, { error: expected }));
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, { error: oneOf(words) });
}

/** Text of this form; what else is asked of it is only asked where it has the form. */
export function text(form: RegExp, expected: string) {
  return z.string({ error: expected }).check(z.regex(form, { error: expected, abort: true }));
}

/** Text that is not blank. */
export function sentence(expected: string) {
  return text(/\S/, expected);
}

/** A day of the calendar, meant in UTC. */
export function day() {
  return z.iso.date({ error: 'a date of the calendar as YYYY-MM-DD (for example 2027-12-31)' });
}

/** The phrase that stands after "expected" where only these are known. */
function oneOf(values: readonly string[]): string {
  return `one of ${values.join(', ')}`;
}
