import { invalidPattern } from './pattern-error.ts';

export type ValueTest = (value: unknown) => boolean;

type TextTest = (text: string) => boolean;

const TEXT_OPERATORS = {
  prefix:
    (argument: string): TextTest =>
    (text) =>
      text.startsWith(argument),
  suffix:
    (argument: string): TextTest =>
    (text) =>
      text.endsWith(argument),
  'equals-ignore-case': equalsIgnoringCase,
  wildcard: (argument: string, path: string): TextTest => compileWildcard(argument, path),
} as const;

export type TextOperator = keyof typeof TEXT_OPERATORS;

export function isTextOperator(operator: string): operator is TextOperator {
  return Object.hasOwn(TEXT_OPERATORS, operator);
}

/**
 * The tests that look at strings: prefix, suffix, equals-ignore-case, wildcard. prefix and suffix also take
 * `{"equals-ignore-case": "..."}`. Anything but a string never passes.
 */
export function compileText(operator: TextOperator, argument: unknown, path: string): ValueTest {
  const test = compileTextTest(operator, argument, path);
  return (value) => typeof value === 'string' && test(value);
}

function compileTextTest(operator: TextOperator, argument: unknown, path: string): TextTest {
  if (typeof argument === 'string') {
    return TEXT_OPERATORS[operator](argument, path);
  }
  const folded = (operator === 'prefix' || operator === 'suffix') && ignoreCaseArgument(argument);
  if (typeof folded === 'string') {
    const test = TEXT_OPERATORS[operator](folded.toLowerCase(), path);
    return (text) => test(text.toLowerCase());
  }
  throw invalidPattern(path, `${operator} takes a string, found ${JSON.stringify(argument)}`);
}

const ignoreCaseArgument = (argument: unknown): unknown =>
  typeof argument === 'object' &&
  argument !== null &&
  'equals-ignore-case' in argument &&
  Object.keys(argument).length === 1
    ? argument['equals-ignore-case']
    : undefined;

function equalsIgnoringCase(argument: string): TextTest {
  const expected = argument.toLowerCase();
  return (text) => text.toLowerCase() === expected;
}

function compileWildcard(pattern: string, path: string): TextTest {
  const [first = '', ...rest] = literalPieces(pattern, path);
  const last = rest.pop();
  if (last === undefined) {
    return (text) => text === first;
  }
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) {
      return false;
    }
    let from = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, from);
      if (found === -1) {
        return false;
      }
      from = found + piece.length;
    }
    return from <= text.length - last.length;
  };
}

/** The text between the stars; `\*` and `\\` are a literal star and backslash, every other escape is refused. */
function literalPieces(pattern: string, path: string): string[] {
  const pieces = [''];
  const append = (character: string): void => {
    pieces.push((pieces.pop() ?? '') + character);
  };
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') {
      index++;
      const escaped = pattern.charAt(index);
      if (escaped !== '*' && escaped !== '\\') {
        throw invalidPattern(path, `wildcard knows only the escapes \\* and \\\\, found \\${escaped}`);
      }
      append(escaped);
    } else if (character !== '*') {
      append(character);
    } else if (pattern.charAt(index + 1) === '*') {
      throw invalidPattern(path, 'consecutive wildcard characters are not allowed');
    } else {
      pieces.push('');
    }
  }
  return pieces;
}
