import type { Condition, Statement } from '../../iam/statement.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import { demands } from './narrowing.ts';

/** To whose access points a statement leaves the decision (S3 User Guide, delegating access control to access points). */
export interface Delegation {
  /** The bucket's own account is among them: their policies can be read. */
  own: boolean;
  /** Other accounts, whose access points cannot be seen. */
  foreign: string[];
  /** True where any account may be one of them. */
  anyAccount: boolean;
  /** Multi-Region Access Points, by ARN: they have no Region, and no list of this one names them. */
  multiRegion: string[];
}

/** Undefined for a statement that decides by itself. */
export function delegationOf({ effect, principals, conditions }: Statement, account: string): Delegation | undefined {
  if (effect !== 'Allow' || (!principals.everyone && !principals.not)) return undefined;
  const demanding = conditions.filter(demands);
  const named = demanding.flatMap(accountsNamed);
  const isByOrigin = demanding.some(({ key }) => NETWORK_ORIGIN.test(key));
  const multiRegion = demanding.flatMap(({ key, values }) => (POINT_ARN.test(key) ? values.filter(isMultiRegion) : []));
  if (named.length + multiRegion.length === 0 && !isByOrigin) return undefined;
  const ids = [...new Set(named)];
  const anyAccount = (ids.length === 0 && isByOrigin) || ids.some((id) => !/^\d{12}$/.test(id));
  const foreign = ids.filter((id) => /^\d{12}$/.test(id) && id !== account);
  return { own: anyAccount || ids.includes(account), foreign, anyAccount, multiRegion };
}

const POINT_ACCOUNT = /^s3(express)?:dataaccesspointaccount$/;
const POINT_ARN = /^s3(express)?:dataaccesspointarn$/;
const NETWORK_ORIGIN = /^s3(express)?:accesspointnetworkorigin$/;

/** Account ids; a text that is none where a value leaves the account open. */
function accountsNamed({ key, values }: Condition): string[] {
  if (POINT_ACCOUNT.test(key)) return values;
  if (!POINT_ARN.test(key)) return [];
  return values.filter((arn) => !isMultiRegion(arn)).map((arn) => accountOfPrincipal(arn) ?? 'any');
}

/** arn:aws:s3::ACCOUNT:accesspoint/ALIAS.mrap (S3 User Guide, Multi-Region Access Points). */
function isMultiRegion(arn: string): boolean {
  return arn.split(':')[3] === '' || arn.endsWith('.mrap');
}
