import type { FactName, Unread, Unreadable } from './facts.ts';
import type { Reason } from './model.ts';

/** The reason code of each fact that could not be read or understood. */
const CODES: Readonly<Record<FactName, string>> = {
  tags: 'tags-unreadable',
  createdAt: 'created-at-unreadable',
  ouPath: 'ou-path-unreadable',
  key: 'key-unreadable',
  currentKey: 'key-unreadable',
  history: 'history-unreadable',
  bucketPolicy: 'bucket-policy-unreadable',
  acl: 'acl-unreadable',
  keyPolicy: 'key-policy-unreadable',
  replication: 'replication-unreadable',
  website: 'website-unreadable',
  accessPoints: 'access-points-unreadable',
};

/** Nothing can be said without this fact. */
export function unread(fact: FactName, message: string): Unreadable {
  return { kind: 'unread', reasons: [{ code: CODES[fact], message }] };
}

/** Why nobody can say what the policy wants: the fact that could not be read, and what of the policy asks for it. */
export function unreadFact(fact: FactName, { why }: Unread, askedBy: string): Reason {
  return { code: CODES[fact], message: `${why.replace(/\.?$/, '.')} ${askedBy} asks for it.` };
}

/** The sentence for a document that AWS gave and that is not understood. */
export function misread(what: string, why: string): string {
  return `${what} was read and not understood: ${why}. Correct it, or judge the bucket by hand.`;
}
