import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { AccountState } from '../membership.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import type { Account, Unit } from './account.ts';
import type { Organization } from './organization.ts';
import { type Paged, pageOf } from './page.ts';

const PAGED = ['MaxResults', 'NextToken'];

const SUPPORTED: SupportedMembers = {
  DescribeOrganization: [],
  DescribeAccount: ['AccountId'],
  DescribeOrganizationalUnit: ['OrganizationalUnitId'],
  ListAccounts: PAGED,
  ListAccountsForParent: [...PAGED, 'ParentId'],
  ListDelegatedAdministrators: [...PAGED, 'ServicePrincipal'],
  ListDelegatedServicesForAccount: [...PAGED, 'AccountId'],
  ListOrganizationalUnitsForParent: [...PAGED, 'ParentId'],
  ListParents: [...PAGED, 'ChildId'],
  ListRoots: PAGED,
};

/** AWS Organizations: what the management account and delegated administrators read. What changes it are the methods of Organization. */
export function createOrganizations(
  organization: Organization,
  sdk: Readonly<Record<string, unknown>>,
): ServiceDefinition {
  return {
    id: 'organizations',
    signingName: 'organizations',
    protocol: 'awsJson1.1',
    sdk,
    operations: onlySupported('organizations', operationsOf(organization), SUPPORTED),
    permissions: rightsByName('organizations', SUPPORTED, (input: Named) => resourceOf(organization, input)),
  };
}

interface Named {
  readonly AccountId?: string;
  readonly ChildId?: string;
}

/** The account or the unit that a request is about (Service Authorization Reference, AWS Organizations); `*` for all others. */
function resourceOf({ id: organizationId, managementId }: Organization, { AccountId, ChildId }: Named): string {
  const id = AccountId ?? ChildId;
  if (id === undefined) return '*';
  const kind = id.startsWith('ou-') ? 'ou' : 'account';
  return `arn:aws:organizations::${managementId}:${kind}/${organizationId}/${id}`;
}

function operationsOf(organization: Organization) {
  return { ...accountOperations(organization), ...unitOperations(organization) };
}

/** For what the management account may read, and whoever administers some service. */
function readerOf(organization: Organization) {
  return <Input, Output>(read: (input: Input) => Output) =>
    (input: Input, { caller: { accountId } }: Call): Output => {
      checkMember(organization, accountId);
      if (accountId !== organization.managementId && !organization.delegates.has(accountId))
        throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
      return read(input);
    };
}

function accountOperations(organization: Organization) {
  const print = printerOf(organization);
  const reader = readerOf(organization);
  return {
    DescribeOrganization: (_input: object, { caller }: Call) => {
      checkMember(organization, caller.accountId);
      return { Organization: print.organization() };
    },
    DescribeAccount: reader(({ AccountId = '' }: { AccountId?: string }) => ({
      Account: print.account(organization.account(AccountId)),
    })),
    ListAccounts: reader((input: Paged) => {
      const { items, next } = pageOf(organization.accounts, input);
      return { Accounts: items.map(print.account), ...next };
    }),
    ListAccountsForParent: reader(({ ParentId = '', ...input }: Paged & { ParentId?: string }) => {
      const parent = organization.unit(ParentId);
      const { items, next } = pageOf(
        organization.accounts.filter((each) => each.parent === parent),
        input,
      );
      return { Accounts: items.map(print.account), ...next };
    }),
    ListDelegatedAdministrators: reader(
      ({ ServicePrincipal: service, ...input }: Paged & { ServicePrincipal?: string }) => {
        const wanted = [...organization.delegates].filter(
          ([, { services }]) => service === undefined || services.has(service),
        );
        const { items, next } = pageOf(wanted, input);
        const administrators = items.map(([id, { since }]) => {
          const { Paths: _paths, ...account } = print.account(organization.account(id));
          return { ...account, DelegationEnabledDate: since };
        });
        return { DelegatedAdministrators: administrators, ...next };
      },
    ),
    ListDelegatedServicesForAccount: reader(({ AccountId = '', ...input }: Paged & { AccountId?: string }) => {
      const delegate = organization.delegates.get(AccountId);
      if (delegate === undefined) throw notFound('AccountNotRegisteredException', AccountId);
      const { items, next } = pageOf([...delegate.services], input);
      const services = items.map((ServicePrincipal) => ({ ServicePrincipal, DelegationEnabledDate: delegate.since }));
      return { DelegatedServices: services, ...next };
    }),
  };
}

function unitOperations(organization: Organization) {
  const print = printerOf(organization);
  const reader = readerOf(organization);
  return {
    DescribeOrganizationalUnit: reader(({ OrganizationalUnitId: id = '' }: { OrganizationalUnitId?: string }) => {
      const unit = organization.units.find((each) => each.id === id);
      if (unit === undefined) throw notFound('OrganizationalUnitNotFoundException', id);
      return { OrganizationalUnit: print.unit(unit) };
    }),
    ListOrganizationalUnitsForParent: reader(({ ParentId = '', ...input }: Paged & { ParentId?: string }) => {
      const parent = organization.unit(ParentId);
      const { items, next } = pageOf(
        organization.units.filter((each) => each.parent === parent),
        input,
      );
      return { OrganizationalUnits: items.map(print.unit), ...next };
    }),
    ListParents: reader(({ ChildId = '' }: { ChildId?: string }) => ({ Parents: [parentOf(organization, ChildId)] })),
    ListRoots: reader((_input: Paged) => {
      const { id: Id, name: Name } = organization.root;
      return { Roots: [{ Id, Name, Arn: print.arn('root', Id), PolicyTypes: [] }] };
    }),
  };
}

function parentOf(organization: Organization, childId: string): object {
  const child = /^\d{12}$/.test(childId)
    ? organization.accounts.find(({ id }) => id === childId)
    : organization.units.find(({ id }) => id === childId);
  if (child?.parent === undefined) throw notFound('ChildNotFoundException', childId);
  const { id: Id } = child.parent;
  return { Id, Type: Id === organization.root.id ? 'ROOT' : 'ORGANIZATIONAL_UNIT' };
}

function checkMember(organization: Organization, accountId: string): void {
  if (organization.organizationOf(accountId) === undefined)
    throw new AwsError('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
}

/** How the organization and its parts are written in answers. */
function printerOf(organization: Organization) {
  const arn = (kind: string, id: string): string =>
    `arn:aws:organizations::${organization.managementId}:${kind}/${organization.id}/${id}`;
  return {
    arn,
    organization: () => {
      const { id: Id, managementId = '' } = organization;
      return {
        Id,
        Arn: `arn:aws:organizations::${managementId}:organization/${Id}`,
        FeatureSet: 'ALL',
        MasterAccountId: managementId,
        MasterAccountArn: arn('account', managementId),
        MasterAccountEmail: organization.account(managementId).email,
      };
    },
    unit: ({ id, name }: Unit) => ({ Id: id, Name: name, Arn: arn('ou', id) }),
    account: ({ id, name, email, joinedAt, joinedMethod, state }: Account) => ({
      Id: id,
      Arn: arn('account', id),
      Name: name,
      Email: email,
      ...(organization.answersWith === 'Status' ? { Status: statusOf(state) } : { State: state }),
      Paths: [`${organization.pathOf(id)}${id}/`],
      JoinedMethod: joinedMethod,
      JoinedTimestamp: joinedAt,
    }),
  };
}

/** What the retired member said: a closed account was SUSPENDED. */
function statusOf(state: AccountState): string {
  if (state === 'CLOSED') return 'SUSPENDED';
  return state === 'PENDING_ACTIVATION' ? 'ACTIVE' : state;
}

const notFound = (code: string, what: string): AwsError =>
  new AwsError(code, `You specified ${what}, which is not here.`);
