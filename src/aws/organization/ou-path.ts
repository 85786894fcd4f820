import { type Account, ListParentsCommand, type OrganizationsClient } from '@aws-sdk/client-organizations';
import { oddAnswer } from '../sdk/service-error.ts';

/** An account as AWS Organizations answers it, as far as its place goes. */
export type PlacedAccount = Pick<Account, 'Id' | 'Paths'>;

/**
 * The OU path of an account, as in aws:PrincipalOrgPaths: its `Paths` (API Account), and where they are not there, the units one by one (API ListParents).
 * Throws the SDK's error, or ResealError unreadable.
 */
export function createOuPath(client: OrganizationsClient) {
  return async function ouPathOf(account: PlacedAccount, organizationId: string): Promise<string> {
    const said = saidPath(account, organizationId);
    if (said !== undefined) return said;
    const units: string[] = [];
    for (let child = account.Id; units.length < MOST_UNITS;) {
      const { Parents: [parent] = [] } = await client.send(new ListParentsCommand({ ChildId: child }));
      if (parent?.Id === undefined) throw oddAnswer('ListParents', 'one parent', {});
      units.unshift(parent.Id);
      if (parent.Type === 'ROOT') return asFolder([organizationId, ...units].join('/'));
      child = parent.Id;
    }
    throw oddAnswer('ListParents', `a root within ${MOST_UNITS} steps`, {});
  };
}

/** `Paths` ends with the account itself. */
export function saidPath({ Paths: [path] = [] }: PlacedAccount, organizationId: string): string | undefined {
  return path?.startsWith(organizationId) === true ? asFolder(path.replace(/\/\d{12}\/?$/, '')) : undefined;
}

/** The organization that an account's ARN names. */
export function organizationOf({ Arn }: Pick<Account, 'Arn'>): string | undefined {
  return /:account\/(o-[^/]+)\//.exec(Arn ?? '')?.[1];
}

/** A root and five levels of units (Organizations quotas); room for more costs nothing. */
const MOST_UNITS = 12;

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
