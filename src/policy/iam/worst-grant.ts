import { type Ask, type Grant, type Judged, judgeGrant } from './match.ts';
import type { Statement } from './statement.ts';

/** The answer that stands most in the way, and the action that it was given for. */
export interface WorstGrant extends Judged {
  action: string;
}

/** Asks a policy for everything that somebody needs; `allowed` only where all of it is. */
export function worstGrant(statements: readonly Statement[], asks: readonly Ask[]): WorstGrant {
  let worst: WorstGrant = { grant: 'allowed', because: [], action: '' };
  for (const ask of asks) {
    const judged = judgeGrant(statements, ask);
    if (BADNESS[judged.grant] > BADNESS[worst.grant]) worst = { ...judged, action: ask.action };
  }
  return worst;
}

const BADNESS: Readonly<Record<Grant, number>> = { allowed: 0, perhaps: 1, no: 2, denied: 3 };
