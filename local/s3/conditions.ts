import { AwsError, notEmulated } from '../errors.ts';
import { bareEtag } from './etag.ts';
import { noSuchKey, preconditionFailed } from './s3-error.ts';
import type { StoredObject } from './stored-object.ts';

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** The conditions of a read. Throws 412 PreconditionFailed or 304 NotModified; an ETag condition wins over a date (RFC 9110, API GetObject). */
export function checkRead(object: StoredObject, input: ReadConditions): void {
  if (input.IfMatch !== undefined) {
    if (!matches(input.IfMatch, object)) throw preconditionFailed('If-Match');
  } else if (input.IfUnmodifiedSince !== undefined && object.lastModified > input.IfUnmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  if (input.IfNoneMatch !== undefined) {
    if (matches(input.IfNoneMatch, object)) throw notModified(object);
  } else if (input.IfModifiedSince !== undefined && object.lastModified <= input.IfModifiedSince) {
    throw notModified(object);
  }
}

/** The conditions of a copy's source: as those of a read, but always 412. */
export function checkCopySource(object: StoredObject, input: ReadConditions): void {
  try {
    checkRead(object, input);
  } catch (cause) {
    if (cause instanceof AwsError && cause.status === 304) throw preconditionFailed('x-amz-copy-source-If-None-Match');
    throw cause;
  }
}

/** What a write may ask of the version that it would replace. */
export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/**
 * The conditions of a write (S3 guide, "How to prevent object overwrites with conditional writes"): If-None-Match knows only `*`, If-Match only
 * an ETag, and never both. Throws 412 PreconditionFailed, and NoSuchKey where the object is gone that should match.
 */
export function checkWrite(key: string, current: StoredObject | undefined, input: WriteConditions): void {
  const { IfMatch: match, IfNoneMatch: noneMatch } = input;
  if (match !== undefined && noneMatch !== undefined) throw notEmulated('If-Match and If-None-Match on one write');
  if (noneMatch !== undefined) {
    if (noneMatch.trim() !== '*') throw notEmulated('If-None-Match with an ETag on a write');
    if (current !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (match === undefined) return;
  if (match.trim() === '*') throw notEmulated('If-Match with * on a write');
  if (current === undefined) throw noSuchKey(key);
  if (!matches(match, current)) throw preconditionFailed('If-Match');
}

/**
 * The same for a write that took a while: `before` is what was there at its start. What was written or deleted since, even if it looks alike,
 * is a conflict (API CompleteMultipartUpload, If-Match and If-None-Match; when exactly was measured by others on AWS).
 */
export function checkLongWrite(
  key: string,
  { before, current }: Readonly<Record<'before' | 'current', StoredObject | undefined>>,
  input: WriteConditions,
): void {
  checkWrite(key, current, input);
  if (before === current || (input.IfMatch === undefined && input.IfNoneMatch === undefined)) return;
  throw new AwsError(
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    409,
    { fields: { Condition: input.IfMatch === undefined ? 'If-None-Match' : 'If-Match', Key: key } },
  );
}

function matches(condition: string, object: StoredObject): boolean {
  return condition.trim() === '*' || condition.split(',').some((etag) => bareEtag(etag.trim()) === object.etag);
}

function notModified(object: StoredObject): AwsError {
  return new AwsError('NotModified', 'Not Modified', 304, { headers: { etag: `"${object.etag}"` } });
}
