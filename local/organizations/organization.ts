import { AwsError } from '../errors.ts';
import type { AccountState, Membership } from '../membership.ts';
import { type Account, type AccountChange, type RegionStatus, type Unit, wayTo } from './account.ts';
import { DEFAULT_REGIONS, OPT_IN_REGIONS } from './regions.ts';

export interface OrganizationOptions {
  readonly now: () => Date;
  /** The Regions that every account has and cannot turn off; those of AWS where nothing is said. */
  readonly regions?: readonly string[] | undefined;
  /** Throws where a service control policy cannot be evaluated here. */
  readonly checkPolicy: (document: unknown) => void;
}

/** Attached to the root and to every unit and account (Organizations guide, "SCP evaluation"). */
const FULL_ACCESS = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const OPEN_STATES: readonly AccountState[] = ['ACTIVE', 'PENDING_CLOSURE'];

/** The one organization of an embedded AWS: what people do in the console, as methods. There is none until `found`. */
export class Organization implements Membership {
  readonly id = 'o-reseallocal';
  /** AWS retires Status in favour of State (Organizations API, "Account"); accounts are answered with one of them. */
  answersWith: 'State' | 'Status' = 'State';
  readonly root: Unit = { id: 'r-root', name: 'Root', parent: undefined, policies: [FULL_ACCESS] };
  #options: OrganizationOptions;
  #managementId: string | undefined;
  #units: Unit[] = [];
  #accounts = new Map<string, Account>();
  #regionsOn = new Set<string>();
  #delegates = new Map<string, { services: Set<string>; since: Date }>();
  #listeners: ((change: AccountChange) => void)[] = [];

  get defaultRegions(): readonly string[] {
    return this.#options.regions ?? DEFAULT_REGIONS;
  }

  constructor(options: OrganizationOptions) {
    this.#options = options;
  }

  /** Makes the account the management account of a new organization. */
  found(managementId: string): void {
    if (this.#managementId !== undefined) throw problem('AlreadyInOrganizationException', managementId);
    this.#managementId = managementId;
    this.#add(managementId, this.root, 'INVITED');
  }

  get managementId(): string | undefined {
    return this.#managementId;
  }

  get accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  get units(): readonly Unit[] {
    return this.#units;
  }

  account(accountId: string): Account {
    const account = this.#accounts.get(accountId);
    if (account === undefined) throw problem('AccountNotFoundException', accountId);
    return account;
  }

  /** The root or a unit by its id. */
  unit(id: string): Unit {
    const unit = [this.root, ...this.#units].find((each) => each.id === id);
    if (unit === undefined) throw problem('ParentNotFoundException', id);
    return unit;
  }

  /** Returns the id of a new organizational unit. */
  createUnit(name: string, parentId = this.root.id): string {
    const id = `ou-root-${String(this.#units.length + 1).padStart(8, '0')}`;
    this.#units.push({ id, name, parent: this.unit(parentId), policies: [FULL_ACCESS] });
    return id;
  }

  createAccount(accountId: string, unitId = this.root.id): void {
    this.#join(accountId, unitId, 'CREATED');
  }

  /** An account that exists accepts the invitation. */
  inviteAccount(accountId: string, unitId = this.root.id): void {
    this.#join(accountId, unitId, 'INVITED');
  }

  moveAccount(accountId: string, unitId: string): void {
    this.account(accountId).parent = this.unit(unitId);
    this.#tell({ kind: 'moved', accountId });
  }

  /** The account leaves, or is removed: it goes on by itself. */
  removeAccount(accountId: string): void {
    if (accountId === this.#managementId) throw problem('MasterCannotLeaveOrganizationException', accountId);
    this.account(accountId);
    this.#accounts.delete(accountId);
    this.#delegates.delete(accountId);
    this.#tell({ kind: 'left', accountId });
  }

  setState(accountId: string, state: AccountState): void {
    this.account(accountId).state = state;
    this.#tell({ kind: 'state', accountId });
  }

  /** Attaches a service control policy to the root, a unit or an account; FullAWSAccess stays attached beside it. */
  attachPolicy(targetId: string, document: unknown): void {
    this.#options.checkPolicy(document);
    const { policies } = this.#accounts.get(targetId) ?? this.unit(targetId);
    policies.push(document);
  }

  detachPolicies(targetId: string): void {
    const { policies } = this.#accounts.get(targetId) ?? this.unit(targetId);
    policies.splice(0, policies.length, FULL_ACCESS);
  }

  setRegion(accountId: string, region: string, status: RegionStatus): void {
    if (!OPT_IN_REGIONS.includes(region)) throw problem('ValidationException', region);
    const place = `${accountId} ${region}`;
    if (status === 'ENABLED') this.#regionsOn.add(place);
    else this.#regionsOn.delete(place);
    this.#tell({ kind: 'region', accountId, region, status });
  }

  registerDelegate(accountId: string, service: string): void {
    this.account(accountId);
    const known = this.#delegates.get(accountId) ?? { services: new Set<string>(), since: this.#options.now() };
    known.services.add(service);
    this.#delegates.set(accountId, known);
  }

  /** Whether the account is in the unit, or in one below it. */
  isUnder(accountId: string, unitId: string): boolean {
    const account = this.#accounts.get(accountId);
    return account !== undefined && wayTo(account.parent).some(({ id }) => id === unitId);
  }

  /** Whether the account administers the service for the organization, as its management account or as a delegate. */
  administers(accountId: string, service: string): boolean {
    return accountId === this.#managementId || this.#delegates.get(accountId)?.services.has(service) === true;
  }

  /** The accounts to which some service was delegated. */
  get delegates(): ReadonlyMap<string, { readonly services: ReadonlySet<string>; readonly since: Date }> {
    return this.#delegates;
  }

  onChange(listener: (change: AccountChange) => void): void {
    this.#listeners.push(listener);
  }

  organizationOf(accountId: string): string | undefined {
    return this.#accounts.has(accountId) ? this.id : undefined;
  }

  pathOf(accountId: string): string | undefined {
    const account = this.#accounts.get(accountId);
    return account && `${[this.id, ...wayTo(account.parent).map(({ id }) => id)].join('/')}/`;
  }

  controlsOf(accountId: string): readonly (readonly unknown[])[] | undefined {
    const account = this.#accounts.get(accountId);
    if (account === undefined || accountId === this.#managementId) return undefined;
    return [...wayTo(account.parent), account].map(({ policies }) => policies);
  }

  isOpen(accountId: string): boolean {
    const account = this.#accounts.get(accountId);
    return account === undefined || OPEN_STATES.includes(account.state);
  }

  isRegionOn(accountId: string, region: string): boolean {
    return !OPT_IN_REGIONS.includes(region) || this.#regionsOn.has(`${accountId} ${region}`);
  }

  #join(accountId: string, unitId: string, how: Account['joinedMethod']): void {
    if (this.#managementId === undefined) throw problem('AWSOrganizationsNotInUseException', accountId);
    if (this.#accounts.has(accountId)) throw problem('DuplicateAccountException', accountId);
    this.#add(accountId, this.unit(unitId), how);
    this.#tell({ kind: how === 'CREATED' ? 'created' : 'invited', accountId });
  }

  #add(id: string, parent: Unit, joinedMethod: Account['joinedMethod']): void {
    const about = {
      id,
      name: `account-${id}`,
      email: `${id}@example.com`,
      joinedAt: this.#options.now(),
      joinedMethod,
    };
    this.#accounts.set(id, { ...about, state: 'ACTIVE', parent, policies: [FULL_ACCESS] });
  }

  #tell(change: AccountChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function problem(code: string, what: string): AwsError {
  return new AwsError(code, `${code} for ${what}`);
}
