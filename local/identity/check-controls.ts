import { AwsError, notEmulated } from '../errors.ts';
import { checkConditionKeys, policyVariable } from './check-policy.ts';
import { malformedPolicy } from './document.ts';
import { compileIdentityPolicy } from './statement.ts';

/** The most characters of a service control policy (Organizations guide, "Quotas"). */
const LONGEST = 5120;

/** Refuses a service control policy that could not be evaluated: malformed, too long, or with a condition key that nothing here sets. */
export function checkControls(document: unknown, keys: readonly string[]): void {
  if (JSON.stringify(document).length > LONGEST)
    throw new AwsError('ConstraintViolationException', 'You have exceeded the maximum policy size.');
  if (compileIdentityPolicy(document).length === 0) throw malformedPolicy('the policy has no statements');
  checkConditionKeys(document, { evaluated: keys }, malformedPolicy);
  // A Deny whose variable stays text would deny nothing.
  const variable = policyVariable(document);
  if (variable !== undefined) throw notEmulated(`the policy variable ${variable}`);
}
