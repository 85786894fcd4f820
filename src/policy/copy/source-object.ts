import { hasEncryption, type AppliedEncryption } from './applied-encryption.ts';
import type { ObjectOutcome, ObjectTask } from './object-task.ts';
import { LARGEST_COPY_BYTES } from '../plan/copy-part.ts';

/** What decides whether an object is copied, as HeadObject tells it (S3 API HeadObject). */
export interface SourceObject {
  etag: string;
  versionId?: string;
  sizeBytes: number;
  encryption: AppliedEncryption;
  /** Encrypted under a key that only its writer has (SSE-C). */
  customerKey: boolean;
  lockedBy?: 'retention' | 'legal-hold' | 'event-hold';
  /** Metadata that no header can hold, and which S3 only counts (x-amz-missing-meta). */
  untoldMetadata: number;
}

/** What ends a task before a copy begins. Undefined where the object is the one that was listed and a copy keeps all of it. */
export function endBeforeCopy(source: SourceObject, task: ObjectTask): ObjectOutcome | undefined {
  // Also what a copy did whose answer was lost, or a task that comes twice.
  if (hasEncryption(source.encryption, task.target)) return { kind: 'done', how: 'copied' };
  const isOther = task.versionId !== undefined && task.versionId !== (source.versionId ?? 'null');
  if (bare(source.etag) !== bare(task.etag) || isOther) return REPLACED;
  if (source.lockedBy !== undefined) return { kind: 'changed', why: `the object is locked now (${source.lockedBy})` };
  if (source.customerKey)
    return failed('InvalidRequest', 'the object is under SSE-C: only who has its key can copy it');
  if (source.untoldMetadata > 0) {
    const why = `${source.untoldMetadata} of its metadata entries cannot be read by REST, and a copy would lose them`;
    return failed('MetadataUntold', why);
  }
  if (partCountOf(source.etag) === 0 && source.sizeBytes > LARGEST_COPY_BYTES)
    return failed('EntityTooLarge', `the object is one part of ${source.sizeBytes} bytes, larger than a copy's 5 GiB`);
  return undefined;
}

export const REPLACED = { kind: 'changed', why: 'the object was replaced after it was listed' } as const;

/** How many parts it was uploaded in, by the end of its ETag; 0 where it was written at once (S3 API Object, ETag). */
export function partCountOf(etag: string): number {
  return Number(/-(\d+)"?$/.exec(etag)?.[1] ?? 0);
}

/** Listings, answers and messages write it with quotes or without. */
function bare(etag: string): string {
  return etag.replaceAll('"', '');
}

function failed(code: string, why: string): ObjectOutcome {
  return { kind: 'failed', code, why };
}
