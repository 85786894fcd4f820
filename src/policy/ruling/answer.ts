import { type FactName, type Unread, unreadReason } from '../facts.ts';
import type { Reason } from '../model.ts';

/** An answer that rests on facts: sure, or open while some are not there. */
export type Answer<T> = { kind: 'sure'; value: T } | Open;

export interface Open {
  kind: 'open';
  /** What nobody has read yet, and could still decide. */
  lacks: readonly FactName[];
  /** Where nothing is left to read: why the rest could not be. */
  reasons: readonly Reason[];
}

export function sure<T>(value: T): Answer<T> {
  return { kind: 'sure', value };
}

export function lacking(...lacks: FactName[]): Open {
  return { kind: 'open', lacks, reasons: [] };
}

export function openBecause(...reasons: Reason[]): Open {
  return { kind: 'open', lacks: [], reasons };
}

/** What several open answers lack together; only where that is nothing do the reasons count. */
export function openTogether(answers: readonly Answer<unknown>[]): Open | undefined {
  const open = answers.filter((each) => each.kind === 'open');
  if (open.length < 2) return open[0];
  const lacks = [...new Set(open.flatMap((each) => each.lacks))];
  if (lacks.length > 0) return lacking(...lacks);
  return openBecause(...open.flatMap((each) => each.reasons));
}

/** Nobody can say what the policy wants: the fact that could not be read, and what of the policy needs it. */
export function unreadFor(askedBy: string, fact: FactName, { why }: Unread): Open {
  return openBecause(unreadReason(fact, `${why.replace(/\.?$/, '.')} ${askedBy} asks for it.`));
}
