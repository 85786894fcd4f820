import type { FactName } from '../facts.ts';
import type { Reason } from '../model.ts';

const CODES = {
  bucketPolicy: 'bucket-policy-unreadable',
  acl: 'acl-unreadable',
  website: 'website-unreadable',
  accessPoints: 'access-points-unreadable',
  keyPolicy: 'key-policy-unreadable',
} as const satisfies Partial<Record<FactName, string>>;

/** Nothing can be said of readers without this fact. */
export function unread(fact: keyof typeof CODES, message: string): { kind: 'unread'; reasons: Reason[] } {
  return { kind: 'unread', reasons: [{ code: CODES[fact], message }] };
}

/** The sentence for a document that AWS gave and that is not understood. */
export function misread(what: string, why: string): string {
  return `${what} was read and not understood: ${why}. Correct it, or judge the bucket by hand.`;
}
