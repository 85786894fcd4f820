import type { Facts } from '../facts.ts';
import type { Context } from '../../iam/conditions.ts';
import type { Statement } from '../../iam/statement.ts';

const KEYS: readonly string[] = ['aws:principalorgid', 'aws:principalorgpaths'];

/** What every request of the bucket's own account carries of its organization (IAM global condition keys); nothing where its path is not known. */
export function organizationContext(ouPath: Facts['ouPath']): Context {
  if (ouPath?.kind !== 'read') return {};
  const path = ouPath.value.replace(/\/*$/, '/');
  return { 'aws:principalorgid': path.split('/')[0] ?? '', 'aws:principalorgpaths': path };
}

/** True where the path of the account was not asked for yet, and a condition of the policy is on it. */
export function wantsOrganization(statements: readonly Statement[], facts: Pick<Facts, 'ouPath'> | undefined): boolean {
  if (facts === undefined || facts.ouPath !== undefined) return false;
  return statements.some(({ conditions }) => conditions.some(({ key }) => KEYS.includes(key)));
}

/** The sentence to add where something depends on the organization and nobody said which it is. */
export function organizationHint(because: readonly string[]): string {
  const isOpen = because.some((one) => KEYS.some((key) => one.toLowerCase().includes(key)));
  return isOpen
    ? ' The stack parameter OuPath tells the organization of the account, and would settle such a condition.'
    : '';
}
