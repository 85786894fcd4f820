import type { Envelope, Protection } from '../../../local/s3/envelope.ts';
import type { LocalAws } from '../../../local/start-local.ts';
import type { StoredObject, Version } from '../../../local/s3/stored-object.ts';
import { canonicalIdOf } from '../../../local/identity/canonical-id.ts';
import { bytesIn } from '../../../local/s3/body.ts';
import { canonical, canonicalAcl, digestOf, LARGE_BYTES, type ObjectVersion, stretchesOf } from './object-version.ts';

/** Every version of a bucket as the embedded AWS keeps it, in the order in which S3 lists them. */
export function storedIn(bucket: string, { buckets }: Pick<LocalAws, 'buckets'>): ObjectVersion[] {
  return [...buckets.require(bucket).keys.from('')].flatMap(({ versions }) =>
    versions.map((version, at) => ({
      bucket,
      isCurrent: at === 0,
      ...commonOf(version),
      ...(version.kind === 'object' ? contentsOf(version, buckets.envelope) : NOTHING),
    })),
  );
}

function commonOf({ key, versionId, kind, lastModified }: Version) {
  return { key, versionId, isMarker: kind === 'marker', lastModified: lastModified.toISOString() };
}

type Contents = Omit<ObjectVersion, 'bucket' | 'isCurrent' | keyof ReturnType<typeof commonOf>>;

const NOTHING: Contents = {
  etag: '',
  storageClass: '',
  encryption: { algorithm: undefined, keyId: undefined, bucketKey: undefined },
  metadata: '',
  tags: '',
  acl: '',
  parts: '',
  checksum: '',
  bytes: '',
  stretches: '',
  ciphertext: '',
  lock: '',
};

function contentsOf(object: StoredObject, envelope: Envelope): Contents {
  const { etag, storageClass, metadata, content, tags, sealed, retention, legalHold, acl, parts, checksum } = object;
  return {
    etag,
    storageClass,
    encryption: encryptionOf(sealed.protection),
    metadata: canonical({ ...content, ...metadata }),
    tags: canonical(Object.fromEntries(tags.map(({ Key = '', Value }) => [Key, Value]))),
    acl: acl === undefined ? '' : canonicalAcl(canonicalIdOf(acl.owner), acl.grants),
    parts: parts === undefined ? '' : JSON.stringify(parts.map(({ sizeBytes }) => sizeBytes)),
    checksum: checksum === undefined ? '' : canonical({ ...checksum }),
    // Only whoever brings the key sees what is under SSE-C.
    bytes: sealed.protection.algorithm === 'SSE-C' ? '' : envelope.digest(sealed),
    stretches: stretchesIn(object, envelope),
    ciphertext: digestOf(sealed.chunks.map(({ box }) => box)),
    lock: canonical({ ...retention, legalHold }),
  };
}

/** Nobody holds the bytes of a large object, but any stretch of them can be told. */
function stretchesIn({ sizeBytes, parts = [], sealed }: StoredObject, envelope: Envelope): string {
  if (sizeBytes < LARGE_BYTES) return '';
  const sizes = parts.map((part) => part.sizeBytes);
  return digestOf(stretchesOf(sizeBytes, sizes).map((range) => bytesIn(envelope.unseal(sealed, undefined, range))));
}

function encryptionOf(protection: Protection): ObjectVersion['encryption'] {
  const { algorithm } = protection;
  return {
    algorithm: algorithm === 'none' ? undefined : algorithm,
    keyId: 'keyArn' in protection ? protection.keyArn : undefined,
    // S3 says it only where it is on.
    bucketKey: (algorithm === 'aws:kms' && protection.bucketKey) || undefined,
  };
}
