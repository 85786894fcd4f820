import * as z from 'zod/mini';
import { judgedBucketItem, type JudgedBucketItem } from '../ledger/bucket-item.ts';
import { closedJob, type ClosedJob } from '../ledger/job-item.ts';
import { writersItem, type WritersItem } from '../ledger/writers-item.ts';
import { type Ignored, checkPayload } from './payload.ts';

/** A change of one bucket, the end of one job, or who writes round the default of a bucket. */
export type LedgerChange = {
  /** Where the change stands in the stream: changes of one item come in the order of their numbers. */
  position: { stream: string; sequence: string };
} & (
  | { kind: 'bucket'; before?: JudgedBucketItem; after: JudgedBucketItem }
  | { kind: 'job'; after: ClosedJob }
  | { kind: 'writers'; after: WritersItem }
);

/**
 * Reads one record of the ledger's stream, its images already plain values. Attributes that this version does not know are
 * passed over. Throws `malformed-message` where one that it needs is not there.
 */
export function parseLedgerChange(record: unknown): LedgerChange | Ignored {
  const { keys, after, before, position } = checkPayload(change, record, 'a change of the ledger');
  const { pk, sk } = keys;
  if (after === undefined) return { ignored: `${pk} ${sk} was removed` };
  if (sk === 'JOB') {
    if (after['closedAt'] === undefined) return { ignored: `${pk} is open` };
    if (before?.['closedAt'] !== undefined) return { ignored: `${pk} was closed before` };
    return { kind: 'job', position, after: checkPayload(closedJob, after, 'a closed job of the ledger') };
  }
  if (sk === 'WRITERS') {
    const writers = checkPayload(writersItem, after, 'the writers of a bucket');
    return writers.newsAt === undefined
      ? { ignored: `${pk} has no writer of whom people are to be told` }
      : { kind: 'writers', position, after: writers };
  }
  if (sk !== 'STATE') return { ignored: `${pk} ${sk} is no bucket, no job and no writers` };
  if (after['verdict'] === undefined) return { ignored: `${pk} was claimed and not judged yet` };
  const isJudged = before?.['verdict'] !== undefined;
  return {
    kind: 'bucket',
    position,
    ...(isJudged ? { before: checkPayload(bucket, before, 'a bucket of the ledger') } : {}),
    after: checkPayload(bucket, after, 'a bucket of the ledger'),
  };
}

/** Work that is not done is nobody's news: whatever it looks like, the look beside it is announced. */
const bucket = z.omit(judgedBucketItem, { pending: true });

const anything = z.record(z.string(), z.unknown(), { error: 'a mapping' });

const change = z.object({
  position: z.object(
    {
      stream: z.string({ error: 'the ARN of a stream' }),
      sequence: z.string().check(z.regex(/^\d+$/, { error: 'a sequence number' })),
    },
    { error: 'a stream and a sequence number' },
  ),
  keys: z.object({ pk: z.string({ error: 'text' }), sk: z.string({ error: 'text' }) }, { error: 'pk and sk' }),
  before: z.optional(anything),
  after: z.optional(anything),
});
