import type * as z from 'zod/mini';

/** One thing that is wrong with a document or a message: where, what belongs there, what is there. */
export interface Problem {
  path: readonly PropertyKey[];
  expected: string;
  found: string;
}

/** Enough to see what is wrong: a message of 250 KB can have a hundred thousand. */
export const MOST_PROBLEMS = 50;

/** Our schemas carry the phrase after "expected" as their `error`, so that each problem reads as one sentence. */
export function problemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input));
}

/** The same of a message that nobody wrote by hand: the first fifty, and how many more there are. */
export function someProblemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  const issues = error.issues.slice(0, MOST_PROBLEMS);
  const problems = issues.flatMap((issue) => problemsOfIssue(issue, input));
  const shown = problems.slice(0, MOST_PROBLEMS);
  const more = error.issues.length - issues.length + problems.length - shown.length;
  return more === 0 ? shown : [...shown, { path: [], expected: 'no more than that', found: `${more} more problems` }];
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], expected: issue.message, found: 'an unknown key' }));
  }
  if (issue.code === 'invalid_key') {
    return [{ path: issue.path, expected: issue.message, found: describeValue(issue.path.at(-1)) }];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that got furthest is the one that was meant.
    const inside = issue.errors.find((issues) => issues.some(({ path }) => path.length > 0));
    if (inside !== undefined) {
      return inside.flatMap((each) => problemsOfIssue({ ...each, path: [...issue.path, ...each.path] }, input));
    }
  }
  return [{ path: issue.path, expected: issue.message, found: describeValue(valueAt(input, issue.path)) }];
}

/** `standard.algorithm: expected X, found Y`; the document itself is called by `root`. */
export function problemLine(problem: Problem, root: string): string {
  return `${pathText(problem.path) || root}: expected ${problem.expected}, found ${problem.found}`;
}

const LONGEST = 80;
/** From here on it says something how long a list is. */
const MANY = 99;

/** A value in words short enough for one line of an error message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : value.length > MANY ? `a list of ${value.length}` : 'a list';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}... (${text.length} characters)` : text;
}

/** Text of at most `max` characters; where it was longer, it ends in three dots. */
export function clipped(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 3);
  // Half of a surrogate pair is no character.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}...`;
}

/**
 * Somebody else's words within one line of ours: a Sid with a newline would begin a line that looks like ours, and a terminal obeys control
 * characters (Unicode categories Cc, Zl and Zp, and what turns the direction of writing).
 */
export function inOneLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    /\s/.test(character) ? ' ' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

function pathText(path: readonly PropertyKey[]): string {
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: PropertyKey): string {
  if (typeof step === 'number') return `[${step}]`;
  const name = String(step);
  return name.length <= LONGEST && /^[\w-]+$/.test(name) ? `.${name}` : `[${describeValue(name)}]`;
}

/** The value at a path, undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((current, step) => {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    return Reflect.get(current, step);
  }, value);
}

const MOST_NAMES = 3;

/** At most three of them, each once, and how many more there are. */
export function few(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const more = unique.length - MOST_NAMES;
  return more > 0 ? `${unique.slice(0, MOST_NAMES).join(', ')} and ${more} more` : unique.join(', ');
}
