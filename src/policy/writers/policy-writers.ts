import { conditionName, type Context, demands, isOfService } from '../../iam/conditions.ts';
import { statementName, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { carried } from '../keys/s3-request.ts';
import { demandedOfAll } from '../readers/narrowing.ts';
import {
  CLOUDFRONT,
  CLOUDFRONT_LOGS,
  deliveredService,
  DELIVERY,
  familyOf,
  principalOf,
  principalOfSource,
  principalName,
  type Service,
  serviceOf,
  serviceOfAccount,
} from './services.ts';
import { demandedSources, type LogFolder, logFolders, sourceContexts } from './sources.ts';
import type { Writer } from './writer.ts';

export interface WrittenBucket {
  bucket: string;
  account: string;
  partition: string;
}

/**
 * The AWS services that a bucket policy lets write objects: by service principal, by the account or canonical user that stands for one. Deny
 * statements take no writer away.
 */
export function policyWriters(statements: readonly Statement[], place: WrittenBucket): Writer[] {
  const objects = `arn:${place.partition}:s3:::${place.bucket}/*`;
  const demanded = demandedOfAll(statements, { actions: ['s3:PutObject'], objects, ofServices: true });
  return statements.flatMap((statement, at) => {
    const isLetting = namesAction(statement, 's3:PutObject') !== 'no' && namesResource(statement, objects) !== 'no';
    if (statement.effect !== 'Allow' || !isLetting) return [];
    const said = { ...statement, conditions: [...statement.conditions, ...demanded] };
    const folders = logFolders(statement);
    return writersIn({ ...place, statement, said, where: statementName(statement, at), folders });
  });
}

/** A statement that lets write, with its name. */
interface Letting extends WrittenBucket {
  statement: Statement;
  /** With what every service must meet as well, because a Deny demands it. */
  said: Statement;
  where: string;
  folders: readonly LogFolder[];
}

function writersIn(letting: Letting): Writer[] {
  const { statement, where } = letting;
  const { principals } = statement;
  if (principals.not) return [];
  const services = [...principals.services, ...serviceConditions(statement)];
  return [
    ...services.flatMap((name) => serviceWriters(name, `${name} write`, letting)),
    ...(services.length > 0 ? [] : unnamedWriters(letting)),
    ...principals.aws.flatMap((arn) => arnWriters(arn, letting)),
    ...principals.canonicalUsers.flatMap((id) =>
      canonicalWriters(id, `The bucket policy lets canonical user ${id} write (${where}).`),
    ),
  ];
}

/** "Principal": "*" narrowed to service principals by a condition. */
function serviceConditions({ principals, conditions }: Statement): string[] {
  const named = conditions.filter((one) => demands(one) && /^aws:principalservicename(slist)?$/.test(one.key));
  return principals.everyone ? named.flatMap(({ values }) => values) : [];
}

/**
 * "Principal": "*" under conditions that only a request of an AWS service meets, because no other carries aws:SourceAccount or aws:SourceArn
 * (IAM User Guide, global condition keys). None for every other statement. The ARNs of sources may tell which service it is.
 */
function unnamedWriters(letting: Letting): Writer[] {
  const { principals, conditions } = letting.statement;
  const shown = [...new Set(conditions.filter(isOfService).map(({ key }) => key))];
  const isOfPeople = conditions.some((one) => demands(one) && OF_PEOPLE.test(one.key));
  if (!principals.everyone || shown.length === 0 || isOfPeople) return [];
  const arns = shown.includes('aws:sourcearn') ? demandedSources(letting.statement, 'aws:sourcearn') : [];
  const names = new Set((arns.length > 0 ? arns : ['']).map((arn) => principalOfSource(arn) ?? UNNAMED));
  const lets = `every AWS service write that meets ${shown.map(conditionName).join(' and ')}`;
  return [...names].flatMap((name) => serviceWriters(name, lets, letting));
}

const OF_PEOPLE = /^aws:principal(account|arn|orgid|orgpaths)$/;

/** What stands for a service's name where only its conditions show it. */
export const UNNAMED = 'an AWS service that the bucket policy does not name';

/** `lets` says for sentences what the statement lets happen. */
function serviceWriters(name: string, lets: string, letting: Letting): Writer[] {
  if (principalName(name) === CLOUDFRONT) return [];
  return servicesBehind(name, letting).flatMap((service) => writerOf(service, name, lets, letting));
}

function servicesBehind(name: string, { folders, bucket }: Letting): Service[] {
  const unknown = { service: name === UNNAMED ? name : familyOf(name), isUnknown: true };
  if (principalName(name) !== DELIVERY) return [serviceOf(name) ?? unknown];
  const services = folders.map((folder) => deliveredService(folder.service, bucket));
  return [...new Map(services.map((one) => [one.service, one])).values()];
}

function writerOf(known: Service, name: string, lets: string, letting: Letting): Writer[] {
  const { service, grant, isUnknown, isUntouched } = known;
  const { partition, said, where, folders } = letting;
  const paths = [...new Set(folders.map((folder) => `AWSLogs/${folder.account}/${folder.service}`))];
  const under = paths.includes('AWSLogs/*/') ? '' : `, under ${paths.slice(0, 3).join(', ')}`;
  const evidence = `The bucket policy lets ${lets} (${where}${under}).`;
  if (isUntouched === true) return [];
  const principal = { kind: 'service' as const, name };
  const given = carried(said.conditions).filter(({ key }) => key.startsWith('aws:source'));
  if (name === UNNAMED) return [{ service, evidence, takes: 'unknown', requests: [] }];
  if (isUnknown === true) {
    // What an unknown service says of itself to KMS is as unknown, but for what conditions demand of it.
    const conditions = given.filter(demands);
    const isSaid = ([key]: [string, unknown]) => conditions.some((one) => one.key === key);
    const sources = sourceContexts({ ...said, conditions }).map((one) =>
      Object.fromEntries(Object.entries(one).filter(isSaid)),
    );
    const requests = sources.map((context) => ({ principal, given, context }));
    return requests.length === 0 ? [] : [{ service, evidence, takes: 'unknown', requests }];
  }
  if (grant === undefined) return [sseS3Writer(known, evidence)];
  const sources = sourceContexts(said, grant.sourceArn && `arn:${partition}:${grant.sourceArn}`);
  const requests = sources.map((one) => ({ principal, given, context: { ...trailContext(one, name), ...one } }));
  const saysSource = demandedSources(said, 'aws:sourcearn').length > 0;
  return requests.length === 0 ? [] : [{ service, evidence, takes: 'customer-key', grant, requests, saysSource }];
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
  const legacy = serviceOfAccount(account ?? '');
  if (legacy === undefined) return [];
  return writerOf(legacy, principalOf(legacy) ?? '', `${arn} write`, letting);
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
