import { entryOf } from '../entry-of.ts';
import { invalidPattern } from './pattern-error.ts';
import type { ValueTest } from './pattern-text.ts';

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

const LARGEST = 5e9;

/** `numeric`: one comparison, or a lower and an upper bound in this order, for example [">", 0, "<=", 5]. */
export function compileNumeric(argument: unknown, path: string): ValueTest {
  if (!Array.isArray(argument) || (argument.length !== 2 && argument.length !== 4)) {
    throw invalidPattern(path, 'numeric takes one operator and number, or two for a range');
  }
  const bounds = [bound(argument[0], argument[1], path)];
  if (argument.length === 4) {
    bounds.push(bound(argument[2], argument[3], path));
    const [lower, upper] = bounds;
    if (!lower?.operator.startsWith('>') || !upper?.operator.startsWith('<') || lower.limit >= upper.limit) {
      throw invalidPattern(path, 'a numeric range is a lower bound (> or >=) and then a greater upper bound (< or <=)');
    }
  }
  return (value) => typeof value === 'number' && bounds.every(({ compare, limit }) => compare(value, limit));
}

function bound(operator: unknown, limit: unknown, path: string) {
  const compare = typeof operator === 'string' ? entryOf(COMPARISONS, operator) : undefined;
  if (typeof operator !== 'string' || !compare) {
    throw invalidPattern(
      path,
      `numeric knows ${Object.keys(COMPARISONS).join(' ')}, found ${JSON.stringify(operator)}`,
    );
  }
  if (typeof limit !== 'number' || Math.abs(limit) > LARGEST) {
    throw invalidPattern(path, `numeric takes a number from -${LARGEST} to ${LARGEST}, found ${JSON.stringify(limit)}`);
  }
  return { operator, compare, limit };
}
