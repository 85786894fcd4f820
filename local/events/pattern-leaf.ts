import { compileCidr } from './pattern-cidr.ts';
import { invalidPattern } from './pattern-error.ts';
import { compileNumeric } from './pattern-numeric.ts';
import { compileText, isTextOperator } from './pattern-text.ts';
import type { ValueTest } from './pattern-text.ts';

/** Decides by the values found at one field of the event; none means that the field is absent. */
export type LeafTest = (values: readonly unknown[]) => boolean;

/**
 * One element of a field's list: a plain value, or an object with exactly one comparison operator
 * (EventBridge guide, "Comparison operators"). A field with several values passes when any of them does.
 */
export function compileLeaf(element: unknown, path: string): LeafTest {
  if (isPlain(element)) {
    return (values) => values.includes(element);
  }
  const [operator, argument] = singleEntry(element, path);
  if (operator === 'exists') {
    if (typeof argument !== 'boolean') {
      throw invalidPattern(path, `exists takes true or false, found ${JSON.stringify(argument)}`);
    }
    return (values) => values.length > 0 === argument;
  }
  const test = compileOperator(operator, argument, path);
  return (values) => values.some(test);
}

function compileOperator(operator: string, argument: unknown, path: string): ValueTest {
  if (isTextOperator(operator)) {
    return compileText(operator, argument, path);
  }
  switch (operator) {
    case 'anything-but':
      return compileAnythingBut(argument, path);
    case 'numeric':
      return compileNumeric(argument, path);
    case 'cidr':
      return compileCidr(argument, path);
    default:
      throw invalidPattern(path, `unrecognized match type ${operator}`);
  }
}

/** Takes a value, a list of strings or of numbers, or {prefix|suffix|equals-ignore-case|wildcard: one or a list}. */
function compileAnythingBut(argument: unknown, path: string): ValueTest {
  if (isPlain(argument) || Array.isArray(argument)) {
    const excluded = asNonEmptyList(argument, path);
    if (!isUniform(excluded)) {
      throw invalidPattern(path, `anything-but takes strings or numbers, not a mix, found ${JSON.stringify(argument)}`);
    }
    return (value) => !excluded.includes(value);
  }
  const [operator, inner] = singleEntry(argument, path);
  if (!isTextOperator(operator)) {
    throw invalidPattern(path, `anything-but does not take ${operator}`);
  }
  const tests = asNonEmptyList(inner, path).map((one) => compileText(operator, one, path));
  return (value) => !tests.some((test) => test(value));
}

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const isUniform = (values: readonly unknown[]): boolean =>
  values.every((value) => typeof value === 'string') || values.every((value) => typeof value === 'number');

const asNonEmptyList = (value: unknown, path: string): readonly unknown[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) {
    throw invalidPattern(path, 'an empty list matches nothing');
  }
  return list;
};

const singleEntry = (element: unknown, path: string): [string, unknown] => {
  const entries = typeof element === 'object' && element !== null ? Object.entries(element) : [];
  const [entry] = entries;
  if (!entry || entries.length !== 1 || Array.isArray(element)) {
    throw invalidPattern(path, `expected a value or an object with one operator, found ${JSON.stringify(element)}`);
  }
  return entry;
};
