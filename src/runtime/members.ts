import { createRoleSessions } from '../aws/identity/role-sessions.ts';
import { errorName, isSessionRefused } from '../aws/sdk/service-error.ts';
import type { Place } from '../bucket-id.ts';
import { createIdentityClient, type Credentials } from './clients.ts';
import { createPlaces } from './places.ts';

/**
 * What a function uses in one account and Region, made at its first use with the credentials of the role of its own name there, in the hub's own
 * account too. A session that AWS refuses is given to nobody any more: an account that left and returned has another role of the same name, which
 * takes no session of the one before.
 */
export function createMembers<T>(
  { AWS_REGION: region, MEMBER_ROLE: role }: Record<'AWS_REGION' | 'MEMBER_ROLE', string>,
  make: (place: Place, credentials: Credentials) => T,
): (place: Place) => T {
  const sessions = createRoleSessions(createIdentityClient(region), role, () => new Date());
  const places = createPlaces((place) =>
    make(place, { session: () => sessions.sessionIn(place), failed: failedIn(place) }),
  );
  const failedIn = (place: Place) => (error: unknown) => {
    if (!isSessionRefused(errorName(error))) return;
    sessions.end(place);
    places.forget(place);
  };
  return places.at;
}
