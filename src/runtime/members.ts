import { createRoleSessions } from '../aws/identity/role-sessions.ts';
import { errorName, isSessionRefused } from '../aws/sdk/service-error.ts';
import { inPlace, type Place } from '../bucket-id.ts';
import type { BatchMethod } from '../policy/model.ts';
import type { JobRoles } from '../policy/plan/plan-model.ts';
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

/** How the Batch roles and the buckets for reports of every account are named. */
export type JobNames = Record<'BATCH_ROLE' | 'COPY_BATCH_ROLE' | 'REPORTS_BUCKET_PREFIX', string>;

/** The roles that jobs run as in one account and Region. */
export function jobRolesIn(place: Place, { BATCH_ROLE, COPY_BATCH_ROLE }: JobNames): Pick<JobRoles, BatchMethod> {
  return { 'update-encryption': inPlace(BATCH_ROLE, place), copy: inPlace(COPY_BATCH_ROLE, place) };
}
