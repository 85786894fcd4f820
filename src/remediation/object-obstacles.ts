import { dangersOfObjects } from '../policy/dangers.ts';
import type { Facts } from '../policy/facts.ts';
import type { Reason } from '../policy/model.ts';
import type { AssessDeps } from './deps.ts';
import { untilKnown } from './gather.ts';
import type { Judged } from './judged.ts';
import { knownOf } from './known.ts';
import { readAll } from './read-facts.ts';

/**
 * Why the objects of a bucket that is right itself are better left as they are: a reader who has no part in the key. A repair has
 * asked all that before it wrote the key; a bucket that had it already was never asked.
 */
export async function objectObstacles(
  judged: Judged,
  deps: AssessDeps,
): Promise<{ obstacles: Reason[]; facts: Facts }> {
  const { standard, key, fact } = judged;
  if (standard.algorithm === 'AES256' || standard.reencrypt === 'none' || key.kind !== 'found')
    return { obstacles: [], facts: judged.facts };
  const keys = { keyPolicy: key.key.arn };
  const dangers = (facts: Facts) => {
    const found = dangersOfObjects({ known: knownOf(judged, facts, deps), key });
    if (found.kind === 'ask') return { asked: found.facts };
    return { answer: found.kind === 'known' ? found.holds : found.reasons };
  };
  const found = await untilKnown(dangers, (names) => readAll(names, { keys }, fact, deps), {});
  return { obstacles: found?.answer ?? [], facts: found?.facts ?? judged.facts };
}
