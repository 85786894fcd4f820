import type { ExceptionRequests } from '../document/document-exceptions.ts';
import { type Exemption, isInForce, lastDay } from './exceptions.ts';
import { type Answer, lacking, sure, unreadFor } from './answer.ts';
import type { ExceptionTag, Facts } from '../facts.ts';
import { coversArn } from '../../iam/glob.ts';
import type { ReasonCode } from '../reasons.ts';

interface RequestCase {
  bucket: string;
  /** The account that owns the bucket. */
  account: string;
  /** The policy's `exceptionRequests`; without it no tag is heard. */
  requests: ExceptionRequests | undefined;
  facts: Facts;
  now: Date;
}

/** A tag that asks for an exception until some day. */
interface Request extends Pick<RequestCase, 'bucket' | 'account'> {
  requests: ExceptionRequests;
  until: string;
}

const ASKED_BY = 'exceptionRequests of the policy';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Whether a tag puts an exception in force: only where it is known from the event that gave it its value who that was, and the policy lets
 * them. What the ledger remembers is needed only where the tag is there and could count.
 */
export function exceptionRequest({ bucket, account, requests, facts, now }: RequestCase): Answer<Exemption> {
  if (requests === undefined) return sure({ notices: [] });
  if (facts.tags === undefined) return lacking('tags');
  if (facts.tags.kind === 'unread') return unreadFor(ASKED_BY, 'tags', facts.tags);
  const until = facts.tags.value.find(({ key }) => key === requests.tag)?.value;
  if (until === undefined) return sure({ notices: [] });

  const request = { bucket, account, requests, until };
  if (!isDay(until)) {
    const why = `has the value ${quoted(until)}, which is no day: set it to YYYY-MM-DD.`;
    return refused('exception-request-malformed', request, why);
  }
  if (!isInForce({ until }, now)) {
    const why = `asked for an exception that ended on ${until}: renew it or remove the tag.`;
    return refused('exception-expired', request, why);
  }
  const { remembered } = facts;
  if (remembered === undefined) return lacking('remembered');
  if (remembered.kind === 'unread') return unreadFor(ASKED_BY, 'remembered', remembered);
  const { exceptionTag, tagHistory } = remembered.value;
  return answered((tagHistory?.tag ?? requests.tag) === requests.tag ? exceptionTag : undefined, request);
}

function answered(set: ExceptionTag | undefined, request: Request): Answer<Exemption> {
  const { bucket, account, requests, until } = request;
  const heard = requests.setBy.map((pattern) => inAccount(pattern, account)).join(', ');
  const asks = `asks for an exception until ${until}, and`;
  const atMs = set === undefined ? Number.NaN : Date.parse(set.at);
  const isKnown = set?.value === until && set.actor !== '';
  if (isKnown && !mayRequest(set.actor, account, requests)) {
    const why = `was set by ${set.actor}, and the policy allows only ${heard}: let one of them remove it and set it again.`;
    return refused('exception-request-not-allowed', request, why);
  }
  if (!isKnown || set.doubted === true || Number.isNaN(atMs)) {
    const why = `${asks} no event shows who set it: let one of ${heard} remove it and set it again.`;
    return refused('exception-request-unproven', request, why);
  }
  const longest = lastDay(requests.maxDays, new Date(atMs));
  if (until > longest) {
    const why = `${asks} set on ${set.at.slice(0, 10)} it may last until ${longest} (${requests.maxDays} days): set it to that day or earlier.`;
    return refused('exception-request-too-long', request, why);
  }
  const reason = `the tag ${requests.tag} asks for it`;
  return sure({ exception: { bucket, reason, owner: set.actor, until }, notices: [] });
}

function refused(code: ReasonCode, { bucket, requests }: Request, why: string): Answer<Exemption> {
  return sure({ notices: [{ code, message: `The tag ${requests.tag} of bucket ${bucket} ${why}` }] });
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

/** A day of the calendar: Date.parse takes February 30 for March 2. */
function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const LONGEST_QUOTE = 40;

function quoted(value: string): string {
  return JSON.stringify(value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}...` : value);
}
