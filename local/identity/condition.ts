import { notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import { isRange } from './ip-range.ts';
import { COMPARISONS, NEGATIONS } from './condition-values.ts';
import { listOf, malformedPolicy, recordOf } from './document.ts';

/** The condition keys of one request, by their names in lower case. A key that is absent has no entry. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

export type Condition = (context: ConditionContext) => boolean;

/**
 * Compiles the Condition element of a statement: all operators and all keys must match. Throws 501 by name for an operator
 * that only AWS knows, MalformedPolicyDocument for one that nobody knows.
 */
export function compileCondition(element: unknown): Condition {
  const tests = Object.entries(recordOf(element, 'Condition')).flatMap(([operator, keys]) =>
    Object.entries(recordOf(keys, `Condition ${operator}`)).map(([key, values]) =>
      compileTest(operator, key.toLowerCase(), listOf(values)),
    ),
  );
  return (context) => tests.every((test) => test(context));
}

const NOT_EMULATED = new Set(['BinaryEquals']);

/** Whether AWS has the operator; Null is the one that cannot be with IfExists (IAM User Guide, "Condition operators"). */
export function isOperator(written: string): boolean {
  const { operator, ifExists } = readOperator(written);
  if (operator === 'Null') return !ifExists;
  const compared = entryOf(NEGATIONS, operator) ?? operator;
  return entryOf(COMPARISONS, compared) !== undefined || NOT_EMULATED.has(operator);
}

function compileTest(written: string, key: string, wanted: readonly string[]): Condition {
  const { quantifier, operator, ifExists } = readOperator(written);
  if (!isOperator(written)) throw malformedPolicy(`a policy has no condition operator ${written}`);
  if (operator === 'Null') return (context) => wanted.includes(String(!context.has(key)));
  const negated = entryOf(NEGATIONS, operator);
  const compare = entryOf(COMPARISONS, negated ?? operator);
  if (compare === undefined) throw notEmulated(`the policy condition operator ${written}`);
  const noRange = operator.endsWith('IpAddress') ? wanted.find((value) => !isRange(value)) : undefined;
  if (noRange !== undefined) throw malformedPolicy(`${JSON.stringify(noRange)} is no range of IP addresses`);
  const matches = (actual: string): boolean =>
    wanted.some((value) => compare(actual, value)) !== (negated !== undefined);
  return (context) => {
    const actual = context.get(key);
    if (actual === undefined)
      return ifExists || quantifier === 'ForAllValues' || (negated !== undefined && quantifier === undefined);
    return quantifier === 'ForAllValues' ? actual.every(matches) : actual.some(matches);
  };
}

type Quantifier = 'ForAllValues' | 'ForAnyValue' | undefined;

/** `ForAnyValue:StringLikeIfExists` -> its three parts. */
function readOperator(written: string): { quantifier: Quantifier; operator: string; ifExists: boolean } {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written);
  const quantifier = parts?.[1];
  return {
    quantifier: quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
    operator: parts?.[2] ?? written,
    ifExists: parts?.[3] !== undefined,
  };
}
