import * as z from 'zod/mini';
import { count, text } from './shapes.ts';

/** The ledger's key of the pin. */
export const PIN_KEY = { pk: 'POLICY', sk: 'PIN' };

const policyVersion = z.object({
  bucket: text,
  key: text,
  versionId: text,
  /** What the bytes of this version hash to, hex. */
  sha256: text,
  /** Which publication it was, counted from 1. A pin that was written before they were counted is the first. */
  order: z._default(count, 1),
});
/** One version of the policy object. */
export type PolicyVersion = z.output<typeof policyVersion>;

/** Which version is the policy now. */
export const policyPin = z.extend(policyVersion, {
  /** The version that changes nothing anywhere. Another one than the pinned was published before it, and says nothing of it. */
  onlyObserves: z.exactOptional(text),
  /** The last version with another document: what a function uses that starts while the new one cannot be used. */
  previous: z.exactOptional(z.extend(policyVersion, { order: z._default(count, 0) })),
});
export type PolicyPin = z.output<typeof policyPin>;
