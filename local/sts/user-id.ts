import type { Caller } from '../call.ts';

/** Roles have unique ids of their own in AWS (AROA...); here the role's name stands for it. */
export function userId({ accountId, role }: Caller): string {
  return role === undefined ? accountId : `AROA${role.name.toUpperCase()}:${role.sessionName}`;
}
