import * as z from 'zod/mini';
import { bucketName, someText, utcTime } from './bus-event.ts';
import { valueAt } from '../problem.ts';
import { parseAccountAsk } from './account-message.ts';
import { type AccountsTask, parseMembershipEvent } from './membership-event.ts';
import { checkPayload, type Ignored, readPayload } from './payload.ts';
import { parseReplayRequest, type ReplayRequest } from './replay-request.ts';
import { parseSweepPart, type SweepPart } from './sweep-part-message.ts';

/** What the sweep function is run for: to begin a sweep, to go on with a part of one, to look at accounts anew, or to look after dead letters. */
export type SweepTask = QueuedTask | ReplayRequest;

/** What a message of its queue asks for. */
type QueuedTask = SweepRequest | SweepPart | AccountsTask | Ignored;

/** What the sweep was asked to do; its id names it in logs and messages. */
export type SweepRequest = z.output<typeof manualRequest> & { id: string; at: string };

/**
 * Reads what the sweep was invoked with: a scheduled EventBridge event, one message of its queue, nothing at all,
 * `{buckets?: string[], prefix?: string, observe?: boolean}` or `{replay: {queue?, put?}}`. `clock` names a sweep that came with no event.
 * Unknown keys are refused, so that a misspelt `observe` never changes a bucket. Throws `malformed-message`.
 */
export function parseSweepRequest(payload: unknown, clock: { id: string; at: string }): SweepTask {
  const request = readPayload(payload, 'a sweep request') ?? {};
  if (valueAt(request, ['Records']) !== undefined) {
    const { Records } = checkPayload(queueEvent, request, 'a message of a queue');
    return parseQueued(Records[0].body, clock);
  }
  if (valueAt(request, ['replay']) !== undefined) return parseReplayRequest(request);
  return beginning(request, clock);
}

/**
 * Reads one message of the function's queue: a part, an account to look at, an event about accounts, or what a run was asked to do that failed or
 * that EventBridge could not begin. Throws `malformed-message`.
 */
export function parseQueued(body: string, clock: { id: string; at: string }): QueuedTask {
  const message = readPayload(body, 'a message of a queue');
  // Events never have the key `reseal`.
  const ours = valueAt(message, ['reseal']);
  if (ours !== undefined)
    return ours === 'account' ? { accounts: [parseAccountAsk(message)] } : parseSweepPart(message);
  const type = valueAt(message, ['detail-type']);
  return type === undefined || type === SCHEDULED ? beginning(message, clock) : parseMembershipEvent(message);
}

function beginning(request: unknown, clock: { id: string; at: string }): SweepRequest {
  if (valueAt(request, ['detail-type']) !== undefined) {
    const { id, time: at } = checkPayload(scheduledEvent, request, 'a scheduled event');
    return { observe: false, id, at };
  }
  return { ...checkPayload(manualRequest, request, 'a sweep request'), ...clock };
}

const ONE_RECORD = 'one record, as the batch size of the mapping says';

/** Lambda's event for a queue (Lambda guide, "Using Lambda with Amazon SQS"). */
const queueEvent = z.object({
  Records: z.tuple([z.object({ body: z.string({ error: 'text' }) })], { error: ONE_RECORD }),
});

const SCHEDULED = 'Scheduled Event';

const scheduledEvent = z.object({
  'detail-type': z.literal(SCHEDULED, { error: `"${SCHEDULED}"` }),
  id: someText('the id of the event'),
  time: utcTime,
});

const NAMES = 'a list of at least one bucket name';
const PREFIX = 'the beginning of the names of the buckets to sweep';

const manualRequest = z.strictObject(
  {
    buckets: z.exactOptional(z.array(bucketName, { error: NAMES }).check(z.minLength(1, { error: NAMES }))),
    prefix: z.exactOptional(someText(PREFIX)),
    observe: z._default(z.boolean({ error: 'true or false' }), false),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? 'one of buckets, prefix, observe'
        : 'a mapping with buckets, prefix or observe, or nothing',
  },
);
