import * as z from 'zod/mini';
import { PART_STEPS } from '../ledger/sweep-item.ts';
import { account, region, someText } from './bus-event.ts';
import { checkPayload, readPayload } from './payload.ts';

const NUMBER = 'the number of a part, 0 or more';
const TRIES = 'the number of tries before this one, 0 or more';
const STEPS = ['account', ...PART_STEPS] as const;

const head = {
  reseal: z.literal('sweep-part', { error: '"sweep-part"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  /** The id of the sweep; the ledger knows the rest. */
  sweep: someText('the id of a sweep'),
  account,
};

const sweepPart = z.discriminatedUnion(
  'step',
  [
    z.object({
      ...head,
      step: z.literal('account'),
      /** How often something of it could not be read before. */
      tries: z._default(z.int({ error: TRIES }).check(z.nonnegative({ error: TRIES })), 0),
    }),
    z.object({
      ...head,
      region,
      step: z.enum(PART_STEPS),
      part: z.int({ error: NUMBER }).check(z.nonnegative({ error: NUMBER })),
    }),
  ],
  { error: `one of ${STEPS.join(', ')}` },
);

type Message = z.output<typeof sweepPart>;
type Without<T> = T extends unknown ? Omit<T, 'reseal' | 'version'> : never;
/** One account of a sweep that is underway, or one step of one part of a Region with very many buckets. */
export type SweepStep = Without<Message>;
export type SweepAccount = Extract<SweepStep, { step: 'account' }>;
export type SweepPart = Exclude<SweepStep, SweepAccount>;

/** Writes the message about one, which the sweep sends to itself; `parseSweepPart` reads it back. */
export function sweepPartMessage(step: SweepStep): string {
  return JSON.stringify({ reseal: 'sweep-part', version: 1, ...step });
}

/** Throws `malformed-message`. */
export function parseSweepPart(body: unknown): SweepStep {
  const message = readPayload(body, 'a part of a sweep');
  const { reseal: _, version: __, ...step } = checkPayload(sweepPart, message, 'a part of a sweep');
  return step;
}
