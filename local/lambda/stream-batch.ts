import type { StreamRecord } from '../change-stream.ts';

/** A batch never makes an event of more than Lambda takes in one invocation. */
const MOST_BYTES = 6 * 1024 * 1024;

/** What to do with records that a function failed. */
export type Retry =
  /** Split them and treat each half by itself; the split is no retry. */
  { readonly kind: 'bisect' } | { readonly kind: 'again' } | { readonly kind: 'give-up'; readonly condition: GiveUp };

export type GiveUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface RetryPolicy {
  readonly bisectOnError: boolean;
  readonly retryAttempts: number;
}

/** What is left of a batch after the function had it. */
export interface Remainder {
  readonly failed: readonly StreamRecord[];
  /** Whether the function did the records before these. */
  readonly isProgress: boolean;
  /** How often these very records were tried. */
  readonly attempts: number;
}

/** Lambda guide, "Handling errors for stream event sources". A batch that the function's report already cut is not split once more. */
export function retryOf({ failed, isProgress, attempts }: Remainder, policy: RetryPolicy): Retry {
  if (policy.bisectOnError && failed.length > 1 && !isProgress) return { kind: 'bisect' };
  if (attempts > policy.retryAttempts) return { kind: 'give-up', condition: 'RetryAttemptsExhausted' };
  return { kind: 'again' };
}

/** The records from the lowest sequence number that failed: a stream is retried from there, in order. */
export function fromLowestFailed(batch: readonly StreamRecord[], failed: ReadonlySet<string>): readonly StreamRecord[] {
  const first = batch.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  return first === -1 ? [] : batch.slice(first);
}

/** The first records that fit into one event; at least one. */
export function firstBatch(records: readonly StreamRecord[], batchSize: number): readonly StreamRecord[] {
  let bytes = 0;
  const over = records.slice(0, batchSize).findIndex((record) => {
    bytes += Buffer.byteLength(JSON.stringify(record)) + 1;
    return bytes > MOST_BYTES;
  });
  return records.slice(0, over === -1 ? batchSize : Math.max(over, 1));
}
