import { randomUUID } from 'node:crypto';
import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import type { JobRequest } from '../../ledger/job-item.ts';
import { manifestRow } from '../../ledger/manifest-row.ts';
import { present } from '../../present.ts';
import { listedKey } from '../sdk/listed-key.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import type { WriteManifest } from './write-manifest.ts';

type VersionMarker = NonNullable<JobRequest['marker']>;

/** The noncurrent versions that a job is about: those that were written since, from the mark on at which an earlier part stopped. */
type VersionsToList = Pick<JobRequest, 'token' | 'bucket' | 'account' | 'createdAfter' | 'marker'>;

/** A manifest is absent where no noncurrent version was found; with a `marker` there is more to list from there on. */
type VersionsManifest = Pick<JobRequest, 'manifest' | 'marker'>;

/**
 * Lists a bucket's noncurrent versions into a CSV manifest, page by page (S3 API ListObjectVersions; S3 guide, Creating a Batch Operations job: no header, keys
 * URL-encoded, a version id on every row, `null` for the null version). Current versions and delete markers are left out. A repeat lists anew under another name: two
 * may list at once, and a job is of the list that it was created with. Ends when `isOver` says so, and gives back where. Throws the SDK's error.
 */
export function createVersionsManifest(s3: S3Client, write: WriteManifest, newName: () => string = randomUUID) {
  return async function writeVersionsManifest(
    job: VersionsToList,
    { reportsBucket, isOver }: { reportsBucket: string; isOver: () => boolean },
  ): Promise<VersionsManifest> {
    let rest: VersionMarker | undefined;
    async function* rows() {
      for await (const page of pagesOf(s3, job)) {
        const text = rowsOf(page, job);
        if (text !== '') yield text;
        const next = markerOf(page, job.bucket);
        if (next === undefined || !isOver()) continue;
        rest = next;
        return;
      }
    }
    const key = `versions/${job.bucket}/${job.token}-${newName()}.csv`;
    const written = await write({ bucket: reportsBucket, key }, rows());
    return present({ manifest: written && { ...written, versioned: true }, marker: rest });
  };
}

async function* pagesOf(s3: S3Client, { bucket, account, marker }: VersionsToList) {
  let from = marker;
  do {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        ExpectedBucketOwner: account,
        // Some characters of a key cannot stand in an answer in XML.
        EncodingType: 'url',
        ...(from === undefined ? {} : { KeyMarker: from.key, VersionIdMarker: from.versionId }),
      }),
    );
    yield page;
    from = markerOf(page, bucket);
  } while (from !== undefined);
}

/** Undefined on the last page. */
function markerOf(
  { IsTruncated, NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput,
  bucket: string,
): VersionMarker | undefined {
  if (IsTruncated === undefined) throw oddAnswer('ListObjectVersions', 'IsTruncated', { bucket });
  if (!IsTruncated) return undefined;
  if (NextKeyMarker === undefined || NextVersionIdMarker === undefined)
    throw oddAnswer('ListObjectVersions', 'NextKeyMarker and NextVersionIdMarker', { bucket });
  return { key: listedKey(NextKeyMarker), versionId: NextVersionIdMarker };
}

function rowsOf({ Versions = [] }: ListObjectVersionsCommandOutput, { bucket, createdAfter }: VersionsToList): string {
  const fromMs = createdAfter === undefined ? 0 : Date.parse(createdAfter);
  return Versions.filter(
    ({ IsLatest, LastModified }) => IsLatest === false && (LastModified?.getTime() ?? fromMs) >= fromMs,
  )
    .map(({ Key = '', VersionId = 'null' }) => manifestRow(bucket, encoded(listedKey(Key)), VersionId))
    .join('');
}

/** A manifest has slashes as they are, so that a long key stays within its 1,024 characters for longer. */
function encoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
