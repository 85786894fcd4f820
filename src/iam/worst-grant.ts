import type { Context } from './conditions.ts';
import { type Ask, type ConditionsMet, type Grant, grants, type Judged, judgeGrant, meetsConditions } from './match.ts';
import type { Statement } from './statement.ts';
import type { Three } from './three-valued.ts';

/** The answer that stands most in the way, and the action that it was given for. */
export interface WorstGrant extends Judged {
  action: string;
}

/** Asks a policy for everything that somebody needs; `allowed` only where all of it is, and nothing is worse than `denied`. */
export function worstGrant(statements: readonly Statement[], asks: readonly Ask[]): WorstGrant {
  const isMet = onceForEachContext();
  let worst: { grant: Grant; ask: Ask } | undefined;
  for (const ask of asks) {
    const grant = grants(statements, ask, isMet);
    if (BADNESS[grant] > BADNESS[worst?.grant ?? 'allowed']) worst = { grant, ask };
    if (grant === 'denied') break;
  }
  if (worst === undefined) return { grant: 'allowed', because: [], action: '' };
  return { ...judgeGrant(statements, worst.ask), action: worst.ask.action };
}

/** A principal asks for several actions in the same contexts, and the conditions of a statement do not speak of actions. */
function onceForEachContext(): ConditionsMet {
  const known = new Map<Context | undefined, Map<string, Map<Statement, Three>>>();
  return (statement, ask) => {
    const ofContext = known.get(ask.context) ?? new Map<string, Map<Statement, Three>>();
    const who = JSON.stringify(ask.principal);
    const ofPrincipal = ofContext.get(who) ?? new Map<Statement, Three>();
    const met = ofPrincipal.get(statement) ?? meetsConditions(statement, ask);
    known.set(ask.context, ofContext.set(who, ofPrincipal.set(statement, met)));
    return met;
  };
}

const BADNESS: Readonly<Record<Grant, number>> = { allowed: 0, perhaps: 1, no: 2, denied: 3 };
