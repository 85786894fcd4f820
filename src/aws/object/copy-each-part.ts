/** How a copy of parts ended: with all of them, or because no further one may begin. */
export type PartsEnd = 'all' | 'time';

/** S3 copies some 100 MB/s in each, so that 50 TB take hours and not days, and takes 3,500 writes a second of a prefix (S3 guide, "Best practices design patterns"). */
export const MOST_PARTS_AT_ONCE = 32;

/**
 * Copies parts as they come, so many at once; none begins when `mayBegin` says no or one has failed. Ends, or throws the first error, when none is on its way any more: an upload with parts on their way is not
 * aborted for good (S3 API AbortMultipartUpload).
 */
export async function copyEachPart<T>(
  parts: AsyncGenerator<T>,
  copy: (part: T) => Promise<void>,
  mayBegin: () => boolean,
): Promise<PartsEnd> {
  const errors: unknown[] = [];
  let isOver = false;
  const worker = async () => {
    try {
      for await (const part of parts) {
        isOver ||= !mayBegin();
        if (isOver || errors.length > 0) return;
        await copy(part);
      }
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: MOST_PARTS_AT_ONCE }, worker));
  if (errors.length > 0) throw errors[0];
  return isOver ? 'time' : 'all';
}
