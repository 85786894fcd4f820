import { type Context, withoutGiven } from './conditions.ts';
import { isOpen } from './glob.ts';
import type { Request } from './match.ts';
import { principalMatch, remembered } from './principal-match.ts';
import type { Condition, Statement } from './statement.ts';

/** What takes more than this is not decided, so that one bucket cannot keep a function busy (bench/verdict-cpu.ts). */
const MOST = 1_000_000;
/** What takes longer than to hold two plain values against each other, as a multiple of that. */
const STATEMENT = 30;
const PATTERN = 15;
const PAIR_OF_LETTERS = 0.12;

/** Whether there is too much to compare: about as many plain comparisons as the requests need of a policy, counted before anything is compared. */
export function isTooMuch(statements: readonly Statement[], requests: readonly Request[]): boolean {
  let sum = 0;
  for (const [given, its] of Map.groupBy(requests, (request) => request.given)) {
    const open = statements.map((statement) => withoutGiven(statement, given));
    for (const { principal, context = {} } of its) {
      for (const statement of open) {
        sum += STATEMENT;
        if (sum > MOST) return true;
        if (statement.conditions.length === 0 || principalMatch(statement, principal) === 'no') continue;
        for (const condition of statement.conditions) sum += comparisons(condition, context);
      }
    }
  }
  return sum > MOST;
}

function comparisons({ operator, key, values }: Condition, context: Context): number {
  const value = Object.hasOwn(context, key) ? context[key] : undefined;
  if (value === undefined || value === null) return 1;
  const known = typeof value === 'string' ? [value] : value;
  const isArn = /arn/i.test(operator);
  const isPlain = !isArn && /equals/i.test(operator) && !known.some(isOpen);
  if (isPlain) return known.length * values.length;
  // What is listed in both is found in one look.
  const others = known.filter((one) => !values.includes(one)).length;
  if (others === 0) return known.length;
  const of = isArn ? 'ofArn' : 'ofText';
  const letters = (lettersIn(known)[of] * others) / known.length;
  return known.length + others * values.length * PATTERN + letters * lettersIn(values)[of] * PAIR_OF_LETTERS;
}

const lettersIn = remembered((texts: readonly string[]) => ({
  ofArn: lettersOf(texts, true),
  ofText: lettersOf(texts, false),
}));

/** How many letters may be held against each of another text: of an ARN those of each part by itself. A plain text of usual length costs no more than a pattern. */
function lettersOf(texts: readonly string[], isArn: boolean): number {
  const isCounted = (part: string) => isOpen(part) || part.length > LONG;
  const parts = texts.filter(isCounted).flatMap((text) => (isArn ? text.split(':').filter(isCounted) : [text]));
  return parts.reduce((sum, part) => sum + part.length, 0);
}

const LONG = 256;
