import type { Parameter } from '@aws-sdk/client-cloudformation';
import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import type { Template, TemplateParameter } from './template.ts';

export type ParameterValue = string | readonly string[];

/** The parameters of a request; one may keep the value that the stack before had been given. */
export function parametersOf(
  parameters: readonly Parameter[] = [],
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(
    parameters.map(({ ParameterKey: key = '', ParameterValue: value, UsePreviousValue }) => {
      const kept = UsePreviousValue === true ? entryOf(before, key) : value;
      if (kept !== undefined) return [key, kept];
      throw new AwsError(
        'ValidationError',
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }),
  );
}

/** The value of each parameter: the override or the default, within its constraints. Throws ValidationError naming the parameter. */
export function resolveParameters(
  parameters: Template['Parameters'],
  overrides: Readonly<Record<string, string>>,
): Map<string, ParameterValue> {
  const unknown = Object.keys(overrides).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0 && Object.keys(parameters).length === 0) {
    throw new AwsError('ValidationError', 'Parameter values specified for a template which does not require them.');
  }
  if (unknown.length > 0) {
    throw new AwsError('ValidationError', `Parameters: [${unknown.join(', ')}] do not exist in the template`);
  }
  const resolved = Object.entries(parameters).map(([name, parameter]) => {
    const value = entryOf(overrides, name) ?? parameter.Default;
    if (value === undefined) {
      throw new AwsError('ValidationError', `Parameters: [${name}] must have values`);
    }
    return [name, typed(name, String(value), parameter)] as const;
  });
  return new Map(resolved);
}

function typed(name: string, value: string, parameter: TemplateParameter): ParameterValue {
  switch (parameter.Type) {
    case 'String':
      check(name, value, parameter);
      return value;
    case 'Number':
      if (value.trim() === '' || Number.isNaN(Number(value))) {
        throw refused(name, parameter, `must be a number, found ${value}`);
      }
      check(name, value, parameter);
      return value;
    case 'CommaDelimitedList':
    case 'List<Number>': {
      const items = value.split(',').map((item) => item.trim());
      items.forEach((item) => check(name, item, parameter));
      return items;
    }
    default:
      throw notEmulated(`The parameter type ${parameter.Type} (${name})`);
  }
}

function check(name: string, value: string, parameter: TemplateParameter): void {
  const { AllowedValues: allowed, AllowedPattern: pattern } = parameter;
  if (allowed && !allowed.map(String).includes(value)) {
    throw refused(name, parameter, `must be one of AllowedValues ${allowed.join(', ')}, found ${value}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw refused(name, parameter, `must match pattern ${pattern}, found ${value}`);
  }
  within(name, parameter, {
    amount: Number(value),
    least: parameter.MinValue,
    most: parameter.MaxValue,
    what: 'value',
  });
  within(name, parameter, {
    amount: value.length,
    least: parameter.MinLength,
    most: parameter.MaxLength,
    what: 'length',
  });
}

interface Range {
  readonly amount: number;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly what: string;
}

function within(
  name: string,
  parameter: TemplateParameter,
  { amount, least = -Infinity, most = Infinity, what }: Range,
): void {
  if (amount < least || amount > most) {
    throw refused(name, parameter, `must have a ${what} from ${least} to ${most}, found ${amount}`);
  }
}

const refused = (name: string, { ConstraintDescription: hint }: TemplateParameter, problem: string): AwsError =>
  new AwsError('ValidationError', `Parameter '${name}' ${problem}${hint === undefined ? '' : ` (${hint})`}`);
