import { S3ServiceException } from '@aws-sdk/client-s3';

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

const BY_NAME: Readonly<Record<string, Failure>> = {
  NoSuchBucket: 'gone',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  AllAccessDisabled: 'denied',
  PermanentRedirect: 'elsewhere',
  AuthorizationHeaderMalformed: 'elsewhere',
  IllegalLocationConstraintException: 'elsewhere',
  OperationAborted: 'conflict',
  ConditionalCheckFailedException: 'conflict',
  TransactionConflictException: 'throttled',
  TransactionCanceledException: 'unavailable',
  SlowDown: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequests: 'throttled',
  TooManyRequestsException: 'throttled',
  // These come as 400 or 403 and say nothing about the request: a slow connection, a clock, credentials between two rotations.
  RequestTimeout: 'unavailable',
  RequestTimeTooSkewed: 'unavailable',
  ExpiredToken: 'unavailable',
  ExpiredTokenException: 'unavailable',
  NotFoundException: 'not-found',
  NoSuchKey: 'not-found',
  NoSuchVersion: 'not-found',
  NoSuchJob: 'not-found',
  InvalidArnException: 'not-found',
  QueueDoesNotExist: 'not-found',
  'AWS.SimpleQueueService.NonExistentQueue': 'not-found',
};

/** Sorts an error thrown by an SDK client. A timeout, a broken connection or an answer that cannot be read is `unavailable`. */
export function failureOf(error: unknown): Failure {
  const known = BY_NAME[nameOf(error)];
  if (known !== undefined) return known;
  const status = statusOf(error);
  if (status === 301 || status === 307) return 'elsewhere';
  if (status === 403) return 'denied';
  if (status === undefined || status < 400 || status >= 500 || status === 429) return 'unavailable';
  return 'refused';
}

const ANSWERED: ReadonlySet<Failure> = new Set(['refused', 'denied', 'gone', 'elsewhere', 'not-found']);

/** True where a failed write has surely changed nothing; after any other failure it may have arrived. */
export function changedNothing(failure: Failure): boolean {
  return ANSWERED.has(failure);
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The Region that S3 names in x-amz-bucket-region when it was asked in the wrong one. */
export function bucketRegionOf(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  return error.$response?.headers['x-amz-bucket-region'];
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
