import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ResealError } from '../../errors.ts';
import { changedNothing, failureOf, isUnreachable, whyOf } from '../sdk/service-error.ts';

/** Of 10,000 parts, which a report within one invocation never fills. Two of them are in memory. */
const PART_BYTES = 8 * 1024 * 1024;

export type WriteManifest = ReturnType<typeof createManifestWriter>;

/**
 * Writes a CSV manifest of ours as its rows come, under SSE-S3 (User Guide "Creating a job": a manifest of one's own is never under SSE-KMS); undefined, and nothing is
 * written, where there is no row. The same rows give the same object, so a repeat changes nothing. Throws what its rows throw, or ResealError write-refused.
 */
export function createManifestWriter(s3: S3Client) {
  return async function writeManifest(
    { bucket, key }: { bucket: string; key: string },
    rows: AsyncGenerator<string>,
  ): Promise<{ key: string; etag: string } | undefined> {
    const first = await rows.next();
    if (first.done === true) return undefined;
    const upload = new Upload({
      client: s3,
      params: {
        Bucket: bucket,
        Key: key,
        Body: Readable.from(bytesOf(first.value, rows), { objectMode: false }),
        ServerSideEncryption: 'AES256',
        ContentType: 'text/csv',
      },
      partSize: PART_BYTES,
      queueSize: 1,
    });
    try {
      const { ETag = '' } = await upload.done();
      return { key, etag: ETag.replaceAll('"', '') };
    } catch (error) {
      if (error instanceof ResealError || isUnreachable(error)) throw error;
      const message = `the manifest s3://${bucket}/${key} could not be written: ${whyOf(error)}`;
      const isPassing = !changedNothing(failureOf(error));
      throw new ResealError('write-refused', message, { retryable: isPassing, cause: error });
    }
  };
}

async function* bytesOf(first: string, rows: AsyncGenerator<string>): AsyncGenerator<Buffer> {
  yield Buffer.from(first);
  for await (const row of rows) yield Buffer.from(row);
}
