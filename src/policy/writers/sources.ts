import type { Context } from '../../iam/conditions.ts';
import { globMatch, isOpen } from '../../iam/glob.ts';
import type { Statement } from '../../iam/statement.ts';
import { present } from '../../present.ts';

export interface SourceDefaults {
  /** The bucket's own account: the source where nothing says otherwise. */
  account: string;
  /** What its ARNs look like, with ACCOUNT in its place. */
  arn?: string | undefined;
}

/**
 * What is known of the requests that a bucket policy statement lets in from a service: for which account, from which resource, within
 * which organization. A statement for an organization or for any account leaves the account open.
 */
export function sourceContexts(statement: Statement, { account, arn }: SourceDefaults): Context[] {
  const arns = demandedSources(statement, 'aws:sourcearn', account);
  const byOwner = Map.groupBy(arns, ownerOf);
  const within = organization(statement, account);
  const accounts = sourceAccounts(statement, account);
  const patterns = [...byOwner.keys()].filter((owner) => owner === '' || isOpen(owner));
  if (accounts.length * patterns.length > MOST) return [within];
  return accounts.flatMap((one) => {
    const owners = patterns.filter((owner) => owner === '' || globMatch(owner, one ?? '*') !== 'no');
    const mine = one === undefined ? arns : [...owners, one].flatMap((owner) => byOwner.get(owner) ?? []);
    const from = mine.length > 0 ? mine : arn === undefined ? [] : [arn.replace('ACCOUNT', one ?? '*')];
    const known = { ...within, ...present({ 'aws:sourceaccount': one }) };
    if (from.length === 0) return [known];
    // One statement of a key policy may let in the one, and another the other: few are asked for each by itself.
    const lists = accounts.length * from.length > FEW ? [from] : from.map((source) => [source]);
    return lists.map((list) => ({ ...known, 'aws:sourcearn': list }));
  });
}

const FEW = 64;
/** Beyond so many accounts and patterns the sources of a statement are left open, and what depends on them is undecided. */
const MOST = 50_000;

/** The accounts that a statement says it is for, the most certain first; undefined for those that it leaves open, beside the others. */
function sourceAccounts(statement: Statement, account: string): (string | undefined)[] {
  const owners = demandedSources(statement, 'aws:sourcearn', account).map(ownerOf);
  const said = [
    demandedSources(statement, 'aws:sourceaccount', account),
    owners.filter((owner) => owner !== ''),
    logFolders(statement).map((folder) => folder.account),
  ].find((values) => values.length > 0);
  if (said !== undefined) return [...new Set(said.map((value) => (/^\d{12}$/.test(value) ? value : undefined)))];
  const isForMany = statement.conditions.some(
    ({ key, operator }) => ORGANIZATION.has(key) || (key === 'aws:sourceaccount' && /not/i.test(operator)),
  );
  return [isForMany ? undefined : account];
}

const ORGANIZATION = new Set(['aws:sourceorgid', 'aws:sourceorgpaths']);

/** The organization that the sources are in: by a condition, or because it has its own folder. */
function organization(statement: Statement, account: string): Context {
  const ids = demandedSources(statement, 'aws:sourceorgid', account);
  const paths = demandedSources(statement, 'aws:sourceorgpaths', account);
  const folders = logFolders(statement).map((folder) => folder.organization);
  const [id, ...more] = new Set(
    [ids, paths.map((path) => path.split('/')[0]), folders].find((list) => list.length > 0) ?? [],
  );
  const [path, ...morePaths] = paths;
  return {
    ...(id === undefined || more.length > 0 || isOpen(id) ? {} : { 'aws:sourceorgid': id }),
    ...(path === undefined || morePaths.length > 0 ? {} : { 'aws:sourceorgpaths': path }),
  };
}

const POSITIVE =
  /^(?:for(?:any|all)values?:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))(?:ifexists)?$/i;

/**
 * The values that a statement demands of a key. IfExists and ForAllValues demand them of every service that says what it writes for, and of
 * the others nothing is known by that key at all. What a policy variable stands for is known of the bucket's own account alone.
 */
export function demandedSources({ conditions }: Statement, key: string, account: string): string[] {
  const demand = conditions.find((one) => one.key === key && POSITIVE.test(one.operator));
  return (demand?.values ?? []).map((value) =>
    value.replaceAll(/\$\{aws:ResourceAccount\}/gi, account).replaceAll(/\$\{[^}]*\}/g, '*'),
  );
}

function ownerOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export interface LogFolder {
  /** An account id, or a pattern of ids: * where any account may have a folder. */
  account: string;
  service: string;
  /** The organization that the folder is in. */
  organization?: string;
}

/**
 * AWSLogs/ACCOUNT/SERVICE in the resources of a statement. An organization's trail has the organization's id before the account
 * (CloudTrail guide, log file names), a landing zone has it before AWSLogs.
 */
export function logFolders({ resources }: Statement): LogFolder[] {
  if (resources.not) return [];
  return resources.patterns.flatMap((pattern) => {
    const [before = '', after] = pattern.split('AWSLogs/');
    if (after === undefined) return [];
    const organization = [...before.split('/'), ...after.split('/')].find((part) => ORGANIZATION_ID.test(part));
    const [account = '', service = ''] = after.split('/').filter((part) => !part.startsWith('o-'));
    return [{ account, service, ...present({ organization }) }];
  });
}

const ORGANIZATION_ID = /^o-[a-z0-9]+$/;
