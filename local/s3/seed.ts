import type { StorageClass, Tag } from '@aws-sdk/client-s3';
import { type Body, digestible, joined, patternBody, sliceOf } from './body.ts';
import { type Checksum, checksumOf, compositeOf } from './checksum.ts';
import type { Envelope, Protection } from './envelope.ts';
import { etagOf, md5Of, multipartEtag } from './etag.ts';
import { type ContentHeaders, type StoredPart, wholeSeconds } from './stored-object.ts';
import type { NewObject } from './versions.ts';

/** An object that is simply there, as years of use leave it. */
export interface Seed {
  readonly bucket: string;
  readonly key: string;
  /** Bytes, or the seed of a pattern that costs no memory whatever its size. */
  readonly body: Buffer | string | { readonly seed: string; readonly sizeBytes: number };
  /** Default: now. */
  readonly lastModified?: Date;
  /** Default: STANDARD. */
  readonly storageClass?: StorageClass | undefined;
  /** Default: SSE-S3. `none` is an object of before January 2023. */
  readonly protection?: Exclude<Protection, { algorithm: 'SSE-C' }>;
  readonly content?: ContentHeaders | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly Tag[];
  /** The sizes of the parts of a multipart upload, which are those of the body together. Default: written in one piece. */
  readonly partSizes?: readonly number[] | undefined;
  readonly checksum?: Pick<Checksum, 'algorithm' | 'type'> | undefined;
}

/** The object that a seed means. Throws where its parts are not the whole, or a checksum over parts has none. */
export function seeded(seed: Seed, envelope: Envelope, now: Date): NewObject {
  const body = bodyOf(seed);
  const bodies = partsOf(seed, body);
  const { algorithm, type } = seed.checksum ?? {};
  const partSeal = envelope.begin(seed.protection ?? { algorithm: 'AES256' });
  const sealed = { ...partSeal, chunks: (bodies ?? [body]).flatMap((part) => envelope.add(partSeal, part)) };
  const parts = bodies?.map((part, at): StoredPart => ({
    partNumber: at + 1,
    sizeBytes: part.sizeBytes,
    checksum: algorithm && { algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, digestible(part)) },
  }));
  return {
    key: seed.key,
    lastModified: wholeSeconds(seed.lastModified ?? now),
    etag: bodies === undefined ? etagOf(body, sealed) : multipartEtag(bodies.map((part) => md5Of(digestible(part)))),
    sizeBytes: body.sizeBytes,
    storageClass: seed.storageClass ?? 'STANDARD',
    content: { ContentType: 'binary/octet-stream', ...seed.content },
    metadata: seed.metadata ?? {},
    checksum:
      algorithm &&
      (type === 'COMPOSITE'
        ? compositeOf(
            algorithm,
            (parts ?? []).map((part) => part.checksum?.value ?? ''),
          )
        : { algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, digestible(body)) }),
    parts,
    sealed,
    tags: seed.tags ?? [],
    retention: undefined,
    legalHold: false,
  };
}

function bodyOf({ body }: Seed): Body {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return joined([Buffer.from(body)]);
  return patternBody(body.seed, body.sizeBytes);
}

function partsOf({ partSizes, checksum }: Seed, body: Body): Body[] | undefined {
  if (partSizes === undefined) {
    if (checksum?.type === 'COMPOSITE')
      throw new RangeError('a composite checksum is one over parts, found no partSizes');
    return undefined;
  }
  const total = partSizes.reduce((sum, size) => sum + size, 0);
  if (total !== body.sizeBytes)
    throw new RangeError(`the sizes of the parts must be ${body.sizeBytes} bytes together, found ${total}`);
  let at = 0;
  return partSizes.map((size) => {
    at += size;
    return sliceOf(body, { first: at - size, last: at - 1 });
  });
}
