import { AwsError } from '../errors.ts';
import { compileResourcePolicy } from './statement.ts';

/**
 * Refuses a resource policy that could not be evaluated, before it is stored: a bad one that is in place locks its resource.
 * `refusal` makes the service's own error of what is wrong; what AWS knows and is not emulated here stays a 501.
 */
export function checkResourcePolicy(document: unknown, refusal: (message: string) => AwsError): void {
  try {
    if (compileResourcePolicy(document).length > 0) return;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'MalformedPolicyDocument') throw error;
    throw refusal(error.message);
  }
  throw refusal('the policy has no statements');
}
