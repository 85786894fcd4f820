import { ResealError } from '../../errors.ts';
import type { Fact } from '../../policy/facts.ts';
import { type Failure, failureOf, messageOf, nameOf } from './service-error.ts';

/** What is read, in words that begin a sentence, and the IAM action that reads it. */
export interface Asked<T> {
  what: string;
  action: string;
  /** Error names that are an answer: "not configured" is a value. */
  absent?: Readonly<Record<string, T>>;
}

/** Runs one read and answers what it found, or why it could not. Never throws: what cannot be read is a value. */
export async function readFact<T>(asked: Asked<T>, read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    const { absent = {} } = asked;
    for (const [name, value] of Object.entries(absent)) if (name === nameOf(error)) return { kind: 'read', value };
    if (error instanceof ResealError) return { kind: 'unread', why: error.message, denied: false };
    const failure = failureOf(error);
    const why = sentence(asked, failure, error);
    return { kind: 'unread', why, denied: failure === 'denied', ...(failure === 'gone' ? { gone: true } : {}) };
  }
}

function sentence({ what, action }: Asked<unknown>, failure: Failure, error: unknown): string {
  const start = `${what} could not be read with ${action} (${nameOf(error)}`;
  switch (failure) {
    case 'denied':
      return `${start}): allow ${action} to Reseal's role, and see that no other policy denies it.`;
    case 'gone':
    case 'not-found':
      return `${start}): it is not there any more, or not in this account and Region.`;
    case 'elsewhere':
      return `${start}): it is in another Region.`;
    case 'conflict':
    case 'throttled':
    case 'unavailable':
    case 'refused':
      return `${start}: ${messageOf(error)}): it is tried again later.`;
  }
}

/** The error of an answer that lacks what every such answer has, or has it in a shape that we do not know. */
export function notUnderstood(what: string, found: string, action: string): ResealError {
  const message = `${what} cannot be told from the answer to ${action}: ${found}.`;
  return new ResealError('unreadable', message, { retryable: true });
}
