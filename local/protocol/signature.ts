import { AwsError } from '../errors.ts';
import type { Received, Signature } from './request.ts';

/** The credential scope of a SigV4 Authorization header or of a presigned query; undefined for an unsigned request. */
export function readSignature(
  authorization: string | undefined,
  query: ReadonlyMap<string, readonly string[]>,
): Signature | undefined {
  const credential = /\bCredential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential')?.[0];
  const [accessKeyId, , region, signingName] = credential?.split('/') ?? [];
  if (!accessKeyId || region === undefined || !signingName) return undefined;
  return { accessKeyId, region: region === '' || region === '*' ? 'us-east-1' : region, signingName };
}

/** Whether the request is signed in the way before SigV4, by header or as a presigned query (S3 guide, "Signature Version 2"). */
export function isSignatureVersion2(
  authorization: string | undefined,
  query: ReadonlyMap<string, readonly string[]>,
): boolean {
  return /^AWS [^:]+:/.test(authorization ?? '') || (query.has('AWSAccessKeyId') && query.has('Signature'));
}

const WEEK_S = 604_800;

/**
 * What is wrong with the time of a presigned query: its X-Amz-Expires is no number of seconds up to a week, or is over since X-Amz-Date (SigV4,
 * "Authenticating requests: using query parameters").
 */
export function presignProblem(query: ReadonlyMap<string, readonly string[]>, now: Date): AwsError | undefined {
  const [expires] = query.get('X-Amz-Expires') ?? [];
  if (expires === undefined) return undefined;
  const malformed = (message: string): AwsError => new AwsError('AuthorizationQueryParametersError', message, 400);
  if (!/^-?\d+$/.test(expires)) return malformed('X-Amz-Expires should be a number');
  const seconds = Number(expires);
  if (seconds < 0) return malformed('X-Amz-Expires must be non-negative');
  if (seconds > WEEK_S)
    return malformed(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_S} seconds`,
    );
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date')?.[0] ?? '');
  if (date === null) return undefined;
  const [year = 0, month = 0, ...rest] = date.slice(1).map(Number);
  const isOver = Date.UTC(year, month - 1, ...rest) + seconds * 1000 < now.getTime();
  return isOver ? new AwsError('AccessDenied', 'Request has expired', 403) : undefined;
}

/** Stands in for the signature of a request without credentials, which can only be meant for S3. */
export const UNSIGNED_S3: Signature = { accessKeyId: '', region: 'us-east-1', signingName: 's3' };

/** Whether a request says nothing of who sends it, and has not the form of a service other than S3. */
export function hasNoCredentials({ headers, query }: Received): boolean {
  const isOtherService =
    headers['x-amz-target'] !== undefined ||
    (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const credentials = ['X-Amz-Algorithm', 'X-Amz-Credential', 'AWSAccessKeyId', 'Signature'];
  return !isOtherService && headers['authorization'] === undefined && !credentials.some((name) => query.has(name));
}
