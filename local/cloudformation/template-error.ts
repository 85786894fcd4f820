import { AwsError } from '../errors.ts';

/** What CloudFormation answers to a template, a parameter or a property that it cannot use. */
export function invalidTemplate(problem: string): AwsError {
  return new AwsError('ValidationError', `Template format error: ${problem}`);
}
