import * as z from 'zod/mini';
import { account, bucketName, region, text, time } from './bus-event.ts';
import type { BucketFact, Cause } from './fact.ts';
import { checkPayload } from './payload.ts';

/** Writes a fact as the message that the sweep and every later try put into the queue; `parseBucketMessage` reads it back. */
export function bucketMessage(fact: BucketFact): string {
  return JSON.stringify({ reseal: 'assess', version: 1, ...fact });
}

/** True for a message of our own, well-formed or not: events never have the key `reseal`. */
export function isAssessMessage(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'reseal' in message;
}

/** Throws `malformed-message`. */
export function parseAssessMessage(message: unknown): BucketFact {
  const { reseal: _, version: __, ...fact } = checkPayload(assessMessage, message, 'an assess message');
  return fact;
}

const CAUSES = ['created', 'encryption-deleted', 'encryption-put', 'sweep'] as const satisfies readonly Cause[];
const COUNT = 'the number of tries so far, 0 or more';

const assessMessage = z.object({
  reseal: z.literal('assess', { error: '"assess"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  bucket: bucketName(),
  account: account(),
  region: region(),
  cause: z.enum(CAUSES, { error: `one of ${CAUSES.join(', ')}` }),
  at: time(),
  causeId: text('the id of the event or sweep'),
  actor: z.exactOptional(text('an ARN')),
  attempt: z.int({ error: COUNT }).check(z.nonnegative({ error: COUNT })),
  observe: z.boolean({ error: 'true or false' }),
});
