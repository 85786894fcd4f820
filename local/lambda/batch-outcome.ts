import type { InvocationResult } from './invocation.ts';

/**
 * The message ids that a batch leaves in its queue, after the rules of ReportBatchItemFailures (Lambda guide, "Handling errors for
 * an SQS event source"): all of them where the function failed or its answer names what is not there, else those it lists.
 */
export function undone(result: InvocationResult, ids: readonly string[], reportsItems: boolean): readonly string[] {
  if (result.failed) {
    return ids;
  }
  return reportsItems ? (listed(result.payload, ids) ?? ids) : [];
}

/** Undefined where the answer is malformed. */
function listed(payload: Buffer, ids: readonly string[]): readonly string[] | undefined {
  const answer = parse(payload);
  if (answer === null) {
    return [];
  }
  if (typeof answer !== 'object') {
    return undefined;
  }
  const { batchItemFailures = [] }: { batchItemFailures?: unknown } = answer;
  if (batchItemFailures === null) {
    return [];
  }
  if (!Array.isArray(batchItemFailures)) {
    return undefined;
  }
  const failed = batchItemFailures.map(identifier);
  return failed.every((id): id is string => id !== undefined && ids.includes(id)) ? failed : undefined;
}

const identifier = (item: unknown): string | undefined =>
  typeof item === 'object' && item !== null && 'itemIdentifier' in item && typeof item.itemIdentifier === 'string'
    ? item.itemIdentifier
    : undefined;

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    // Not JSON is one more malformed answer.
    return undefined;
  }
}
