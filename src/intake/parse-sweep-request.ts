import * as z from 'zod/mini';
import { bucketName, text, time } from './bus-event.ts';
import type { SweepRequest } from './fact.ts';
import { checkPayload, readPayload } from './payload.ts';

/**
 * Reads what the sweep was invoked with: a scheduled EventBridge event, nothing at all, or
 * `{buckets?: string[], prefix?: string, observe?: boolean}`. `clock` names a sweep that came with no event.
 * Unknown keys are refused, so that a misspelt `observe` never changes a bucket. Throws `malformed-message`.
 */
export function parseSweepRequest(payload: unknown, clock: { id: string; at: string }): SweepRequest {
  const request = readPayload(payload, 'a sweep request') ?? {};
  if (isEvent(request)) {
    const { id, time: at } = checkPayload(scheduledEvent, request, 'a scheduled event');
    return { observe: false, id, at };
  }
  return { ...checkPayload(manualRequest, request, 'a sweep request'), ...clock };
}

function isEvent(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'detail-type' in request;
}

const scheduledEvent = z.object({
  'detail-type': z.literal('Scheduled Event', { error: '"Scheduled Event"' }),
  id: text('the id of the event'),
  time: time(),
});

const NAMES = 'a list of at least one bucket name';
const PREFIX = 'the beginning of the names of the buckets to sweep';

const manualRequest = z.strictObject(
  {
    buckets: z.exactOptional(z.array(bucketName(), { error: NAMES }).check(z.minLength(1, { error: NAMES }))),
    prefix: z.exactOptional(text(PREFIX)),
    observe: z._default(z.boolean({ error: 'true or false' }), false),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'one of buckets, prefix, observe'
        : 'a mapping with buckets, prefix or observe, or nothing',
  },
);
