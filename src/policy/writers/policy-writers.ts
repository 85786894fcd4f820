import { conditionName, type Context, demands } from '../../iam/conditions.ts';
import { statementName, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Condition, Statement } from '../../iam/statement.ts';
import { present } from '../../present.ts';
import { carried } from '../keys/s3-request.ts';
import {
  CLOUDFRONT,
  CLOUDFRONT_LOGS,
  deliveredService,
  DELIVERY,
  familyOf,
  LOAD_BALANCER_LOGS,
  principalOf,
  principalOfSource,
  principalName,
  type Service,
  serviceOf,
  serviceOfAccount,
} from './services.ts';
import { demandedSources, type LogFolder, logFolders, sourceContexts } from './sources.ts';
import type { Writer } from './writer.ts';

export interface Place {
  bucket: string;
  account: string;
  partition: string;
}

/**
 * The AWS services that a bucket policy lets write objects: by service principal, by the account or canonical user that stands for one. Deny
 * statements take no writer away.
 */
export function policyWriters(statements: readonly Statement[], place: Place): Writer[] {
  return statements.flatMap((statement, at) =>
    letsWrite(statement, place)
      ? writersIn({ ...place, statement, where: statementName(statement, at), folders: logFolders(statement) })
      : [],
  );
}

function letsWrite(statement: Statement, { bucket, partition }: Place): boolean {
  return (
    statement.effect === 'Allow' &&
    namesAction(statement, 's3:PutObject') !== 'no' &&
    namesResource(statement, `arn:${partition}:s3:::${bucket}/*`) !== 'no'
  );
}

/** A statement that lets write. */
interface Letting extends Place {
  statement: Statement;
  /** The statement, in words. */
  where: string;
  folders: readonly LogFolder[];
}

function writersIn(letting: Letting): Writer[] {
  const { statement, account, where } = letting;
  const { principals } = statement;
  if (principals.not) return [];
  const services = [...principals.services, ...serviceConditions(statement)];
  const unnamed = services.length > 0 ? [] : unnamedWriters(statement, account);
  return [
    ...services.flatMap((name) => serviceWriters(name, letting, `${name} write`)),
    ...unnamed.flatMap(({ name = UNNAMED, inWords }) =>
      serviceWriters(name, letting, `every AWS service write that meets ${inWords}`),
    ),
    ...principals.aws.flatMap((arn) => arnWriters(arn, letting)),
    ...principals.canonicalUsers.flatMap((id) =>
      canonicalWriters(id, `The bucket policy lets canonical user ${id} write (${where}).`),
    ),
  ];
}

/** "Principal": "*" narrowed to service principals by a condition. */
function serviceConditions({ principals, conditions }: Statement): string[] {
  if (!principals.everyone) return [];
  return conditions.flatMap(({ key, values }) =>
    key === 'aws:principalservicename' || key === 'aws:principalservicenameslist' ? values : [],
  );
}

/** A service that a statement lets in without naming it. */
interface UnnamedWriter {
  /** The service principal, where the sources tell; undefined where they do not. */
  name?: string;
  /** The conditions that show it. */
  inWords: string;
}

/**
 * "Principal": "*" under conditions that only a request of an AWS service meets, because no other carries aws:SourceAccount or aws:SourceArn
 * (IAM User Guide, global condition keys). Empty for every other statement.
 */
function unnamedWriters(statement: Statement, account: string): UnnamedWriter[] {
  const { principals, conditions } = statement;
  const demanded = conditions.filter((one) => demands(one) || IS_DEMANDED_BOOL.test(one.operator));
  const shown = [...new Set(demanded.filter(isOfService).map(({ key }) => key))];
  if (!principals.everyone || shown.length === 0 || demanded.some(({ key }) => OF_PEOPLE.has(key))) return [];
  const inWords = shown.map(conditionName).join(' and ');
  const arns = shown.includes('aws:sourcearn') ? demandedSources(statement, 'aws:sourcearn', account) : [];
  const names = new Set((arns.length > 0 ? arns : ['']).map(principalOfSource));
  return [...names].filter((name) => name !== CLOUDFRONT).map((name) => present({ name, inWords }));
}

const IS_DEMANDED_BOOL = /^(foranyvalue:)?bool$/i;
const OF_SERVICES = new Set(['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']);
const OF_PEOPLE = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths']);

function isOfService({ key, values }: Condition): boolean {
  const isTrue = values.every((value) => value.toLowerCase() === 'true');
  return OF_SERVICES.has(key) || (key === 'aws:principalisawsservice' && isTrue);
}

/** What stands for a service's name where only its conditions show it. */
export const UNNAMED = 'an AWS service that the bucket policy does not name';

function evidenceOf(lets: string, { where, folders }: Letting): string {
  const paths = new Set(folders.map(({ account, service }) => `AWSLogs/${account}/${service}`));
  const under = paths.size === 0 ? '' : `, under ${[...paths].slice(0, 3).join(', ')}`;
  return `The bucket policy lets ${lets} (${where}${under}).`;
}

/** `lets` says for sentences what the statement lets happen. */
function serviceWriters(name: string, letting: Letting, lets: string): Writer[] {
  if (principalName(name) === CLOUDFRONT) return [];
  const evidence = evidenceOf(lets, letting);
  return servicesBehind(name, letting).flatMap((service) => writerOf(service, name, { ...letting, evidence }));
}

function servicesBehind(name: string, { folders, bucket }: Letting): Service[] {
  if (principalName(name) !== DELIVERY) return [serviceOf(name) ?? unknownService(name)];
  const found = folders.length > 0 ? folders.map(({ service }) => service) : [''];
  const services = found.map((folder) => deliveredService(folder, bucket));
  return [...new Map(services.map((one) => [one.service, one])).values()];
}

function unknownService(name: string): Service {
  return { service: name === UNNAMED ? name : familyOf(name), isUnknown: true };
}

function writerOf(known: Service, name: string, letting: Letting & { evidence: string }): Writer[] {
  const { service, grant, isUnknown, isUntouched } = known;
  const { account, partition, statement, evidence } = letting;
  if (isUntouched === true) return [];
  const principal = { kind: 'service' as const, name };
  // What an unknown service says of itself to KMS is as unknown, so that only a grant without a condition is sure.
  if (isUnknown === true)
    return [{ service, evidence, takes: 'unknown', requests: name === UNNAMED ? [] : [{ principal }] }];
  if (grant === undefined) return [sseS3Writer(known, evidence)];
  const sources = sourceContexts(statement, { account, arn: grant.sourceArn?.replace('PARTITION', partition) });
  const given = carried(statement.conditions).filter(({ key }) => key.startsWith('aws:source'));
  const requests = sources.map((one) => ({ principal, given, context: { ...trailContext(one, name), ...one } }));
  const saysSource = demandedSources(statement, 'aws:sourcearn', account).length > 0;
  return [{ service, evidence, takes: 'customer-key', grant, requests, saysSource }];
}

/** A trail that encrypts by itself sends its own ARN as the encryption context (CloudTrail guide, key policies). */
function trailContext(context: Context, name: string): Context {
  const trail = context['aws:sourcearn'];
  return principalName(name) === TRAIL && trail !== undefined
    ? { 'kms:encryptioncontext:aws:cloudtrail:arn': trail }
    : {};
}

const TRAIL = 'cloudtrail.amazonaws.com';

/** Accounts from which AWS delivered before it had service principals. */
function arnWriters(arn: string, letting: Letting): Writer[] {
  const account = accountOfPrincipal(arn);
  if (account === letting.account || !arn.startsWith('arn:')) return [];
  const isLoadBalancing = letting.folders.some(({ service }) => service.toLowerCase() === 'elasticloadbalancing');
  const legacy = serviceOfAccount(account ?? '') ?? (isLoadBalancing ? LOAD_BALANCER_LOGS : undefined);
  if (legacy === undefined) return [];
  return writerOf(legacy, principalOf(legacy) ?? '', { ...letting, evidence: evidenceOf(`${arn} write`, letting) });
}

/** Somebody who delivers to SSE-S3 alone. */
export function sseS3Writer({ service }: Pick<Service, 'service'>, evidence: string): Writer {
  return { service, evidence, takes: 'sse-s3-only', requests: [] };
}

/** CloudFront's standard logs are let in by a canonical user. */
export function canonicalWriters(id: string, evidence: string): Writer[] {
  const { service, canonicalUser, grant } = CLOUDFRONT_LOGS;
  if (id !== canonicalUser) return [];
  const requests = [{ principal: { kind: 'service' as const, name: DELIVERY } }];
  return [{ service, evidence, takes: 'customer-key', grant, requests }];
}
