import { AwsError } from '../errors.ts';

/** The errors of the CloudWatch API by the names of its model. */
export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, 400);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message, 400);
}

export function invalidInput(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}
