import * as z from 'zod/mini';
import { PART_STEPS } from '../ledger/sweep-item.ts';
import { someText } from './bus-event.ts';
import { checkPayload, readPayload } from './payload.ts';

const NUMBER = 'the number of a part, 0 or more';

const sweepPart = z.object({
  reseal: z.literal('sweep-part', { error: '"sweep-part"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  /** The id of the sweep; the ledger knows the rest. */
  sweep: someText('the id of a sweep'),
  step: z.enum(PART_STEPS, { error: `one of ${PART_STEPS.join(', ')}` }),
  part: z.int({ error: NUMBER }).check(z.nonnegative({ error: NUMBER })),
});

/** One step of one part of a sweep that is underway. */
export type SweepPart = Omit<z.output<typeof sweepPart>, 'reseal' | 'version'>;

/** Writes the message about one, which the sweep sends to itself; `parseSweepPart` reads it back. */
export function sweepPartMessage(part: SweepPart): string {
  return JSON.stringify({ reseal: 'sweep-part', version: 1, ...part });
}

/** Throws `malformed-message`. */
export function parseSweepPart(body: unknown): SweepPart {
  const message = readPayload(body, 'a part of a sweep');
  const { reseal: _, version: __, ...part } = checkPayload(sweepPart, message, 'a part of a sweep');
  return part;
}
