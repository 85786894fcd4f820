/** What an account of an organization can be (Organizations API reference, "Account", State). */
export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** What the rest of the embedded AWS asks about accounts. An account outside of the organization is open, unbound, and has every Region. */
export interface Membership {
  /** The id (o-...) of the account's organization. */
  organizationOf(accountId: string): string | undefined;
  /** For aws:PrincipalOrgPaths: o-.../r-.../ou-.../ */
  pathOf(accountId: string): string | undefined;
  /**
   * The service control policies that bind the account, one list for the root, for each unit on the way and for the account itself; undefined
   * where none do: outside, and in the management account.
   */
  controlsOf(accountId: string): readonly (readonly unknown[])[] | undefined;
  /** False once the account is suspended or closed, or not yet active. */
  isOpen(accountId: string): boolean;
  isRegionOn(accountId: string, region: string): boolean;
}

/** Where nobody has founded an organization. */
export const NO_ORGANIZATION: Membership = {
  organizationOf: () => undefined,
  pathOf: () => undefined,
  controlsOf: () => undefined,
  isOpen: () => true,
  isRegionOn: () => true,
};
