import type { FactName, Unread } from './facts.ts';
import type { Reason } from './model.ts';

/** The reason code of each fact that could not be read; keys have one of their own each. */
const CODES = {
  tags: 'tags-unreadable',
  createdAt: 'created-at-unreadable',
  ouPath: 'ou-path-unreadable',
  history: 'history-unreadable',
} as const satisfies Partial<Record<FactName, string>>;

/** Why nobody can say what the policy wants: the fact that could not be read, and what of the policy asks for it. */
export function unreadFact(fact: keyof typeof CODES, { why }: Unread, askedBy: string): Reason {
  return { code: CODES[fact], message: `${why.replace(/\.?$/, '.')} ${askedBy} asks for it.` };
}
