import { nameOf, namesAction, namesResource } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { CLOUDFRONT_LOGS_ID, legacyService } from './legacy-accounts.ts';
import {
  CLOUDFRONT_LOGS,
  deliveredService,
  LOAD_BALANCER_LOGS,
  principalName,
  type Service,
  serviceOf,
} from './services.ts';
import { logFolders } from './log-folders.ts';
import { type UnnamedWriter, unnamedWriters } from './unnamed-writers.ts';
import { sourceContexts } from './sources.ts';
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
    letsWrite(statement, place) ? statementWriters(statement, { ...place, where: nameOf(statement, at) }) : [],
  );
}

function letsWrite(statement: Statement, { bucket, partition }: Place): boolean {
  return (
    statement.effect === 'Allow' &&
    namesAction(statement, 's3:PutObject') !== 'no' &&
    namesResource(statement, `arn:${partition}:s3:::${bucket}/*`) !== 'no'
  );
}

interface Here extends Place {
  /** The statement, in words. */
  where: string;
}

function statementWriters(statement: Statement, here: Here): Writer[] {
  const { principals } = statement;
  if (principals.not) return [];
  const services = [...principals.services, ...serviceConditions(statement)];
  const unnamed = services.length > 0 ? [] : unnamedWriters(statement, here.account);
  return [
    ...services.flatMap((name) => serviceWriters(name, statement, here)),
    ...unnamed.flatMap((one) => unnamedService(one, statement, here)),
    ...principals.aws.flatMap((arn) => arnWriters(arn, statement, here)),
    ...principals.canonicalUsers.flatMap((id) =>
      canonicalWriters(id, `The bucket policy lets canonical user ${id} write (${here.where}).`),
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

/** What stands for a service's name where only its conditions show it. */
export const UNNAMED = 'an AWS service that the bucket policy does not name';

function unnamedService({ name, inWords }: UnnamedWriter, statement: Statement, here: Here): Writer[] {
  const evidence = `The bucket policy lets every AWS service write that meets ${inWords} (${here.where}${foldersOf(statement)}).`;
  if (name === undefined) return [{ service: UNNAMED, evidence, takes: 'unknown' }];
  return serviceWriters(name, statement, here).map((writer) => ({ ...writer, evidence }));
}

const DELIVERY = 'delivery.logs.amazonaws.com';
/** CloudFront writes for its viewers, so it is judged with the readers. */
const CLOUDFRONT = 'cloudfront.amazonaws.com';

function serviceWriters(name: string, statement: Statement, here: Here): Writer[] {
  const evidence = `The bucket policy lets ${name} write (${here.where}${foldersOf(statement)}).`;
  if (principalName(name) === DELIVERY) {
    const folders = logFolders(statement).map(({ service }) => service);
    const services = new Set(
      (folders.length > 0 ? folders : [undefined]).map((one) => deliveredService(one, here.bucket)),
    );
    return [...services].map((one) => known(one, { name, evidence, statement, here }));
  }
  const service = serviceOf(name);
  if (service !== undefined) return [known(service, { name, evidence, statement, here })];
  return principalName(name) === CLOUDFRONT ? [] : [{ service: name, evidence, takes: 'unknown' }];
}

function foldersOf(statement: Statement): string {
  const folders = logFolders(statement).map(({ account, service }) => `AWSLogs/${account}/${service}`);
  return folders.length === 0 ? '' : `, under ${[...new Set(folders)].slice(0, 3).join(', ')}`;
}

interface Found {
  /** The service principal. */
  name: string;
  evidence: string;
  statement: Statement;
  here: Here;
}

function known({ service, takes, grant }: Service, { name, evidence, statement, here }: Found): Writer {
  if (grant === undefined) return { service, evidence, takes };
  const { sourceArn, ...needed } = grant;
  const { account, partition } = here;
  const contexts = sourceContexts(statement, {
    account,
    ...(sourceArn === undefined ? {} : { arn: (of: string) => sourceArn({ partition, account: of }) }),
  });
  return {
    service,
    evidence,
    takes,
    grant: {
      ...needed,
      who: { kind: 'service', name },
      contexts: contexts.map((one) => ({ ...trailContext(one, name), ...one })),
    },
  };
}

/** A trail that encrypts by itself sends its own ARN as the encryption context (CloudTrail guide, key policies). */
function trailContext(context: Readonly<Record<string, string | null>>, name: string): Record<string, string> {
  const trail = context['aws:sourcearn'];
  return principalName(name) === 'cloudtrail.amazonaws.com' && typeof trail === 'string'
    ? { 'kms:encryptioncontext:aws:cloudtrail:arn': trail }
    : {};
}

function arnWriters(arn: string, statement: Statement, here: Here): Writer[] {
  const account = accountOfPrincipal(arn);
  if (account === here.account || !arn.startsWith('arn:')) return [];
  const evidence = `The bucket policy lets ${arn} write (${here.where}${foldersOf(statement)}).`;
  const legacy = account === undefined ? undefined : legacyService(account);
  if (legacy !== undefined) return serviceWriters(legacy, statement, here).map((writer) => ({ ...writer, evidence }));
  if (logFolders(statement).some(({ service }) => service.toLowerCase() === 'elasticloadbalancing')) {
    return [{ service: LOAD_BALANCER_LOGS.service, evidence, takes: LOAD_BALANCER_LOGS.takes }];
  }
  return [];
}

/** CloudFront's standard logs are let in by a canonical user. */
export function canonicalWriters(id: string, evidence: string): Writer[] {
  if (id !== CLOUDFRONT_LOGS_ID) return [];
  const { service, takes, grant } = CLOUDFRONT_LOGS;
  if (grant === undefined) return [{ service, evidence, takes }];
  return [{ service, evidence, takes, grant: { ...grant, who: { kind: 'service', name: DELIVERY }, contexts: [{}] } }];
}
