import { S3ServiceException } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import { clipped, valueAt } from '../../problem.ts';

/** What an SDK error means to us. Recognised by name and status only: message texts are not an interface. */
export type Failure =
  | 'gone'
  | 'denied'
  | 'elsewhere'
  | 'conflict'
  | 'throttled'
  | 'not-found'
  | 'unavailable'
  | 'refused';

/** How services refuse a session that is in order: the account is suspended or closed, or has not turned the Region on (S3 API and STS API, error codes). */
const NOT_TAKEN = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidToken',
  'UnrecognizedClientException',
] as const;

const NAMES: readonly [Failure, ...string[]][] = [
  ['gone', 'NoSuchBucket'],
  ['denied', 'AccessDenied', 'AccessDeniedException', 'AllAccessDisabled'],
  ['elsewhere', 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'],
  ['conflict', 'OperationAborted', 'ConditionalCheckFailedException', 'ConflictException'],
  ['throttled', 'SlowDown', 'Throttling', 'ThrottlingException', 'RequestThrottled'],
  ['throttled', 'TooManyRequests', 'TooManyRequestsException', 'TransactionConflictException'],
  ['unavailable', 'TransactionCanceledException'],
  // SNS, of the key of its topic (API Publish): they come as 400.
  ['throttled', 'KMSThrottlingException'],
  ['denied', 'KMSAccessDeniedException', 'KMSOptInRequired'],
  ['unavailable', 'KMSDisabledException', 'KMSInvalidStateException', 'KMSNotFoundException'],
  // These come as 400 or 403 and say nothing about the request: a slow connection, a clock, credentials between two rotations.
  ['unavailable', 'RequestTimeout', 'RequestTimeTooSkewed', 'ExpiredToken', 'ExpiredTokenException'],
  // And these nothing about the bucket: the account takes no session now (`isSessionRefused`).
  ['unavailable', ...NOT_TAKEN],
  ['not-found', 'NotFoundException', 'NoSuchKey', 'NoSuchVersion', 'NoSuchJob', 'NoSuchJobException'],
  ['not-found', 'InvalidArnException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
];
const BY_NAME = new Map(NAMES.flatMap(([failure, ...names]) => names.map((name) => [name, failure] as const)));

/** Sorts an error thrown by an SDK client. A timeout, a broken connection or an answer that cannot be read is `unavailable`. */
export function failureOf(error: unknown): Failure {
  const known = BY_NAME.get(errorName(error));
  if (known !== undefined) return known;
  const status = statusOf(error);
  if (status === 301 || status === 307) return 'elsewhere';
  if (status === 403) return 'denied';
  if (status === undefined || status < 400 || status >= 500 || status === 429) return 'unavailable';
  return 'refused';
}

/**
 * True where a service says that what was asked for does not exist: by a name that we know, or by HTTP 404 alone. Only for reads where
 * a proxy's 404 costs nothing: a key or a bucket is never taken as missing for a bare status.
 */
export function isNotThere(error: unknown): boolean {
  return failureOf(error) === 'not-found' || statusOf(error) === 404;
}

/** What says nothing of what was asked for: the SDK found no credentials, or the service does not take them (IAM guide, troubleshooting of keys). */
const OF_CREDENTIALS: ReadonlySet<string> = new Set([
  ...NOT_TAKEN,
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'TokenProviderError',
]);

/** True for an error, by its name, of which the account and Region are the cause and not the bucket. */
export function isSessionRefused(name: string): boolean {
  return NOT_TAKEN.some((each) => each === name);
}

/** True where nothing can be done in an account and Region now: it lets nobody in, or takes no session. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'account-unreachable' || isSessionRefused(code);
}

/** Why an account cannot be reached (`isUnreachable`), in words that say so whichever way AWS has put it. */
export function whyUnreachable(error: unknown, account: string | undefined): string {
  if (error instanceof ResealError) return messageOf(error);
  return `${account === undefined ? 'the account' : `account ${account}`} takes no session (${whyOf(error)})`;
}

/** True where an account denies what is asked, or its role, which passes by no other try. */
export function isShutOut(error: unknown): boolean {
  return (
    failureOf(codeOf(error) === 'account-unreachable' && error instanceof Error ? error.cause : error) === 'denied'
  );
}

/** What to do about the credentials of this shell, where an error is about them. */
export function credentialsHint(error: unknown): string | undefined {
  if (!OF_CREDENTIALS.has(errorName(error))) return undefined;
  return 'the AWS credentials of this shell are missing or not valid: set AWS_PROFILE or the access keys, or sign in again';
}

/** What a person asks of the hub. Throws ResealError unreadable with what to do, retryable where the network or AWS may answer later. */
export async function toPerson<T>(
  ask: () => Promise<T>,
  { failed, rights }: { failed: string; rights: string },
): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof ResealError) throw cause;
    const failure = failureOf(cause);
    const signIn = credentialsHint(cause);
    const hint = failure === 'denied' ? `allow ${rights}` : 'check the network, and that the hub is there';
    const retryable = signIn === undefined && (failure === 'throttled' || failure === 'unavailable');
    throw new ResealError('unreadable', `${failed}: ${whyOf(cause)}; ${signIn ?? hint}`, { cause, retryable });
  }
}

const ANSWERED: ReadonlySet<Failure> = new Set(['refused', 'denied', 'gone', 'elsewhere', 'not-found']);

/** True where a failed write has surely changed nothing; after any other failure it may have arrived. */
export function changedNothing(failure: Failure): boolean {
  return ANSWERED.has(failure);
}

/** True where the same request again gets the same answer, until somebody has acted. */
export function isHopeless(error: unknown): boolean {
  return error instanceof ResealError ? !error.retryable : changedNothing(failureOf(error));
}

/** True where a story's time was over, which says nothing of what it asked for: no answer may be made of it. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof ResealError && error.code === 'out-of-time';
}

/** The stable code of our own error, else the error's name. */
export function codeOf(error: unknown): string {
  return error instanceof ResealError ? error.code : errorName(error);
}

export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

/** An invalid policy may have a thousand faults: what stands in a log or beside a message is for a person. */
const LONGEST_MESSAGE = 2_000;

/** What an error says, in at most 2,000 characters. */
export function messageOf(error: unknown): string {
  return clipped(error instanceof Error ? error.message : String(error), LONGEST_MESSAGE);
}

/** True where there is no such host: a Region may not have a service. */
export function isHostUnknown(error: unknown): boolean {
  return error instanceof Error && valueAt(error, ['code']) === 'ENOTFOUND';
}

/** Its name and its message, for a sentence that says why. */
export function whyOf(error: unknown): string {
  return `${errorName(error)}: ${messageOf(error)}`;
}

/** The Region that S3 names in x-amz-bucket-region when it was asked in the wrong one. */
export function bucketRegionOf(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.$response?.headers['x-amz-bucket-region'] : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error ? valueAt(error, ['$metadata', 'httpStatusCode']) : undefined;
  return typeof status === 'number' ? status : undefined;
}

/**
 * The error for an answer with HTTP 200 that lacks what every answer of this operation has (a proxy's page, say): it must not pass
 * for "nothing there". Retryable.
 */
export function oddAnswer(operation: string, missing: string, about: { bucket?: string; jobId?: string }): ResealError {
  const subject = about.bucket ?? about.jobId;
  const where = subject === undefined ? '' : ` for ${subject}`;
  const message = `${operation}${where}: expected an answer with ${missing}, found none; is there a proxy between this function and AWS?`;
  return new ResealError('unreadable', message, { retryable: true, ...about });
}
