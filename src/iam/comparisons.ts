import { type Context, withoutGiven } from './conditions.ts';
import { isOpen } from './glob.ts';
import type { Request } from './match.ts';
import { principalMatch } from './principal-match.ts';
import type { Condition, Statement } from './statement.ts';

/** What takes more than this is not decided, so that one bucket cannot keep a function busy (bench/verdict-cpu.ts). */
const MOST = 1_000_000;
/** What takes longer than to hold two plain values against each other, as a multiple of that. */
const STATEMENT = 30;
const PATTERN = 15;
const PAIR_OF_LETTERS = 0.12;

/** Whether there is too much to compare. */
export function isTooMuch(statements: readonly Statement[], requests: readonly Request[]): boolean {
  return comparisons(statements, requests) > MOST;
}

/** About as many plain comparisons as requests need of a policy; it is counted no further than past the most. */
function comparisons(statements: readonly Statement[], requests: readonly Request[]): number {
  let sum = 0;
  for (const [given = [], its] of Map.groupBy(requests, (request) => request.given)) {
    const open = statements.map((statement) => withoutGiven(statement, given));
    for (const { principal, context = {} } of its) {
      for (const statement of open) {
        sum += STATEMENT;
        if (sum > MOST) return sum;
        if (statement.conditions.length === 0 || principalMatch(statement, principal) === 'no') continue;
        for (const condition of statement.conditions) sum += comparisonsWith(condition, context);
      }
    }
  }
  return sum;
}

function comparisonsWith({ operator, key, values }: Condition, context: Context): number {
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined || value === null) return 1;
  const isArn = /arn/i.test(operator);
  const wanted = sizeOf(values, isArn);
  let sum = 0;
  for (const one of typeof value === 'string' ? [value] : value) {
    const letters = lettersOf(one, isArn);
    const isPlain = wanted.letters + letters === 0;
    // What is listed in both is found in one look.
    if (!isPlain && wanted.all.has(one)) sum += 1;
    else sum += values.length * (isPlain ? 1 : PATTERN) + wanted.letters * letters * PAIR_OF_LETTERS;
  }
  return sum;
}

interface Size {
  all: ReadonlySet<string>;
  letters: number;
}

function sizeOf(values: readonly string[], isArn: boolean): Size {
  const sizes = isArn ? ARN_SIZES : SIZES;
  const known = sizes.get(values);
  if (known !== undefined) return known;
  const size = { all: new Set(values), letters: values.reduce((sum, one) => sum + lettersOf(one, isArn), 0) };
  sizes.set(values, size);
  return size;
}

const SIZES = new WeakMap<readonly string[], Size>();
const ARN_SIZES = new WeakMap<readonly string[], Size>();

/** How many letters of a text are to be held against each of another pattern: of an ARN those of the parts with a wildcard. */
function lettersOf(text: string, isArn: boolean): number {
  if (!isOpen(text)) return 0;
  return isArn ? text.split(':').reduce((sum, part) => (isOpen(part) ? sum + part.length : sum), 0) : text.length;
}
