import type {
  _Object,
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { type Bucket, ownerOf } from './bucket.ts';
import { checksumListed } from './checksum.ts';
import { keyEncoder, type Page, pageOf, pageSize } from './listing.ts';
import { restoreStatus } from './restore.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3 } from './store.ts';
import type { StoredObject } from './stored-object.ts';

/** GET ?list-type=2: current objects in UTF-8 byte order. */
export function listObjectsV2(s3: S3, input: ListObjectsV2Request, call: Call): ListObjectsV2Output {
  const bucket = s3.store.locate(input, call);
  const encode = keyEncoder(input.EncodingType);
  const size = pageSize(input.MaxKeys, 'max-keys');
  const after = input.ContinuationToken === undefined ? (input.StartAfter ?? '') : readToken(input.ContinuationToken);
  const page = currentPage(bucket, { prefix: input.Prefix ?? '', delimiter: input.Delimiter, after, size });
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    Delimiter: optionally(encode, input.Delimiter),
    MaxKeys: size,
    EncodingType: input.EncodingType,
    KeyCount: page.items.length + page.prefixes.length,
    IsTruncated: page.isTruncated,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: page.isTruncated ? writeToken(page.last?.key ?? '') : undefined,
    StartAfter: optionally(encode, input.StartAfter),
    Contents: contentsOf(page, encode, input.FetchOwner === true ? bucket.accountId : undefined, (object) =>
      restoreStatus(object, input.OptionalObjectAttributes, s3.world.now()),
    ),
    CommonPrefixes: prefixesOf(page, encode),
  };
}

/** GET /bucket, the first version of the listing: a marker that is a key, and always the owner. */
export function listObjects(s3: S3, input: ListObjectsRequest, call: Call): ListObjectsOutput {
  const bucket = s3.store.locate(input, call);
  const encode = keyEncoder(input.EncodingType);
  const size = pageSize(input.MaxKeys, 'max-keys');
  const page = currentPage(bucket, {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: input.Marker ?? '',
    size,
  });
  const withDelimiter = input.Delimiter !== undefined && input.Delimiter !== '';
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    Delimiter: optionally(encode, input.Delimiter),
    Marker: encode(input.Marker ?? ''),
    MaxKeys: size,
    EncodingType: input.EncodingType,
    IsTruncated: page.isTruncated,
    // S3 names the next marker only where there is a delimiter; else it is the last key.
    NextMarker: page.isTruncated && withDelimiter ? encode(page.last?.key ?? '') : undefined,
    Contents: contentsOf(page, encode, bucket.accountId, (object) =>
      restoreStatus(object, input.OptionalObjectAttributes, s3.world.now()),
    ),
    CommonPrefixes: prefixesOf(page, encode),
  };
}

interface Cursor {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Keys up to and with this one are passed over. */
  readonly after: string;
  readonly size: number;
}

function currentPage(bucket: Bucket, { prefix, delimiter, after, size }: Cursor): Page<StoredObject> {
  const told =
    delimiter !== undefined && delimiter !== '' && after.startsWith(prefix)
      ? after.indexOf(delimiter, prefix.length)
      : -1;
  return pageOf({
    rows: currentObjects(bucket, after, prefix),
    keyOf: (object) => object.key,
    prefix,
    delimiter,
    toldPrefix: told < 0 ? undefined : after.slice(0, told + (delimiter ?? '').length),
    size,
  });
}

function* currentObjects(bucket: Bucket, after: string, prefix: string): Generator<StoredObject> {
  const start = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0 ? prefix : after;
  for (const { key, versions } of bucket.keys.from(start)) {
    const current = versions[0];
    if (current?.kind === 'object' && (key !== after || after === '')) yield current;
  }
}

function contentsOf(
  page: Page<StoredObject>,
  encode: (key: string) => string,
  owner: string | undefined,
  more: (object: StoredObject) => Partial<_Object>,
): _Object[] {
  return page.items.map((object) => ({
    Key: encode(object.key),
    LastModified: object.lastModified,
    ETag: `"${object.etag}"`,
    Size: object.sizeBytes,
    StorageClass: object.storageClass,
    ...checksumListed(object.checksum),
    ...more(object),
    ...(owner === undefined ? {} : { Owner: ownerOf(owner) }),
  }));
}

function prefixesOf(page: Page<StoredObject>, encode: (key: string) => string): { Prefix: string }[] {
  return page.prefixes.map((prefix) => ({ Prefix: encode(prefix) }));
}

function optionally(encode: (key: string) => string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : encode(text);
}

function writeToken(key: string): string {
  return Buffer.from(`after:${key}`).toString('base64');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after:'))
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  return text.slice('after:'.length);
}
