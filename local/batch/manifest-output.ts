import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type {
  JobManifestLocation,
  S3GeneratedManifestDescriptor,
  S3ManifestOutputLocation,
} from '@aws-sdk/client-s3-control';
import type { CallAs } from '../world.ts';
import { bucketOfArn } from './bad-request.ts';
import type { Batch } from './batch.ts';
import { encodeKey, quoted } from './csv.ts';
import type { Job, Task } from './job.ts';

/** Saves a generated manifest as an inventory report: manifest.json and one gzipped CSV. Its exact place under the prefix is unconfirmed. */
export async function saveManifest(
  batch: Batch,
  job: Job,
  as: CallAs,
): Promise<S3GeneratedManifestDescriptor | undefined> {
  const generator = job.request.ManifestGenerator?.S3JobManifestGenerator;
  const location = generator?.ManifestOutputLocation;
  if (generator?.EnableManifestOutput !== true || location === undefined) return undefined;
  const folder = [location.ManifestPrefix, `job-${job.id}`].filter(Boolean).join('/');
  const withVersions = job.tasks.some((task) => task.versionId !== undefined);
  const csv = gzipSync(job.tasks.map((task) => rowOf(task, withVersions)).join(''));
  const md5 = createHash('md5').update(csv).digest('hex');
  const csvKey = `${folder}/data/${md5}.csv.gz`;
  const manifest = {
    sourceBucket: bucketOfArn(generator.SourceBucket, 'SourceBucket'),
    destinationBucket: location.Bucket,
    version: '2021-11-30',
    creationTimestamp: String(batch.world.now().getTime()),
    fileFormat: 'CSV',
    fileSchema: withVersions ? 'Bucket, Key, VersionId' : 'Bucket, Key',
    files: [{ key: csvKey, size: csv.length, MD5checksum: md5 }],
  };
  const manifestKey = `${folder}/manifest.json`;
  await put(batch, location, { key: csvKey, body: csv }, as);
  await put(batch, location, { key: manifestKey, body: Buffer.from(JSON.stringify(manifest)) }, as);
  return { Format: 'S3InventoryReport_CSV_20211130', Location: locationOf(batch, location, manifestKey) };
}

function rowOf({ bucket, key, versionId = '' }: Task, withVersions: boolean): string {
  const cells = [bucket, encodeKey(key), ...(withVersions ? [versionId] : [])];
  return `${cells.map(quoted).join(',')}\n`;
}

async function put(
  { world }: Batch,
  to: S3ManifestOutputLocation,
  file: { key: string; body: Buffer },
  as: CallAs,
): Promise<void> {
  const keyId = to.ManifestEncryption?.SSEKMS?.KeyId;
  const input = {
    Bucket: bucketOfArn(to.Bucket, 'ManifestOutputLocation.Bucket'),
    Key: file.key,
    Body: file.body,
    ...(keyId === undefined
      ? { ServerSideEncryption: 'AES256' }
      : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId }),
    ...(to.ExpectedManifestBucketOwner === undefined ? {} : { ExpectedBucketOwner: to.ExpectedManifestBucketOwner }),
  };
  await world.invoke('s3', 'PutObject', input, as);
}

function locationOf({ store }: Batch, to: S3ManifestOutputLocation, key: string): JobManifestLocation {
  const stored = store.find(bucketOfArn(to.Bucket, 'ManifestOutputLocation.Bucket'))?.keys.get(key)?.versions[0];
  const location = { ObjectArn: `${to.Bucket}/${key}`, ETag: stored?.kind === 'object' ? stored.etag : '' };
  return stored === undefined || stored.versionId === 'null'
    ? location
    : { ...location, ObjectVersionId: stored.versionId };
}
