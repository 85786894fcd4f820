import type { Condition, Statement } from '../iam/statement.ts';
import { accountOfPrincipal } from '../iam/principal-match.ts';
import { demands } from './narrowing.ts';

/** To whose access points a statement leaves the decision (S3 User Guide, delegating access control to access points). */
export interface Delegation {
  /** The bucket's own account is among them: their policies can be read. */
  own: boolean;
  /** Other accounts, whose access points cannot be seen. */
  foreign: string[];
  /** True where any account may be one of them. */
  anyAccount: boolean;
}

/** Undefined for a statement that decides by itself. */
export function delegationOf({ effect, principals, conditions }: Statement, account: string): Delegation | undefined {
  if (effect !== 'Allow' || (!principals.everyone && !principals.not)) return undefined;
  const demanding = conditions.filter(demands);
  const named = demanding.flatMap(accountsNamed);
  const isByOrigin = demanding.some(({ key }) => NETWORK_ORIGIN.test(key));
  if (named.length === 0 && !isByOrigin) return undefined;
  const ids = [...new Set(named)];
  const anyAccount = ids.length === 0 || ids.some((id) => !/^\d{12}$/.test(id));
  const foreign = ids.filter((id) => /^\d{12}$/.test(id) && id !== account);
  return { own: anyAccount || ids.includes(account), foreign, anyAccount };
}

const POINT_ACCOUNT = /^s3(express)?:dataaccesspointaccount$/;
const POINT_ARN = /^s3(express)?:dataaccesspointarn$/;
const NETWORK_ORIGIN = /^s3(express)?:accesspointnetworkorigin$/;

/** Account ids; a text that is none where a value leaves the account open. */
function accountsNamed({ key, values }: Condition): string[] {
  if (POINT_ACCOUNT.test(key)) return values;
  return POINT_ARN.test(key) ? values.map((arn) => accountOfPrincipal(arn) ?? 'any') : [];
}
