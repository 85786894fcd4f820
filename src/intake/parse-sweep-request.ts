import * as z from 'zod/mini';
import type { Swept } from '../ledger/sweep-item.ts';
import { account, bucketNameOrArn, region, textLike, utcTime } from './bus-event.ts';
import { valueAt } from '../problem.ts';
import { parseAccountAsk } from './account-message.ts';
import { type AccountsTask, parseMembershipEvent } from './membership-event.ts';
import { type JobLookRequest, parseJobLook } from './job-look-request.ts';
import { checkPayload, type Ignored, readPayload } from './payload.ts';
import { parseReplayRequest, type ReplayRequest } from './replay-request.ts';
import { parseSweepPart, type SweepStep } from './sweep-part-message.ts';

/** What the sweep function is run for: to begin a sweep, to go on with an account or a part of one, to look at accounts anew, to have a job looked at, or to look after dead letters. */
export type SweepTask = QueuedTask | JobLookRequest | ReplayRequest;

/** What a message of its queue asks for. */
type QueuedTask = SweepRequest | SweepStep | AccountsTask | Ignored;

/** What the sweep was asked to do; its id names it in logs and messages. */
export type SweepRequest = Swept;

/**
 * Reads what the sweep was invoked with: a scheduled EventBridge event, one message of its queue, nothing at all, a scope with
 * `observe?: boolean` (docs/status.md), `{job}`, or `{replay: {queue?, put?}}`. `clock` names a sweep that came with no event.
 * Unknown keys are refused, so that a misspelt `observe` never changes a bucket. Throws `malformed-message`.
 */
export function parseSweepRequest(payload: unknown, clock: { id: string; at: string }): SweepTask {
  const request = readPayload(payload, 'a sweep request') ?? {};
  if (valueAt(request, ['Records']) !== undefined) {
    const { Records } = checkPayload(queueEvent, request, 'a message of a queue');
    return parseQueued(Records[0].body, clock);
  }
  if (valueAt(request, ['replay']) !== undefined) return parseReplayRequest(request);
  if (valueAt(request, ['job']) !== undefined) return parseJobLook(request);
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
    return { observe: false, id, at, scope: {} };
  }
  const { observe, ...scope } = checkPayload(manualRequest, request, 'a sweep request');
  return { observe, scope, ...clock };
}

const ONE_RECORD = 'one record, as the batch size of the mapping says';

/** Lambda's event for a queue (Lambda guide, "Using Lambda with Amazon SQS"). */
const queueEvent = z.object({
  Records: z.tuple([z.object({ body: z.string({ error: 'text' }) })], { error: ONE_RECORD }),
});

const SCHEDULED = 'Scheduled Event';

const scheduledEvent = z.object({
  'detail-type': z.literal(SCHEDULED, { error: `"${SCHEDULED}"` }),
  // It becomes part of keys of the ledger.
  id: textLike(/^[\w-]{1,100}$/, 'the id of the event'),
  time: utcTime,
});

/** Far below the 400 kB of an item, and the length of a command line. */
const MOST_NAMES = 1_000;
const listOf = <T extends z.ZodMiniType>(member: T, what: string) => {
  const error = `a list of 1 to ${MOST_NAMES} ${what}`;
  return z.exactOptional(
    z.array(member, { error }).check(z.minLength(1, { error }), z.maxLength(MOST_NAMES, { error })),
  );
};

/** Of a unit or root its id; or a path as in a policy. Anything else would be no error and no account either. */
const UNIT = /^(?:r-[a-z0-9]+|ou-[a-z0-9]+-[a-z0-9]+|o-[a-z0-9]+(?:\/r-[a-z0-9]+(?:\/ou-[a-z0-9]+-[a-z0-9]+)*)?\/?)$/;

const scope = {
  accounts: listOf(account, 'account ids'),
  ous: listOf(
    textLike(
      UNIT,
      'the id of an organizational unit or root (ou-ab12-11111111), or a path as in aws:PrincipalOrgPaths',
    ),
    'organizational units',
  ),
  regions: listOf(region, 'Regions'),
  buckets: listOf(bucketNameOrArn, 'bucket names'),
  prefix: z.exactOptional(textLike(/^[A-Za-z0-9._-]{1,115}$/, 'the beginning of the names of the buckets to sweep')),
  rule: z.exactOptional(textLike(/^[\w .-]{1,64}$/, 'the name of a rule of the policy')),
};
const KEYS = [...Object.keys(scope), 'observe'].join(', ');

const manualRequest = z.strictObject(
  { ...scope, observe: z._default(z.boolean({ error: 'true or false' }), false) },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `one of ${KEYS}` : `a mapping with any of ${KEYS}, or nothing`,
  },
);
