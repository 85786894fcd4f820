import type { Context } from '../../iam/conditions.ts';
import { globMatch, isOpen } from '../../iam/glob.ts';
import type { Statement } from '../../iam/statement.ts';
import { present } from '../../present.ts';

/**
 * What is known of the requests that a bucket policy statement lets in from a service: for which account, from which resource, within
 * which organization. Where nothing says so, any account may be the source; `arn` is then what its ARNs look like, with ACCOUNT in its place.
 */
export function sourceContexts(statement: Statement, arn?: string): Context[] {
  const arns = demandedSources(statement, 'aws:sourcearn');
  const byOwner = Map.groupBy(arns, ownerOf);
  const within = organization(statement);
  const accounts = sourceAccounts(statement);
  const patterns = [...byOwner.keys()].filter((owner) => owner === '' || isOpen(owner));
  if (accounts.length * patterns.length > MOST) return [within];
  return accounts.flatMap((one) => {
    const owners = patterns.filter((owner) => owner === '' || globMatch(owner, one ?? '*') !== 'no');
    const mine = one === undefined ? arns : [...owners, one].flatMap((owner) => byOwner.get(owner) ?? []);
    if (mine.length < Math.min(arns.length, 1)) return [];
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

/** The accounts that a statement says it is for, by what says it in whole ids before what does not; undefined for those left open, beside the others. */
function sourceAccounts(statement: Statement): (string | undefined)[] {
  const lists = [
    demandedSources(statement, 'aws:sourceaccount'),
    demandedSources(statement, 'aws:sourcearn')
      .map(ownerOf)
      .filter((owner) => owner !== ''),
    logFolders(statement).map((folder) => folder.account),
  ].map((list) => [...new Set(list.map((value) => (/^\d{12}$/.test(value) ? value : undefined)))]);
  const said = lists.filter((list) => list.length > 0);
  return said.find((list) => !list.includes(undefined)) ?? said[0] ?? [undefined];
}

/** The organization that the sources are in: by a condition, or because it has its own folder. */
function organization(statement: Statement): Context {
  const ids = demandedSources(statement, 'aws:sourceorgid');
  const paths = demandedSources(statement, 'aws:sourceorgpaths');
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
 * the others nothing is known by that key at all. What a policy variable stands for is not known.
 */
export function demandedSources({ conditions }: Statement, key: string): string[] {
  const demand = conditions.find((one) => one.key === key && POSITIVE.test(one.operator));
  return (demand?.values ?? []).map((value) => value.replaceAll(/\$\{[^}]*\}/g, '*'));
}

/** Empty where it is none: of a bucket, or behind a wildcard that stands for several parts. */
function ownerOf(arn: string): string {
  return /^(?:[^:]*:){4}([\d*?]*)(?::|$)/.exec(arn)?.[1] ?? '';
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
 * (CloudTrail guide, log file names), a landing zone has it before AWSLogs. What else matches objects may hold the folder of any account.
 */
export function logFolders({ resources }: Statement): LogFolder[] {
  if (resources.not) return [ANY_FOLDER];
  const ofObjects = resources.patterns.filter((pattern) => /[/*]/.test(pattern));
  return ofObjects.map((pattern) => {
    const [before = '', after] = pattern.split('AWSLogs/');
    if (after === undefined) return ANY_FOLDER;
    const organization = [...before.split('/'), ...after.split('/')].find((part) => ORGANIZATION_ID.test(part));
    const [account = '', service = ''] = after.split('/').filter((part) => !part.startsWith('o-'));
    return { account, service, ...present({ organization }) };
  });
}

const ANY_FOLDER: LogFolder = { account: '*', service: '' };

const ORGANIZATION_ID = /^o-[a-z0-9]+$/;
