import type { StreamRecord } from '../change-stream.ts';
import { AwsError } from '../errors.ts';

/** Compiles an event pattern to a test. Throws AwsError where it is none. */
export type CompileFilter = (pattern: unknown) => (value: unknown) => boolean;

/** Lambda's quota for the filters of one mapping, before it is raised. */
const MOST_FILTERS = 5;

/**
 * Whether a record passes a mapping's filters: one of them is enough, and without any every record passes (Lambda guide, "Control which
 * events Lambda sends to your function"). Throws InvalidParameterValueException.
 */
export function createRecordFilter(
  patterns: readonly unknown[],
  compile: CompileFilter,
): (record: StreamRecord) => boolean {
  if (patterns.length > MOST_FILTERS) {
    throw invalid(`a mapping takes ${MOST_FILTERS} filters, found ${patterns.length}`);
  }
  const tests = patterns.map((pattern) => {
    try {
      return compile(pattern);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalid(error.message);
    }
  });
  return (record) => tests.length === 0 || tests.some((test) => test(record));
}

function invalid(problem: string): AwsError {
  return new AwsError('InvalidParameterValueException', `Invalid filter pattern definition: ${problem}`);
}
