import * as z from 'zod/mini';
import { checkPayload } from './payload.ts';

const text = z.string({ error: 'text' });

const sweepAnswer = z.object(
  {
    sweep: z.string({ error: 'the id of a sweep' }),
    observe: z.boolean({ error: 'true or false' }),
    accounts: z.exactOptional(z.number({ error: 'a number' })),
    /** Why AWS Organizations did not list the accounts. */
    accountsUnread: z.exactOptional(text),
  },
  { error: 'sweep and observe' },
);

/** What the function sweep answers to whoever begins a sweep, before any bucket is looked at. */
export type SweepAnswer = z.output<typeof sweepAnswer>;

/** Throws `malformed-message`. */
export function parseSweepAnswer(payload: unknown): SweepAnswer {
  return checkPayload(sweepAnswer, payload, 'the answer to a sweep request');
}
