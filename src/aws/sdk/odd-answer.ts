import { ResealError } from '../../errors.ts';

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
