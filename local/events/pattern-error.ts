import { AwsError } from '../errors.ts';

/** What EventBridge answers PutRule with a pattern it cannot compile; `path` names the field. */
export function invalidPattern(path: string, problem: string): AwsError {
  return new AwsError(
    'InvalidEventPatternException',
    `Event pattern is not valid. At ${path || 'the top'}: ${problem}`,
  );
}
