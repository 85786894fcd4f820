import type { Context } from '../iam/conditions.ts';
import { globMatch, hasVariable } from '../iam/glob.ts';
import type { Statement } from '../iam/statement.ts';

/** Beyond this many combinations a statement's sources are left open, and what hangs on them is undecided. */
const MOST = 1000;

export interface SourceDefaults {
  /** The bucket's own account: the source where nothing says otherwise. */
  account: string;
  arn?: (account: string) => string;
}

/**
 * What is known of the requests that a bucket policy statement lets in from a service: for which account, from which resource, within
 * which organization. A statement that only names an organization leaves the account open.
 */
export function sourceContexts(statement: Statement, { account, arn }: SourceDefaults): Context[] {
  const arns = wanted(statement, 'aws:sourcearn');
  const org = wanted(statement, 'aws:sourceorgid');
  const isOpen = org.length > 0 || wanted(statement, 'aws:sourceorgpaths').length > 0;
  const accounts = firstFilled([
    wanted(statement, 'aws:sourceaccount'),
    arns.map((one) => one.split(':')[4] ?? '').filter((one) => /^\d{12}$/.test(one)),
    logFolders(statement).flatMap((folder) => (/^\d{12}$/.test(folder.account) ? [folder.account] : [])),
  ]);
  const known = accounts.length > 0 ? [...new Set(accounts)] : isOpen ? [undefined] : [account];
  const within = org.length === 1 && org[0] !== undefined ? { 'aws:sourceorgid': org[0] } : {};
  const found = known.flatMap((one) => {
    const mine = one === undefined ? arns : arns.filter((source) => isOf(source, one));
    const from = mine.length > 0 ? mine : arn === undefined ? [undefined] : [arn(one ?? '*')];
    return from.map((source) => ({
      ...within,
      ...(one === undefined ? {} : { 'aws:sourceaccount': one }),
      ...(source === undefined ? {} : { 'aws:sourcearn': source }),
    }));
  });
  return found.length > MOST ? [within] : found;
}

export interface LogFolder {
  account: string;
  service: string;
}

/** AWSLogs/ACCOUNT/SERVICE in the resources of a statement; an organization's trail has its id before the account. */
export function logFolders({ resources }: Statement): LogFolder[] {
  if (resources.not) return [];
  return resources.patterns.flatMap((pattern) => {
    const [, after] = pattern.split('AWSLogs/');
    if (after === undefined) return [];
    const parts = after.split('/').filter((part) => !part.startsWith('o-'));
    return [{ account: parts[0] ?? '', service: parts[1] ?? '' }];
  });
}

const POSITIVE = new Set(['stringequals', 'stringequalsignorecase', 'stringlike', 'arnequals', 'arnlike']);

/** The values that a statement demands of a key; an operator with IfExists or a set prefix demands less, so it does not count. */
function wanted({ conditions }: Statement, key: string): string[] {
  const demands = conditions.filter((one) => one.key === key && POSITIVE.has(one.operator.toLowerCase()));
  const values = demands[0]?.values ?? [];
  return values.some(hasVariable) ? [] : values;
}

function isOf(arn: string, account: string): boolean {
  const owner = arn.split(':')[4] ?? '';
  return owner === '' || globMatch(owner, account) !== 'no';
}

function firstFilled(lists: readonly string[][]): string[] {
  return lists.find((list) => list.length > 0) ?? [];
}
