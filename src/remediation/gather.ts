import { ResealError } from '../errors.ts';
import { decide } from '../policy/decide.ts';
import type { Ask, Decided, Known } from '../policy/decision.ts';
import type { Facts } from '../policy/facts.ts';

/** More rounds than there are facts to ask for mean that an answer did not answer. */
const MOST_ROUNDS = 16;

/** Reads what is asked; `undefined` ends the judging without a verdict, because somebody else works on the bucket. */
export type ReadFacts = (ask: Ask, facts: Facts) => Promise<Partial<Facts> | undefined>;

export interface Gathered {
  decided: Decided;
  facts: Facts;
}

/** Asks the policy for its verdict, reads what it needs to know, and asks again. */
export async function gather(known: Known, read: ReadFacts): Promise<Gathered | undefined> {
  const judge = (facts: Facts) => {
    const decision = decide({ ...known, facts });
    return decision.kind === 'ask' ? { asked: decision } : { answer: decision };
  };
  const found = await untilKnown(judge, read, known.facts);
  return found === undefined ? undefined : { decided: found.answer, facts: found.facts };
}

/**
 * Puts a pure question again and again, each time with the facts that it asked for, until it answers; undefined where reading was given
 * up. Throws ResealError unreadable where it never does.
 */
export async function untilKnown<Asked, Answer>(
  question: (facts: Facts) => { asked: Asked } | { answer: Answer },
  read: (asked: Asked, facts: Facts) => Promise<Partial<Facts> | undefined>,
  known: Facts,
): Promise<{ answer: Answer; facts: Facts } | undefined> {
  let facts = known;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const found = question(facts);
    if ('answer' in found) return { answer: found.answer, facts };
    const more = await read(found.asked, facts);
    if (more === undefined) return undefined;
    facts = { ...facts, ...more };
  }
  throw new ResealError('unreadable', 'the verdict on a bucket asks for facts without end');
}
