import type { AccountState } from '../membership.ts';

/** One account of the organization. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly joinedAt: Date;
  readonly joinedMethod: 'CREATED' | 'INVITED';
  state: AccountState;
  /** The root or unit that it is in. */
  parent: Unit;
  readonly policies: unknown[];
}

/** The root (r-...), or an organizational unit (ou-...). */
export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly parent: Unit | undefined;
  readonly policies: unknown[];
}

/** The unit and those that it is in, the root first. */
export function wayTo(unit: Unit): readonly Unit[] {
  return unit.parent === undefined ? [unit] : [...wayTo(unit.parent), unit];
}

/** What happened to an account, told to whoever listens. */
export type AccountChange =
  | { readonly kind: 'created' | 'invited' | 'left' | 'moved' | 'state'; readonly accountId: string }
  | { readonly kind: 'region'; readonly accountId: string; readonly region: string; readonly status: RegionStatus };

export type RegionStatus = 'ENABLED' | 'DISABLED';
