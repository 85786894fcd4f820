import { ResealError } from '../../errors.ts';
import type { Fact } from '../../policy/facts.ts';
import { type Failure, failureOf, isOutOfTime, messageOf, errorName } from './service-error.ts';

/** What is read, in words that begin a sentence, and the IAM action that reads it. */
export interface Asked<T> {
  what: string;
  action: string;
  /** Error names that are an answer: "not configured" is a value. */
  absent?: Readonly<Record<string, T>>;
}

/** The error of an answer that lacks what every such answer has, or has it in a shape that we do not know. */
export type Odd = (found: string) => ResealError;

/**
 * Runs one read and answers what it found, or why it could not: what cannot be read is a value. Throws only out-of-time, which says nothing
 * of what was asked for.
 */
export async function readFact<T>(asked: Asked<T>, read: (odd: Odd) => Promise<T>): Promise<Fact<T>> {
  const { what, action } = asked;
  const odd: Odd = (found) =>
    new ResealError('unreadable', `${what} cannot be read from the answer to ${action}: ${found}.`, {
      retryable: true,
    });
  try {
    return { kind: 'read', value: await read(odd) };
  } catch (error) {
    const { absent = {} } = asked;
    for (const [name, value] of Object.entries(absent)) if (name === errorName(error)) return { kind: 'read', value };
    if (isOutOfTime(error)) throw error;
    if (error instanceof ResealError) return { kind: 'unread', why: error.message, denied: false };
    const failure = failureOf(error);
    const why = sentence(asked, failure, error);
    return { kind: 'unread', why, denied: failure === 'denied', ...(failure === 'gone' ? { gone: true } : {}) };
  }
}

function sentence({ what, action }: Asked<unknown>, failure: Failure, error: unknown): string {
  const start = `${what} could not be read with ${action} (${errorName(error)}`;
  if (failure === 'denied')
    return `${start}): allow ${action} to Reseal's role, and see that no other policy denies it.`;
  if (failure === 'elsewhere') return `${start}): it is in another Region.`;
  return failure === 'gone' || failure === 'not-found'
    ? `${start}): it is not there any more, or not in this account and Region.`
    : `${start}: ${messageOf(error)}): it is tried again later.`;
}
