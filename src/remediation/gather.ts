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
  let { facts } = known;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const decision = decide({ ...known, facts });
    if (decision.kind === 'decided') return { decided: decision, facts };
    const answer = await read(decision, facts);
    if (answer === undefined) return undefined;
    facts = { ...facts, ...answer };
  }
  throw new ResealError('unreadable', `bucket ${known.state.bucket}: the verdict asks for facts without end`, {
    bucket: known.state.bucket,
  });
}
