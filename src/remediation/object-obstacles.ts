import { ResealError } from '../errors.ts';
import { dangersOfObjects } from '../policy/dangers.ts';
import type { Facts } from '../policy/facts.ts';
import type { Reason } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import type { Judged } from './judged.ts';
import { knownOf } from './known.ts';
import { createFactReading } from './read-facts.ts';

/** More rounds than there are facts to ask for mean that an answer did not answer. */
const MOST_ROUNDS = 8;

/**
 * Why the objects of a bucket that is right itself are better left as they are: a reader who has no part in the key. A repair has
 * asked all that before it wrote the key; a bucket that had it already was never asked.
 */
export async function objectObstacles(judged: Judged, deps: AssessDeps): Promise<Reason[]> {
  const { standard, key, fact } = judged;
  if (standard.algorithm === 'AES256' || standard.reencrypt === 'none' || key.kind !== 'found') return [];
  const reading = createFactReading(judged, true, deps);
  let facts: Facts = {};
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const dangers = dangersOfObjects({ known: knownOf(judged, facts, deps), key });
    if (dangers.kind === 'known') return dangers.holds;
    if (dangers.kind === 'unread') return dangers.reasons;
    const asked = {
      kind: 'ask',
      facts: dangers.facts,
      keys: { keyPolicy: key.key.arn },
      below: false,
      observe: true,
    } as const;
    facts = { ...facts, ...(await reading.read(asked, facts)) };
  }
  throw new ResealError('unreadable', `bucket ${fact.bucket}: its objects ask for facts without end`, {
    bucket: fact.bucket,
  });
}
