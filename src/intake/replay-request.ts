import * as z from 'zod/mini';
import { utcTime } from './bus-event.ts';
import { checkPayload } from './payload.ts';

/** The dead-letter queues of the stack, in the order in which they are shown. */
export const DEAD_LETTER_QUEUES = ['assess', 'sweep', 'job', 'object', 'run', 'rule', 'announce'] as const;
export type DeadLetterQueue = (typeof DEAD_LETTER_QUEUES)[number];

const QUEUES = `one of ${DEAD_LETTER_QUEUES.join(', ')}`;

const replayRequest = z.strictObject(
  {
    replay: z.strictObject(
      {
        queue: z.exactOptional(z.enum(DEAD_LETTER_QUEUES, { error: QUEUES })),
        /** True: put back what can be put back. Otherwise the letters are only shown. */
        put: z._default(z.boolean({ error: 'true or false' }), false),
        /** When the replay began of which this is a further run: the answer of the first run says it. */
        before: z.exactOptional(utcTime),
      },
      {
        error: (issue) =>
          issue.code === 'unrecognized_keys' ? 'one of queue, put, before' : 'a mapping with queue, put or before',
      },
    ),
  },
  { error: 'replay alone' },
);

/** What the function sweep is asked to do with dead letters. */
export type ReplayRequest = z.output<typeof replayRequest>;

/** Throws `malformed-message`. */
export function parseReplayRequest(payload: unknown): ReplayRequest {
  return checkPayload(replayRequest, payload, 'a replay request');
}

const text = z.string({ error: 'text' });
const count = z.number({ error: 'a number' });

const replayAnswer = z.object({
  replay: z.array(
    z.object({
      queue: text,
      /** What is in the queue, and stays there in this run, what could not be put back first. */
      letters: z.array(
        z.object({
          id: text,
          sentAt: text,
          why: text,
          /** The queue into which it can be put back; absent where it cannot. */
          to: z.exactOptional(text),
          /** Why it stays. */
          stays: z.exactOptional(text),
          /** The beginning of the message. */
          body: text,
        }),
        { error: 'a list of letters' },
      ),
      put: count,
      /** How many stay; `letters` has the first hundred. */
      kept: count,
      /** How many of the letters were to be put back and were not. */
      failed: count,
      /** True where there may be more than this run has looked at. */
      more: z.boolean({ error: 'true or false' }),
    }),
    { error: 'a list of queues' },
  ),
  before: text,
});

/** What the function sweep answers to that. */
export type ReplayAnswer = z.output<typeof replayAnswer>;
export type ReplayedQueue = ReplayAnswer['replay'][number];

/** Throws `malformed-message`. */
export function parseReplayAnswer(payload: unknown): ReplayAnswer {
  return checkPayload(replayAnswer, payload, 'the answer to a replay request');
}
