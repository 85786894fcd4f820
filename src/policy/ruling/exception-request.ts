import type { ExceptionRequests } from '../document/document-exceptions.ts';
import { type RulingException, isInForce } from './exceptions.ts';
import type { FactName, Facts, History, Unreadable } from '../facts.ts';
import { coversArn } from '../../iam/covers.ts';
import type { Reason } from '../model.ts';
import { unreadFact } from '../unread.ts';

interface RequestCase {
  bucket: string;
  /** The account that owns the bucket. */
  account: string;
  /** The policy's `exceptionRequests`; without it no tag is heard. */
  requests: ExceptionRequests | undefined;
  facts: Facts;
  now: Date;
}

/** What becomes of a tag that asks for an exception; `refused` says why it is not honoured. */
export type Request =
  | { kind: 'none' }
  | { kind: 'in-force'; exception: RulingException }
  | { kind: 'refused'; reason: Reason }
  | { kind: 'ask'; facts: readonly FactName[] }
  | Unreadable;

const ASKED_BY = 'exceptionRequests of the policy';
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether a tag puts an exception in force: only where it is known from the event that set it who that was, and the policy lets
 * them. The history is asked for only where the tag is there and could count.
 */
export function exceptionRequest({ bucket, account, requests, facts, now }: RequestCase): Request {
  if (requests === undefined) return { kind: 'none' };
  if (facts.tags === undefined) return { kind: 'ask', facts: ['tags'] };
  if (facts.tags.kind === 'unread') return { kind: 'unread', reasons: [unreadFact('tags', facts.tags, ASKED_BY)] };
  const until = facts.tags.value.find(({ key }) => key === requests.tag)?.value;
  if (until === undefined) return { kind: 'none' };

  const asked = `The tag ${requests.tag} of bucket ${bucket}`;
  if (!isDay(until))
    return refused(
      'exception-request-malformed',
      `${asked} has the value ${quoted(until)}, which is no day: set it to YYYY-MM-DD.`,
    );
  if (!isInForce({ until }, now))
    return refused(
      'exception-expired',
      `${asked} asked for an exception that ended on ${until}: renew it or remove the tag.`,
    );
  if (facts.history === undefined) return { kind: 'ask', facts: ['history'] };
  if (facts.history.kind === 'unread') {
    return { kind: 'unread', reasons: [unreadFact('history', facts.history, ASKED_BY)] };
  }
  return answered({ bucket, account, requests, until, asked, set: facts.history.value.exceptionTag });
}

interface Proof {
  bucket: string;
  account: string;
  requests: ExceptionRequests;
  until: string;
  asked: string;
  set: History['exceptionTag'];
}

function answered({ bucket, account, requests, until, asked, set }: Proof): Request {
  const heard = requests.setBy.map((pattern) => inAccount(pattern, account)).join(', ');
  const atMs = Date.parse(set?.at ?? '');
  if (set?.value !== until || Number.isNaN(atMs)) {
    return refused(
      'exception-request-unproven',
      `${asked} asks for an exception until ${until}, and no event tells who set it: let one of ${heard} set it again.`,
    );
  }
  if (!mayRequest(set.actor, account, requests)) {
    return refused(
      'exception-request-not-allowed',
      `${asked} was set by ${set.actor}, and the policy hears only ${heard}: let one of them set it.`,
    );
  }
  const longest = new Date(atMs + requests.maxDays * DAY_MS).toISOString().slice(0, 10);
  if (until > longest) {
    return refused(
      'exception-request-too-long',
      `${asked} asks for an exception until ${until}, and set on ${set.at.slice(0, 10)} it may last until ${longest} (${requests.maxDays} days): set it to that day or earlier.`,
    );
  }
  const reason = `the tag ${requests.tag} asks for it`;
  return { kind: 'in-force', exception: { bucket, reason, owner: set.actor, until } };
}

/** Whether the policy lets this principal, by its ARN, ask by a tag for an exception of a bucket of this account. */
export function mayRequest(actor: string, account: string, { setBy }: ExceptionRequests): boolean {
  return setBy.some((pattern) => coversArn(inAccount(pattern, account), actor));
}

const ANY_ACCOUNT = /(?<=^arn:[^:]*:[^:]*:[^:]*:)\*(?=:)/;

/** Owners of one account do not speak for another: `*` in place of the account is the bucket's own. */
function inAccount(pattern: string, account: string): string {
  return pattern.replace(ANY_ACCOUNT, account);
}

function refused(code: string, message: string): Request {
  return { kind: 'refused', reason: { code, message } };
}

/** A day of the calendar: Date.parse takes February 30 for March 2. */
function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const LONGEST_QUOTE = 40;

function quoted(value: string): string {
  return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}...` : value);
}
