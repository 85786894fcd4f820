import type { DeploymentTargets } from '@aws-sdk/client-cloudformation';
import type { Account } from '../organizations/account.ts';
import type { Organization } from '../organizations/organization.ts';
import type { StackSet } from './stack-set.ts';

/** The accounts that deployment targets mean (CloudFormation API, DeploymentTargets): never the management account. */
export function accountsOf(targets: DeploymentTargets, organization: Organization): readonly Account[] {
  const { OrganizationalUnitIds: units = [], Accounts: named = [], AccountFilterType: filter = 'NONE' } = targets;
  return organization.accounts.filter(({ id }) => {
    const isBelow = units.some((unit) => organization.isUnder(id, unit));
    const isNamed = named.includes(id);
    if (id === organization.managementId) return false;
    if (filter === 'UNION') return isBelow || isNamed;
    if (filter === 'INTERSECTION') return isBelow && isNamed;
    return filter === 'DIFFERENCE' ? isBelow && !isNamed : isBelow;
  });
}

/** Each after those that it depends on. */
export function inOrder(sets: readonly StackSet[]): readonly StackSet[] {
  const order = new Set<StackSet>();
  const visit = (set: StackSet, path: readonly StackSet[]): void => {
    if (path.includes(set)) return;
    for (const arn of set.autoDeployment.DependsOn ?? []) {
      const needed = sets.find((each) => each.arn === arn);
      if (needed !== undefined) visit(needed, [...path, set]);
    }
    order.add(set);
  };
  for (const set of sets) visit(set, []);
  return [...order];
}
