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

/** The conditions of a write, on the version that it would replace. If-None-Match knows only `*` on a write (API PutObject). */
export function checkWrite(
  key: string,
  current: StoredObject | undefined,
  input: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
): void {
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch.trim() !== '*') throw notEmulated('If-None-Match with an ETag on a write');
    if (current !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (input.IfMatch === undefined) return;
  if (current === undefined) throw noSuchKey(key);
  if (!matches(input.IfMatch, current)) throw preconditionFailed('If-Match');
}

function matches(condition: string, object: StoredObject): boolean {
  return condition.trim() === '*' || condition.split(',').some((etag) => bareEtag(etag.trim()) === object.etag);
}

function notModified(object: StoredObject): AwsError {
  return new AwsError('NotModified', 'Not Modified', 304, { headers: { etag: `"${object.etag}"` } });
}
