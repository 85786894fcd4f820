import * as z from 'zod/mini';
import { account, bucketName, region, tagSet, text, time } from './bus-event.ts';
import { type BucketFact, CAUSES } from './fact.ts';
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
  sourceAddress: z.exactOptional(text('an address or the name of a service')),
  userAgent: z.exactOptional(text('a user agent')),
  createdAt: z.exactOptional(time()),
  logSources: z.exactOptional(
    z.array(z.object({ bucket: bucketName(), prefix: z.string({ error: 'a prefix' }) }), {
      error: 'a list of buckets with their prefixes',
    }),
  ),
  tags: z.exactOptional(tagSet()),
  attempt: z.int({ error: COUNT }).check(z.nonnegative({ error: COUNT })),
  observe: z.boolean({ error: 'true or false' }),
});
