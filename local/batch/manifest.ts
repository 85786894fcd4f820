import type { JobManifest } from '@aws-sdk/client-s3-control';
import { AwsError } from '../errors.ts';
import { bareEtag } from '../s3/etag.ts';
import type { CallAs } from '../world.ts';
import type { Batch } from './batch.ts';
import { readObjectArn } from './check-manifest.ts';
import { readCsv } from './csv.ts';
import type { Task } from './job.ts';

/**
 * Reads and parses the whole CSV manifest with the job's role before the first task runs. Throws with the reason that the failed job
 * tells: unreadable, changed since the job was made, under SSE-KMS or SSE-C, or rows that are not of the declared fields.
 */
export async function readManifest({ world }: Batch, manifest: JobManifest, as: CallAs): Promise<Task[]> {
  const { bucket, key } = readObjectArn(manifest.Location?.ObjectArn);
  const version = manifest.Location?.ObjectVersionId;
  const object = await world.invoke(
    's3',
    'GetObject',
    { Bucket: bucket, Key: key, ...(version === undefined ? {} : { VersionId: version }) },
    as,
  );
  const { body, etag, encryption } = readAnswer(object);
  if (etag !== bareEtag(manifest.Location?.ETag ?? '')) {
    throw refused(
      `the ETag of the manifest is ${etag}, the job was created for ${bareEtag(manifest.Location?.ETag ?? '')}`,
    );
  }
  if (encryption !== 'AES256' && encryption !== undefined)
    throw refused(`a CSV manifest must be encrypted with SSE-S3, found ${encryption}`);
  if (body.startsWith('\ufeff')) throw refused('the manifest begins with a byte order mark');
  return readTasks(body, manifest.Spec?.Fields ?? []);
}

function readTasks(body: string, fields: readonly string[]): Task[] {
  const column = {
    bucket: fields.indexOf('Bucket'),
    key: fields.indexOf('Key'),
    versionId: fields.indexOf('VersionId'),
  };
  return readCsv(body).map((row, index) => {
    if (row.length !== fields.length) {
      throw refused(
        `row ${index + 1} of the manifest has ${row.length} columns, the job declares ${fields.length}: ${fields.join(', ')}`,
      );
    }
    const task = { bucket: row[column.bucket] ?? '', key: decodeKey(row[column.key] ?? '', index + 1) };
    return column.versionId < 0 ? task : { ...task, versionId: row[column.versionId] ?? '' };
  });
}

function decodeKey(text: string, line: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(`the key in row ${line} of the manifest is not URL-encoded`);
  }
}

function readAnswer(object: unknown): { body: string; etag: string; encryption: string | undefined } {
  if (typeof object !== 'object' || object === null || !('Body' in object) || !Buffer.isBuffer(object.Body)) {
    throw new TypeError('GetObject answered without a body');
  }
  const etag = 'ETag' in object && typeof object.ETag === 'string' ? object.ETag : '';
  const encryption =
    'ServerSideEncryption' in object && typeof object.ServerSideEncryption === 'string'
      ? object.ServerSideEncryption
      : undefined;
  return { body: object.Body.toString(), etag: bareEtag(etag), encryption };
}

function refused(reason: string): AwsError {
  return new AwsError('InvalidManifest', `The manifest cannot be used: ${reason}`, 400);
}
