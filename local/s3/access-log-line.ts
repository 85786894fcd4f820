import type { Caller } from '../call.ts';
import type { Outcome } from '../world.ts';
import { entryOf } from '../entry-of.ts';
import { LOGGED_OPERATIONS } from './access-log-operations.ts';
import { type Bucket, ownerOf } from './bucket.ts';
import { currentObject } from './versions.ts';

/**
 * One request as a line of a server access log: 26 fields, a dash where nothing is known or applies (S3 guide, "Amazon S3 server access
 * log format"). Times taken, TLS and the referer are always dashes; the Request-URI is rebuilt from the operation. Undefined for an
 * operation that is not logged here.
 */
export function accessLogLine(bucket: Bucket, { call, input, output, error }: Outcome): string | undefined {
  const logged = entryOf(LOGGED_OPERATIONS, call.operation);
  if (logged === undefined) return undefined;
  const [method, resource, query] = logged;
  const { Key: key, VersionId: version } = membersOf(input);
  const path = typeof key === 'string' ? `/${encodeKey(key)}` : '';
  const isAnonymous = call.caller.isAnonymous === true;
  const httpMethod = method === 'COPY' ? 'PUT' : method;
  const fields = [
    ownerOf(bucket.accountId).ID,
    bucket.name,
    `[${logTime(call.time)}]`,
    call.sourceIp,
    requesterOf(call.caller),
    call.requestId.replaceAll('-', '').slice(0, 16).toUpperCase(),
    `REST.${method}.${resource}`,
    typeof key === 'string' ? encodeKey(key) : '-',
    quoted(`${httpMethod} /${bucket.name}${path}${query === undefined ? '' : `?${query}`} HTTP/1.1`),
    String(error?.status ?? (error === undefined ? statusOf(call.operation) : '-')),
    error?.code ?? '-',
    textOf(call.operation === 'GetObject' ? membersOf(output)['ContentLength'] : undefined),
    textOf(typeof key === 'string' ? currentObject(bucket, key)?.sizeBytes : undefined),
    '-',
    '-',
    quoted('-'),
    quoted(call.userAgent === '' ? '-' : call.userAgent.replaceAll('"', '%22')),
    textOf(version),
    'local',
    isAnonymous ? '-' : 'SigV4',
    '-',
    isAnonymous ? '-' : 'AuthHeader',
    `s3.${bucket.region}.amazonaws.com`,
    '-',
    '-',
    '-',
  ];
  return fields.join(' ');
}

/** Root is its account's canonical id, a role its session, nobody a dash. */
function requesterOf({ accountId, arn, role, isAnonymous }: Caller): string {
  if (isAnonymous === true) return '-';
  return role === undefined ? ownerOf(accountId).ID : arn;
}

/** 06/Feb/2019:00:00:38 +0000 */
function logTime(time: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(time.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

function statusOf(operation: string): number {
  return /^(?:DeleteObject|DeleteObjectTagging|AbortMultipartUpload)$/.test(operation) ? 204 : 200;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}

function quoted(text: string): string {
  return `"${text}"`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
