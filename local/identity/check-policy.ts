import { AwsError, notEmulated } from '../errors.ts';
import { type KeyVocabulary, keyStanding } from './condition-keys.ts';
import { recordOf, statementsOf } from './document.ts';
import { compileResourcePolicy } from './statement.ts';

/**
 * Refuses a resource policy that could not be evaluated, before it is stored: a bad one that is in place locks its resource, and a condition
 * that is never looked at would deny nothing. `refusal` makes the service's own error of what is wrong; what AWS knows and is not emulated
 * here stays a 501.
 */
export function checkResourcePolicy(
  document: unknown,
  refusal: (message: string) => AwsError,
  keys: KeyVocabulary = { evaluated: [] },
): void {
  try {
    if (compileResourcePolicy(document).length === 0) throw refusal('the policy has no statements');
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'MalformedPolicyDocument') throw error;
    throw refusal(error.message);
  }
  checkConditionKeys(document, keys, () => refusal('Policy has an invalid condition key'));
  const variable = policyVariable(document);
  if (variable !== undefined) throw notEmulated(`the policy variable ${variable}`);
}

/** Variables count from the version of 2012 on; before, and in `${*}` and its like, they are text (IAM User Guide, "Policy variables"). */
export function policyVariable(document: unknown): string | undefined {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return text.includes('"2012-10-17"') ? /\$\{(?![*?$]\})[^}]*\}/.exec(text)?.[0] : undefined;
}

/** Throws 501 by name for a condition key that nothing here sets, `refusal` for one that AWS does not know. */
export function checkConditionKeys(document: unknown, keys: KeyVocabulary, refusal: (key: string) => AwsError): void {
  for (const key of statementsOf(document).flatMap(conditionKeysOf)) {
    const standing = keyStanding(key, keys);
    if (standing === 'gap') throw notEmulated(`the policy condition key ${key}`);
    if (standing === 'none') throw refusal(key);
  }
}

export function conditionKeysOf({ Condition: condition }: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(recordOf(condition ?? {}, 'Condition')).flatMap(([operator, keys]) =>
    Object.keys(recordOf(keys, `Condition ${operator}`)),
  );
}
