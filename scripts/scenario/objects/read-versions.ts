import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { canonical, digestOf, type ObjectVersion, versionName } from './object-version.ts';

/** What S3 says of a version in a listing. */
type Listed = Pick<ObjectVersion, 'bucket' | 'key' | 'versionId' | 'isMarker' | 'isCurrent' | 'lastModified'>;

/**
 * Reads every version of a bucket through the S3 API, as anybody may who is allowed to. Only the bytes at rest and the locks, and the bytes of what
 * nobody can read (archives, and SSE-C without its key), come from `stored`.
 */
export async function readVersions(s3: S3Client, stored: readonly ObjectVersion[]): Promise<ObjectVersion[]> {
  const [first] = stored;
  if (first === undefined) return [];
  const kept = new Map(stored.map((version) => [versionName(version), version]));
  const read: ObjectVersion[] = [];
  for await (const listed of listVersions(s3, first.bucket)) {
    const version = kept.get(versionName(listed));
    if (version === undefined) throw new Error(`S3 lists a version that it does not keep: ${versionName(listed)}`);
    read.push(listed.isMarker ? { ...version, ...listed } : await readOne(s3, listed, version));
  }
  return read;
}

async function* listVersions(s3: S3Client, Bucket: string): AsyncGenerator<Listed> {
  let next: { KeyMarker?: string; VersionIdMarker?: string } = {};
  do {
    // Some characters cannot be in XML, so keys come percent-encoded (API ListObjectVersions, EncodingType).
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, EncodingType: 'url', ...next }),
    );
    for (const [isMarker, rows] of [[false, page.Versions ?? []] as const, [true, page.DeleteMarkers ?? []] as const]) {
      for (const { Key = '', VersionId = '', IsLatest = false, LastModified } of rows) {
        const lastModified = LastModified?.toISOString() ?? '';
        yield { bucket: Bucket, key: decoded(Key), versionId: VersionId, isMarker, isCurrent: IsLatest, lastModified };
      }
    }
    const { IsTruncated, NextKeyMarker = '', NextVersionIdMarker = '' } = page;
    next = IsTruncated === true ? { KeyMarker: decoded(NextKeyMarker), VersionIdMarker: NextVersionIdMarker } : {};
  } while (next.KeyMarker !== undefined);
}

function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

const ARCHIVED = ['GLACIER', 'DEEP_ARCHIVE'];
const CONTENT = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'WebsiteRedirectLocation',
] as const;

async function readOne(s3: S3Client, listed: Listed, stored: ObjectVersion): Promise<ObjectVersion> {
  // Whoever wrote it has the key; the listing and the bytes at rest are all that others see of it.
  if (stored.encryption.algorithm === 'SSE-C') return { ...stored, ...listed };
  const at = { Bucket: listed.bucket, Key: listed.key, VersionId: listed.versionId };
  const isArchived = ARCHIVED.includes(stored.storageClass);
  const output = isArchived ? await s3.send(new HeadObjectCommand(at)) : await s3.send(new GetObjectCommand(at));
  const body = 'Body' in output ? await output.Body?.transformToByteArray() : undefined;
  const { ETag = '', StorageClass: storageClass = 'STANDARD', Metadata = {}, TagCount = 0, LastModified } = output;
  const { TagSet = [] } = TagCount > 0 ? await s3.send(new GetObjectTaggingCommand(at)) : {};
  const content = Object.fromEntries(CONTENT.map((name) => [name, output[name]]));
  return {
    ...stored,
    ...listed,
    lastModified: LastModified?.toISOString() ?? '',
    etag: ETag.replaceAll('"', ''),
    storageClass,
    encryption: {
      algorithm: output.ServerSideEncryption,
      keyId: output.SSEKMSKeyId,
      bucketKey: output.BucketKeyEnabled,
    },
    metadata: canonical({ ...content, ...Metadata }),
    tags: canonical(Object.fromEntries(TagSet.map(({ Key = '', Value }) => [Key, Value]))),
    ...(body === undefined ? {} : { bytes: digestOf([body]) }),
  };
}
