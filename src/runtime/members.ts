import { createRoleSessions } from '../aws/identity/role-sessions.ts';
import type { Place } from '../bucket-id.ts';
import { createIdentityClient, type Credentials } from './clients.ts';
import { createPlaces } from './places.ts';

/**
 * What a function uses in one account and Region, made at its first use with the credentials of the role of its own name there, in the hub's own
 * account too.
 */
export function createMembers<T>(
  { AWS_REGION: region, MEMBER_ROLE: role }: Record<'AWS_REGION' | 'MEMBER_ROLE', string>,
  make: (place: Place, credentials: Credentials) => T,
): (place: Place) => T {
  const sessionIn = createRoleSessions(createIdentityClient(region), role, () => new Date());
  return createPlaces((place) => make(place, () => sessionIn(place)));
}
