import { clipped, valueAt } from '../problem.ts';

/** Whoever calls S3 chooses the user agent; ledger items and announcements keep it many times. */
const LONGEST_TEXT = 1_000;

/** Text of an event that somebody else has chosen, where there is any. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && /\S/.test(value) ? clipped(value, LONGEST_TEXT) : undefined;
}

/**
 * Who made a call, from a record's userIdentity: the role's ARN for a role session, else the identity's own; undefined
 * where an AWS service acted by itself. Every part may be missing (CloudTrail guide, userIdentity element).
 */
export function actorOf(identity: unknown): string | undefined {
  const arns = [valueAt(identity, ['sessionContext', 'sessionIssuer', 'arn']), valueAt(identity, ['arn'])];
  return arns.find((arn) => typeof arn === 'string');
}

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//;

/** True where an actor is this role or a session of it; a session's ARN has lost the role's path. */
export function isRole(actor: string, roleArn: string): boolean {
  if (actor === roleArn) return true;
  const role = ROLE.exec(roleArn);
  const session = SESSION.exec(actor);
  return role !== null && session !== null && role[1] === session[1] && role[2] === session[2];
}
