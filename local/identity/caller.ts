import type { Caller } from '../call.ts';
import { ANONYMOUS_ACCOUNT } from './canonical-id.ts';

/** The account of every access key that is neither 12 digits nor a session's. */
const DEFAULT_ACCOUNT = '000000000000';

/** Whoever sends a request without credentials. */
export const ANONYMOUS: Caller = { accountId: ANONYMOUS_ACCOUNT, accessKeyId: '', arn: '', isAnonymous: true };

/** An outside caller: an access key of 12 digits is the administrator of that account, as users of other emulators expect. */
export function callerOfKey(accessKeyId: string): Caller {
  const accountId = /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT;
  return { accountId, accessKeyId, arn: `arn:aws:iam::${accountId}:root` };
}

/** The caller behind an ARN that a trust policy may name: a role, a role's session, or an account. */
export function callerOfArn(arn: string, roleArnOf: (accountId: string, name: string) => string | undefined): Caller {
  const parts = /^arn:[^:]+:(?:iam|sts)::(\d{12}):(?:role\/(.+)|assumed-role\/([^/]+)\/(.+)|.+)$/.exec(arn);
  const accountId = parts?.[1] ?? DEFAULT_ACCOUNT;
  const name = parts?.[2]?.split('/').at(-1) ?? parts?.[3];
  if (name === undefined) return { accountId, accessKeyId: '', arn };
  const roleArn = parts?.[2] === undefined ? roleArnOf(accountId, name) : arn;
  const role = roleArn === undefined ? {} : { role: { arn: roleArn, name, sessionName: parts?.[4] ?? '' } };
  return { accountId, accessKeyId: '', arn, ...role };
}
