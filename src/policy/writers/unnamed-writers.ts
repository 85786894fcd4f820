import { conditionName } from '../../iam/condition-names.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import { demandedSources } from './sources.ts';

/** A service that a statement lets in without naming it. */
export interface UnnamedWriter {
  /** The service principal, where the sources tell; undefined where they do not. */
  name?: string;
  /** The conditions that show it. */
  inWords: string;
}

/**
 * "Principal": "*" under conditions that only a request of an AWS service meets, because no other carries aws:SourceAccount or aws:SourceArn
 * (IAM User Guide, global condition keys). Empty for every other statement.
 */
export function unnamedWriters(statement: Statement, account: string): UnnamedWriter[] {
  const { principals, conditions } = statement;
  const demands = conditions.filter(isDemand);
  const shown = [...new Set(demands.filter(isOfService).map(({ key }) => key))];
  if (!principals.everyone || shown.length === 0 || demands.some(({ key }) => OF_PEOPLE.has(key))) return [];
  const inWords = shown.map(conditionName).join(' and ');
  const arns = shown.includes('aws:sourcearn') ? demandedSources(statement, 'aws:sourcearn', account) : [];
  const names = new Set((arns.length > 0 ? arns : ['']).map(serviceOfSource));
  return [...names]
    .filter((name) => name !== CLOUDFRONT)
    .map((name) => (name === undefined ? { inWords } : { name, inWords }));
}

/** IfExists and ForAllValues let pass who does not carry the key at all: people. */
function isDemand({ operator }: Condition): boolean {
  return /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like)|bool)$/i.test(operator);
}

const OF_SERVICES = new Set(['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']);
const OF_PEOPLE = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths']);

function isOfService({ key, values }: Condition): boolean {
  const isTrue = values.every((value) => value.toLowerCase() === 'true');
  return OF_SERVICES.has(key) || (key === 'aws:principalisawsservice' && isTrue);
}

/** It serves viewers, and is judged with the readers. */
const CLOUDFRONT = 'cloudfront.amazonaws.com';

const BY_SOURCE: Readonly<Record<string, string>> = {
  cloudfront: CLOUDFRONT,
  cloudtrail: 'cloudtrail.amazonaws.com',
  config: 'config.amazonaws.com',
  elasticloadbalancing: 'logdelivery.elasticloadbalancing.amazonaws.com',
  logs: 'delivery.logs.amazonaws.com',
  redshift: 'redshift.amazonaws.com',
  ses: 'ses.amazonaws.com',
};

/**
 * Which service writes for a resource. A bucket as the source means access logs, which take SSE-S3 only, or Inventory, which takes a key:
 * that is left open, as is everything that is not known.
 */
function serviceOfSource(arn: string): string | undefined {
  const [, , service = '', region = '', , resource = ''] = arn.split(':');
  if (service === 's3') return resource.startsWith('storage-lens/') ? 'storage-lens.s3.amazonaws.com' : undefined;
  if (service === 'logs' && resource === 'log-group') {
    return /^[a-z0-9-]+$/.test(region) ? `logs.${region}.amazonaws.com` : undefined;
  }
  return Object.hasOwn(BY_SOURCE, service) ? BY_SOURCE[service] : undefined;
}
