import { notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import { invalidTemplate } from './template-error.ts';

/** What intrinsic functions may look up while a stack is made. */
export interface Scope {
  /** A parameter, a pseudo parameter, or the physical id of a resource that exists. Throws where there is none. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
}

/** AWS::NoValue: the property or element that has it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name, 'Ref')),
  'Fn::GetAtt': (argument, scope) => scope.attribute(...attributeOf(argument)),
  'Fn::If': (argument, scope) => evaluate(branch(argument, scope), scope),
  'Fn::Sub': substitute,
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, 'Fn::Join');
    return list(evaluate(parts, scope), 'Fn::Join').map(String).join(text(separator, 'Fn::Join'));
  },
  'Fn::Select': (argument, scope) => {
    const [index, from] = list(evaluate(argument, scope), 'Fn::Select');
    const selected = list(from, 'Fn::Select')[Number(index)];
    if (selected === undefined) {
      throw invalidTemplate(`Fn::Select cannot select nonexistent value at index ${String(index)}`);
    }
    return selected;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = list(evaluate(argument, scope), 'Fn::Split');
    return text(source, 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
};

const CONDITIONS: Readonly<Record<string, (argument: unknown, scope: Scope) => boolean>> = {
  Condition: (name, scope) => scope.condition(text(name, 'Condition')),
  'Fn::Equals': (argument, scope) => {
    const [one, other] = list(evaluate(argument, scope), 'Fn::Equals');
    return String(one) === String(other);
  },
  'Fn::Not': (argument, scope) => !list(argument, 'Fn::Not').every((one) => evaluateCondition(one, scope)),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((one) => evaluateCondition(one, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((one) => evaluateCondition(one, scope)),
};

/** Evaluates every intrinsic function inside a value. Throws ValidationError, or 501 for a function that is not emulated. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => evaluate(one, scope)).filter((one) => one !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const call = intrinsicOf(value);
  if (call) {
    const intrinsic = entryOf(INTRINSICS, call.name);
    if (!intrinsic) {
      throw notEmulated(`The intrinsic function ${call.name}`);
    }
    return intrinsic(call.argument, scope);
  }
  const entries = Object.entries(value).map(([name, one]) => [name, evaluate(one, scope)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== NO_VALUE));
}

export function evaluateCondition(value: unknown, scope: Scope): boolean {
  const [name = '', argument] = typeof value === 'object' && value !== null ? (Object.entries(value)[0] ?? []) : [];
  const condition = entryOf(CONDITIONS, name);
  if (!condition) {
    throw invalidTemplate(
      `a condition is one of ${Object.keys(CONDITIONS).join(', ')}, found ${JSON.stringify(value)}`,
    );
  }
  return condition(argument, scope);
}

/** The logical ids and parameters that a value refers to, on the branches that its conditions take. */
export function references(value: unknown, scope: Scope): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((one) => references(one, scope));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const call = intrinsicOf(value);
  if (!call) {
    return Object.values(value).flatMap((one) => references(one, scope));
  }
  switch (call.name) {
    case 'Ref':
      return [text(call.argument, 'Ref')];
    case 'Fn::GetAtt':
      return [attributeOf(call.argument)[0]];
    case 'Fn::If':
      return references(branch(call.argument, scope), scope);
    case 'Fn::Sub':
      return subReferences(call.argument, scope);
    default:
      return references(call.argument, scope);
  }
}

function intrinsicOf(value: object): { name: string; argument: unknown } | undefined {
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  const isIntrinsic = entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'));
  return isIntrinsic ? { name, argument } : undefined;
}

function branch(argument: unknown, scope: Scope): unknown {
  const [condition, whenTrue, whenFalse] = list(argument, 'Fn::If');
  return scope.condition(text(condition, 'Fn::If')) ? whenTrue : whenFalse;
}

const VARIABLE = /\$\{(!?)([^}]+)\}/g;

function substitute(argument: unknown, scope: Scope): string {
  const { pattern, variables } = subArguments(argument);
  return pattern.replaceAll(VARIABLE, (_match, literal: string, name: string) => {
    if (literal !== '') {
      return `\${${name}}`;
    }
    const value = Object.hasOwn(variables, name) ? evaluate(variables[name], scope) : lookUp(name.trim(), scope);
    return String(value);
  });
}

const lookUp = (name: string, scope: Scope): unknown =>
  name.includes('.') ? scope.attribute(...attributeOf(name)) : scope.ref(name);

function subReferences(argument: unknown, scope: Scope): string[] {
  const { pattern, variables } = subArguments(argument);
  const names = [...pattern.matchAll(VARIABLE)].filter(
    ([, literal, name = '']) => literal === '' && !Object.hasOwn(variables, name),
  );
  return [
    ...names.map(([, , name = '']) => name.trim().split('.')[0] ?? ''),
    ...references(Object.values(variables), scope),
  ];
}

function subArguments(argument: unknown): { pattern: string; variables: Record<string, unknown> } {
  const [pattern, variables = {}] = Array.isArray(argument) ? list(argument, 'Fn::Sub') : [argument];
  return {
    pattern: text(pattern, 'Fn::Sub'),
    variables: typeof variables === 'object' && variables !== null ? Object.fromEntries(Object.entries(variables)) : {},
  };
}

function attributeOf(argument: unknown): [logicalId: string, attribute: string] {
  const path = Array.isArray(argument) ? argument.map(String).join('.') : text(argument, 'Fn::GetAtt');
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}

function text(value: unknown, where: string): string {
  if (typeof value !== 'string') {
    throw invalidTemplate(`${where} takes a string, found ${JSON.stringify(value)}`);
  }
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw invalidTemplate(`${where} takes a list, found ${JSON.stringify(value)}`);
  }
  return value;
}
