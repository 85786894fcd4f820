import { entryOf } from '../entry-of.ts';
import { invalidPattern } from './pattern-error.ts';
import { compileLeaf } from './pattern-leaf.ts';

export type PatternTest = (event: unknown) => boolean;

/** The same limit as in the PutRule model. */
const LONGEST_PATTERN = 4096;

/**
 * Compiles an EventBridge event pattern. The test follows EventBridge: every field of the pattern must hold, a list of
 * values is an "or", and where the event has a list of objects, all fields under it must hold for the same element.
 * Throws InvalidEventPatternException naming the field. Numbers compare as numbers: 300 and 300.0 are one value here.
 */
export function compilePattern(pattern: unknown): PatternTest {
  if (JSON.stringify(pattern)?.length > LONGEST_PATTERN) {
    throw invalidPattern('', `longer than ${LONGEST_PATTERN} characters`);
  }
  return compileNode(pattern, '');
}

function compileNode(node: unknown, path: string): PatternTest {
  if (!isRecord(node) || Object.keys(node).length === 0) {
    throw invalidPattern(path, `expected an object with at least one field, found ${JSON.stringify(node)}`);
  }
  const tests = Object.entries(node).map(([name, value]) => compileField(name, value, path));
  return (value) => candidates(value).some((candidate) => tests.every((test) => test(candidate)));
}

type FieldTest = (owner: Readonly<Record<string, unknown>>) => boolean;

function compileField(name: string, value: unknown, parent: string): FieldTest {
  const path = parent ? `${parent}.${name}` : name;
  if (name === '$or' && isAlternatives(value)) {
    const alternatives = value.map((alternative, index) => compileNode(alternative, `${path}[${index}]`));
    return (owner) => alternatives.some((test) => test(owner));
  }
  if (Array.isArray(value)) {
    return compileList(name, value, path);
  }
  const test = compileNode(value, path);
  return (owner) => test(entryOf(owner, name));
}

function compileList(name: string, list: readonly unknown[], path: string): FieldTest {
  if (list.length === 0) {
    throw invalidPattern(path, 'an empty list matches nothing');
  }
  const tests = list.map((element) => compileLeaf(element, path));
  return (owner) => {
    const values = leaves(entryOf(owner, name));
    return tests.some((test) => test(values));
  };
}

/** `$or` is an operator only over two or more objects; otherwise it is a field of that name. */
const isAlternatives = (value: unknown): value is readonly Record<string, unknown>[] =>
  Array.isArray(value) && value.length > 1 && value.every((one) => isRecord(one));

/** The objects that a nested pattern may look at; a missing one is empty, so that `exists: false` holds below it. */
const candidates = (value: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const objects = flatten(value).filter(isRecord);
  return objects.length > 0 ? objects : [{}];
};

/** The values at a leaf. An object is an intermediate node, which `exists` does not see. */
const leaves = (value: unknown): readonly unknown[] =>
  flatten(value).filter((one) => one !== undefined && !isRecord(one));

const flatten = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(flatten) : [value]);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
