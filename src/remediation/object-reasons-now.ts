import type { Facts } from '../policy/facts.ts';
import type { Reason } from '../policy/model.ts';
import { objectReasons, objectsLack } from '../policy/repair-reasons.ts';
import type { AssessDeps } from './deps.ts';
import { factReading, readStage } from './gather.ts';
import { knownOf } from './look.ts';
import type { Judgement } from './objects.ts';

/**
 * Why the objects of a bucket that is right itself are better left as they are: a reader who has no part in the key. A repair has
 * seen to all that before it wrote the key; of a bucket that had it already nobody has looked.
 */
export async function objectReasonsNow(
  { look, decided, facts: known }: Judgement,
  deps: AssessDeps,
): Promise<{ obstacles: Reason[]; facts: Facts }> {
  const { standard, key } = decided;
  if (standard.algorithm === 'AES256' || standard.reencrypt === 'none' || key.kind !== 'found') {
    return { obstacles: [], facts: known };
  }
  const judged = (facts: Facts) => ({ known: knownOf(look, facts, deps), standard, key });
  const more = (facts: Facts) => objectsLack(judged(facts), facts);
  const needs = { facts: more(known), more, keys: { keyPolicy: key.key.arn } };
  const facts = await readStage(needs, known, factReading(look.trigger, deps));
  return { obstacles: objectReasons(judged(facts)), facts };
}
