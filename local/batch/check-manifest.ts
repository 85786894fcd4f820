import {
  type JobManifest,
  type JobManifestGenerator,
  type JobManifestGeneratorFilter,
  type S3JobManifestGenerator,
  S3StorageClass,
} from '@aws-sdk/client-s3-control';
import { notEmulated } from '../errors.ts';
import { checkEnumerated } from '../s3/enumerated.ts';
import { badRequest, bucketOfArn } from './bad-request.ts';

const FIELDS: readonly string[] = ['Ignore', 'Bucket', 'Key', 'VersionId'];
const ENCRYPTIONS: readonly string[] = ['SSES3', 'SSEKMS', 'DSSEKMS', 'SSEC', 'NOTSSE'];

/** A manifest of one's own: CSV with at least a bucket and a key column. */
export function checkManifest(manifest: JobManifest): void {
  const { Format: format, Fields: fields = [] } = manifest.Spec ?? {};
  if (format === 'S3InventoryReport_CSV_20161130')
    throw notEmulated('the manifest format S3InventoryReport_CSV_20161130');
  if (format !== 'S3BatchOperations_CSV_20180820')
    throw badRequest(`Manifest.Spec.Format is not known: ${format ?? 'nothing'}`);
  if (!fields.includes('Bucket') || !fields.includes('Key') || fields.some((field) => !FIELDS.includes(field))) {
    throw badRequest(
      `Manifest.Spec.Fields must name Bucket and Key, and besides only VersionId and Ignore, found ${fields.join(', ')}`,
    );
  }
  if (manifest.Location?.ETag === undefined) throw badRequest('Manifest.Location.ETag is required');
  readObjectArn(manifest.Location.ObjectArn);
}

/** Bucket and key of arn:aws:s3:::bucket/key. */
export function readObjectArn(arn: string | undefined): { bucket: string; key: string } {
  const [, bucket, key] = /^arn:aws[a-z-]*:s3:::([^/]+)\/(.+)$/s.exec(arn ?? '') ?? [];
  if (bucket === undefined || key === undefined)
    throw badRequest(`Manifest.Location.ObjectArn must be an object ARN, found ${arn ?? 'nothing'}`);
  bucketOfArn(`arn:aws:s3:::${bucket}`, 'Manifest.Location.ObjectArn');
  return { bucket, key };
}

export function checkGenerator(generator: JobManifestGenerator): void {
  const source = generator.S3JobManifestGenerator;
  if (source === undefined) throw badRequest('ManifestGenerator.S3JobManifestGenerator is required');
  bucketOfArn(source.SourceBucket, 'SourceBucket');
  checkOutput(source);
  if (source.Filter !== undefined) checkFilter(source.Filter);
}

function checkOutput({
  EnableManifestOutput: isEnabled,
  ManifestOutputLocation: location,
}: S3JobManifestGenerator): void {
  if (isEnabled === undefined) throw badRequest('EnableManifestOutput is required');
  if (!isEnabled) return;
  if (location === undefined) throw badRequest('EnableManifestOutput needs a ManifestOutputLocation');
  bucketOfArn(location.Bucket, 'ManifestOutputLocation.Bucket');
  if (location.ManifestFormat !== 'S3InventoryReport_CSV_20211130')
    throw badRequest('ManifestFormat must be S3InventoryReport_CSV_20211130');
  if ((location.ManifestPrefix?.length ?? 0) > 512) throw badRequest('ManifestPrefix must have at most 512 characters');
}

function checkFilter(filter: JobManifestGeneratorFilter): void {
  // Nothing is replicated here, so neither filter could tell the truth.
  if (filter.EligibleForReplication !== undefined) throw notEmulated('the manifest filter EligibleForReplication');
  if (filter.ObjectReplicationStatuses !== undefined)
    throw notEmulated('the manifest filter ObjectReplicationStatuses');
  const encryption = filter.MatchAnyObjectEncryption;
  if (encryption !== undefined && encryption.length !== 1) {
    throw badRequest(`MatchAnyObjectEncryption must have exactly one entry, found ${encryption.length}`);
  }
  for (const entry of encryption ?? []) checkEncryptionEntry(entry);
  for (const each of filter.MatchAnyStorageClass ?? []) {
    checkEnumerated(S3StorageClass, each, (given) =>
      badRequest(`MatchAnyStorageClass knows ${Object.values(S3StorageClass).join(', ')}, found ${given}`),
    );
  }
  for (const [name, strings] of Object.entries(filter.KeyNameConstraint ?? {})) {
    if (Array.isArray(strings) && strings.length !== 1)
      throw badRequest(`${name} must have exactly one string, found ${strings.length}`);
  }
}

/** An entry is a union: exactly one of the five kinds. */
function checkEncryptionEntry(entry: object): void {
  const given = Object.entries(entry).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [name] = given;
  if (given.length === 1 && name !== undefined && ENCRYPTIONS.includes(name)) return;
  throw badRequest(
    `an entry of MatchAnyObjectEncryption must be exactly one of ${ENCRYPTIONS.join(', ')}, found ${given.join(', ') || 'nothing'}`,
  );
}
