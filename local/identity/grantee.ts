import { canonicalIdOf } from './canonical-id.ts';
import type { PrincipalMatch, Requester } from './principal.ts';

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

/**
 * How the grantees of an access control list (canonical user ids and group URIs) name the requester. A canonical id is a whole account: its
 * own policies decide on (S3 guide, "Access control list overview").
 */
export function matchGrantees(grantees: readonly string[], requester: Requester): PrincipalMatch {
  if (!('caller' in requester)) return 'none';
  const { caller } = requester;
  if (grantees.includes(ALL_USERS)) return 'direct';
  if (caller.isAnonymous === true) return 'none';
  if (grantees.includes(AUTHENTICATED_USERS)) return 'direct';
  return grantees.includes(canonicalIdOf(caller.accountId)) ? 'account' : 'none';
}
