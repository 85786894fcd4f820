/** Every way in which Reseal itself can fail. Expected outcomes (a verdict, a bucket that is gone) are values, never errors. */
export type ErrorCode =
  | 'malformed-message'
  | 'invalid-policy'
  | 'invalid-prices'
  | 'invalid-state'
  | 'missing-setting'
  | 'no-hub'
  | 'no-sweep'
  | 'account-unreachable'
  | 'unreadable'
  | 'write-refused'
  | 'claimed-elsewhere'
  | 'job-refused'
  | 'report-unreadable'
  | 'queue-refused'
  | 'out-of-time'
  | 'not-published'
  | 'not-rolled-back'
  | 'not-held'
  | 'ledger-failed'
  | 'announcement-refused'
  | 'function-failed';

export interface ErrorContext extends ErrorOptions {
  /** True where the same input may succeed later. */
  retryable?: boolean;
  bucket?: string;
  jobId?: string;
}

/** A failure with a stable code. The message says what failed, on what, what was expected and what to do. */
export class ResealError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly bucket: string | undefined;
  readonly jobId: string | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? {} : { cause: context.cause });
    this.name = 'ResealError';
    this.code = code;
    this.retryable = context.retryable ?? false;
    this.bucket = context.bucket;
    this.jobId = context.jobId;
  }
}
