import {
  ChecksumAlgorithm,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  canonical,
  canonicalAcl,
  digestOf,
  LARGE_BYTES,
  type ObjectVersion,
  stretchesOf,
  versionName,
} from './object-version.ts';

/** What S3 says of a version in a listing. */
type Listed = Pick<ObjectVersion, 'bucket' | 'key' | 'versionId' | 'isMarker' | 'isCurrent' | 'lastModified'>;

/**
 * Reads every version of a bucket through the S3 API, as anybody may who is allowed to. Only the bytes at rest and the locks, and the bytes of what
 * nobody can read (archives, SSE-C without its key, and objects of gigabytes), come from `stored`.
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
  const head = await s3.send(new HeadObjectCommand(at));
  const isRead = !ARCHIVED.includes(stored.storageClass) && (head.ContentLength ?? 0) < LARGE_BYTES;
  const output = !isRead ? head : await s3.send(new GetObjectCommand(at));
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
    ...(stored.acl === '' ? {} : { acl: await aclOf(s3, at) }),
    ...(stored.parts === '' ? {} : { parts: await partsOf(s3, at) }),
    ...(stored.checksum === '' ? {} : { checksum: await checksumOf(s3, at) }),
    ...(stored.stretches === '' ? {} : { stretches: await stretchesAt(s3, at, stored) }),
    ...(body === undefined ? {} : { bytes: digestOf([body]) }),
  };
}

interface At {
  Bucket: string;
  Key: string;
  VersionId: string;
}

/** The bytes of a large object where its parts ended before; that they are the same stretches, `parts` says. */
async function stretchesAt(s3: S3Client, at: At, { parts }: ObjectVersion): Promise<string> {
  const sizes = JSON.parse(parts || '[]') as number[];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const read: Uint8Array[] = [];
  for (const { first, last } of stretchesOf(total, sizes)) {
    const { Body } = await s3.send(new GetObjectCommand({ ...at, Range: `bytes=${first}-${last}` }));
    read.push((await Body?.transformToByteArray()) ?? new Uint8Array());
  }
  return digestOf(read);
}

async function aclOf(s3: S3Client, at: At): Promise<string> {
  const { Owner, Grants = [] } = await s3.send(new GetObjectAclCommand(at));
  const grants = Grants.map(({ Grantee, Permission = '' }) => ({
    grantee: Grantee?.ID ?? Grantee?.URI ?? '',
    permission: Permission,
  }));
  return canonicalAcl(Owner?.ID ?? '', grants);
}

/** S3 lists the parts only of an object that has checksums of them, but each can be asked for (API HeadObject, PartNumber). */
async function partsOf(s3: S3Client, at: At): Promise<string> {
  const sizes: (number | undefined)[] = [];
  let count = 1;
  for (let PartNumber = 1; PartNumber <= count; PartNumber += 1) {
    const { ContentLength, PartsCount = 1 } = await s3.send(new HeadObjectCommand({ ...at, PartNumber }));
    sizes.push(ContentLength);
    count = PartsCount;
  }
  return JSON.stringify(sizes);
}

async function checksumOf(s3: S3Client, at: At): Promise<string> {
  const { Checksum = {} } = await s3.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['Checksum'] }));
  const algorithm = Object.values(ChecksumAlgorithm).find((each) => Checksum[`Checksum${each}`] !== undefined);
  const value = algorithm && Checksum[`Checksum${algorithm}`];
  return canonical({ algorithm, type: Checksum.ChecksumType, value });
}
