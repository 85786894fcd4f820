import type {
  DeleteMarkerEntry,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  ObjectVersion,
  Owner,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { type Bucket, ownerOf } from './bucket.ts';
import { checksumListed } from './checksum.ts';
import { keyEncoder, type Page, pageOf, pageSize } from './listing.ts';
import { restoreStatus } from './restore.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject, Version } from './stored-object.ts';

interface Listed {
  readonly version: Version;
  readonly isLatest: boolean;
}

/** GET ?versions: every version and delete marker, by key in UTF-8 byte order, newest first within a key. */
export function listObjectVersions(s3: S3, input: ListObjectVersionsRequest, call: Call): ListObjectVersionsOutput {
  const bucket = s3.store.locate(input, call);
  const encode = keyEncoder(input.EncodingType);
  const size = pageSize(input.MaxKeys, 'max-keys');
  const { Prefix: prefix = '', KeyMarker: keyMarker = '', VersionIdMarker: versionMarker } = input;
  if (versionMarker !== undefined && versionMarker !== '' && keyMarker === '') {
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      versionMarker,
    );
  }
  const { Delimiter: delimiter } = input;
  const page = pageOf({
    rows: versionsAfter(bucket, prefix, keyMarker, versionMarker),
    keyOf: ({ version }) => version.key,
    prefix,
    delimiter,
    toldPrefix: delimiter !== undefined && delimiter !== '' && keyMarker.endsWith(delimiter) ? keyMarker : undefined,
    size,
  });
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: versionMarker ?? '',
    MaxKeys: size,
    EncodingType: input.EncodingType,
    IsTruncated: page.isTruncated,
    ...nextMarkers(page, encode),
    ...entriesOf(page.items, encode, ownerOf(bucket.accountId), (object) =>
      restoreStatus(object, input.OptionalObjectAttributes, s3.world.now()),
    ),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: encode(each) })),
  };
}

function* versionsAfter(
  bucket: Bucket,
  prefix: string,
  keyMarker: string,
  versionMarker: string | undefined,
): Generator<Listed> {
  const start = Buffer.compare(Buffer.from(keyMarker), Buffer.from(prefix)) < 0 ? prefix : keyMarker;
  for (const { key, versions } of bucket.keys.from(start)) {
    const from = key === keyMarker && keyMarker !== '' ? afterMarker(versions, versionMarker) : 0;
    for (const [index, version] of versions.entries()) if (index >= from) yield { version, isLatest: index === 0 };
  }
}

/** Without a version id the whole key of the marker has been told. */
function afterMarker(versions: readonly Version[], versionMarker: string | undefined): number {
  if (versionMarker === undefined || versionMarker === '') return versions.length;
  return versions.findIndex((version) => version.versionId === versionMarker) + 1;
}

function nextMarkers(page: Page<Listed>, encode: (key: string) => string) {
  if (!page.isTruncated || page.last === undefined) return {};
  return { NextKeyMarker: encode(page.last.key), NextVersionIdMarker: page.last.item?.version.versionId };
}

function entriesOf(
  items: readonly Listed[],
  encode: (key: string) => string,
  owner: Owner,
  more: (object: StoredObject) => Partial<ObjectVersion>,
) {
  const versions: ObjectVersion[] = [];
  const markers: DeleteMarkerEntry[] = [];
  for (const { version, isLatest } of items) {
    const named = {
      Key: encode(version.key),
      VersionId: version.versionId,
      IsLatest: isLatest,
      LastModified: version.lastModified,
      Owner: owner,
    };
    if (version.kind === 'marker') markers.push(named);
    else versions.push({ ...named, ...sizeOf(version), ...more(version) });
  }
  return { Versions: versions, DeleteMarkers: markers };
}

/** The model's enum knows only STANDARD for versions, S3 answers the real class. */
function sizeOf(object: StoredObject): ObjectVersion {
  const answer: Record<string, unknown> = {
    ETag: `"${object.etag}"`,
    Size: object.sizeBytes,
    StorageClass: object.storageClass,
    ...checksumListed(object.checksum),
  };
  return answer;
}
