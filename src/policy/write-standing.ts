import type { Encryption } from './model.ts';

/** How one write of a client stands to the standard of its bucket. `unjudged` where nobody can say: then nobody is told of it. */
export type WriteStanding = 'right' | 'below' | 'customer-key' | 'unjudged';

/** What S3 applied because a request's own header asked for it (User Guide, "Monitoring default encryption with CloudTrail": SSEApplied). */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['SSE_S3', 'AES256'],
  ['SSE_KMS', 'aws:kms'],
  ['DSSE_KMS', 'aws:kms:dsse'],
]);
const STRENGTH = ['AES256', 'aws:kms', 'aws:kms:dsse'];

/** False for a word of S3 that this version does not know, and where the event has none. */
export function isKnownApplied(applied: string): boolean {
  return applied === 'SSE_C' || ALGORITHMS.has(applied);
}

/**
 * How a write of which S3 says `applied` stands to a standard of the algorithm `wanted`. No event names the key, so a write under any key of
 * KMS counts as one under the right key.
 */
export function writeStanding(applied: string, wanted: string | undefined): WriteStanding {
  if (applied === 'SSE_C') return 'customer-key';
  const is = STRENGTH.indexOf(ALGORITHMS.get(applied) ?? '');
  const shouldBe = STRENGTH.indexOf(wanted ?? '');
  if (is === -1 || shouldBe === -1) return 'unjudged';
  return is < shouldBe ? 'below' : 'right';
}

/**
 * The rule under which a job looks for what was written so; undefined where no job can do anything. What S3 does not say in words that are known
 * may be under S3's own key: looking for that finds nothing where it is not.
 */
export function ruleOfWrite(applied: string): Encryption | undefined {
  if (applied === 'SSE_C' || applied === 'DSSE_KMS') return undefined;
  return { algorithm: ALGORITHMS.get(applied) ?? 'AES256' };
}
