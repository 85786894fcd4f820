import * as z from 'zod/mini';
import type { Ignored } from './fact.ts';
import { checkPayload } from './payload.ts';

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
    return { kind: 'job', pk, position, after: checkPayload(jobImage, after, 'a closed job of the ledger') };
  }
  if (sk !== 'STATE') return { ignored: `${pk} ${sk} is no bucket and no job` };
  if (after['verdict'] === undefined) return { ignored: `${pk} was claimed and not judged yet` };
  const isJudged = before?.['verdict'] !== undefined;
  return {
    kind: 'bucket',
    pk,
    position,
    ...(isJudged ? { before: checkPayload(bucketImage, before, 'a bucket of the ledger') } : {}),
    after: checkPayload(bucketImage, after, 'a bucket of the ledger'),
  };
}

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

const text = z.string({ error: 'text' });
const count = z.number({ error: 'a number' });

const reason = z.object({ code: text, message: text, paste: z.exactOptional(text) }, { error: 'code and message' });

const encryption = z.object(
  {
    algorithm: z.exactOptional(text),
    keyId: z.exactOptional(text),
    bucketKey: z.exactOptional(z.boolean({ error: 'true or false' })),
    blocked: z.exactOptional(z.array(text, { error: 'a list' })),
  },
  { error: 'a mapping' },
);

const cause = {
  causeId: text,
  cause: text,
  actor: z.exactOptional(text),
  sourceAddress: z.exactOptional(text),
  userAgent: z.exactOptional(text),
};

const repair = z.object({
  at: text,
  driftAt: z.exactOptional(text),
  ...cause,
  replaced: encryption,
  wrote: encryption,
  policySha256: text,
  reasons: z.exactOptional(z.array(reason, { error: 'a list' })),
});

const job = z.object({ jobId: text, objectClass: z.exactOptional(text), method: z.exactOptional(text) });

const bucketImage = z.object({
  bucket: text,
  account: text,
  region: text,
  verdict: text,
  reasons: z._default(z.array(reason, { error: 'a list' }), []),
  rule: text,
  policySha256: text,
  assessedAt: text,
  goneAt: z.exactOptional(text),
  ...cause,
  found: z.exactOptional(encryption),
  observed: z.exactOptional(z.boolean({ error: 'true or false' })),
  parked: z.exactOptional(z.boolean({ error: 'true or false' })),
  repairs: z._default(z.array(repair, { error: 'a list' }), []),
  jobs: z._default(z.array(job, { error: 'a list' }), []),
  leftovers: z._default(z.array(reason, { error: 'a list' }), []),
  rolledBack: z.exactOptional(
    z.object(
      { at: text, by: text, replaced: z.exactOptional(encryption), restored: z.exactOptional(encryption) },
      { error: 'at and by' },
    ),
  ),
  acknowledgedAt: z.exactOptional(text),
  acknowledgedBy: z.exactOptional(text),
  price: z.exactOptional(text),
});

const jobImage = z.object({
  token: text,
  jobId: text,
  bucket: text,
  account: z.exactOptional(text),
  region: z.exactOptional(text),
  status: text,
  objectClass: z.exactOptional(text),
  method: z.exactOptional(text),
  closedAt: z.exactOptional(text),
  total: count,
  succeeded: count,
  failed: count,
  failuresByCode: z.record(z.string(), count, { error: 'a mapping' }),
  failedKeys: z.array(z.object({ key: text, code: text, versionId: z.exactOptional(text) }), { error: 'a list' }),
  report: z.exactOptional(text),
  why: z.exactOptional(text),
});

/** A change of one bucket or the end of one job. */
export type LedgerChange = {
  /** The ledger's key of what was changed. */
  pk: string;
  /** Where the change stands in the stream: changes of one item come in the order of their numbers. */
  position: { stream: string; sequence: string };
} & (
  | { kind: 'bucket'; before?: z.output<typeof bucketImage>; after: z.output<typeof bucketImage> }
  | { kind: 'job'; after: z.output<typeof jobImage> }
);
