import { z } from 'zod';
import { AwsError } from '../errors.ts';
import type { ChecksumAlgorithm } from '../s3/checksum.ts';
import type { AskedObject, DescribedObject } from '../s3/describe-object.ts';
import type { Seed } from '../s3/seed.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import type { Keys } from '../world.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

/** The store's way to put an object in place that no S3 API makes any more. */
export type SeedObject = (seed: Seed) => { readonly etag: string };

/** The largest object of S3: 10,000 parts of 5 GiB. */
const MOST_BYTES = 10_000 * 5 * 1024 ** 3;

const ALGORITHMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
] as const satisfies readonly ChecksumAlgorithm[];

const arn = z.string().regex(/^arn:aws:kms:[^:]+:\d{12}:key\/.+$/, 'expected the ARN of a KMS key');

const seed = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  body: z
    .union([z.string(), z.strictObject({ seed: z.string(), sizeBytes: z.int().min(0).max(MOST_BYTES) })])
    .default(''),
  partSizes: z.array(z.int().min(1)).min(1).max(10_000).optional(),
  checksum: z.strictObject({ algorithm: z.enum(ALGORITHMS), type: z.enum(['COMPOSITE', 'FULL_OBJECT']) }).optional(),
  content: z
    .strictObject({
      CacheControl: z.string().optional(),
      ContentDisposition: z.string().optional(),
      ContentEncoding: z.string().optional(),
      ContentLanguage: z.string().optional(),
      ContentType: z.string().optional(),
      Expires: z.coerce.date().optional(),
      WebsiteRedirectLocation: z.string().optional(),
    })
    .optional(),
  tags: z.record(z.string(), z.string()).default({}),
  lastModified: z.iso.datetime().optional(),
  storageClass: z
    .enum([
      'STANDARD',
      'STANDARD_IA',
      'ONEZONE_IA',
      'INTELLIGENT_TIERING',
      'GLACIER',
      'DEEP_ARCHIVE',
      'GLACIER_IR',
      'REDUCED_REDUNDANCY',
    ])
    .optional(),
  protection: z
    .discriminatedUnion('algorithm', [
      z.strictObject({ algorithm: z.literal('none') }),
      z.strictObject({ algorithm: z.literal('AES256') }),
      z.strictObject({ algorithm: z.literal('aws:kms'), keyArn: arn, bucketKey: z.boolean().default(false) }),
      z.strictObject({ algorithm: z.literal('aws:kms:dsse'), keyArn: arn }),
    ])
    .default({ algorithm: 'AES256' }),
  metadata: z.record(z.string(), z.string()).default({}),
});

export interface ObjectsDeps {
  readonly seedObject: SeedObject;
  readonly keys: Pick<Keys, 'resolve'>;
}

/**
 * `POST /_local/objects`: seeds an object as years of use leave it, for example one that is not encrypted
 * ({"bucket", "key", "body", "lastModified", "storageClass", "protection": {"algorithm": "none"}, "metadata"}), or one that is too large to be
 * sent ({"body": {"seed", "sizeBytes"}, "partSizes", "checksum"}).
 */
export function putObject(request: WireRequest, { seedObject, keys }: ObjectsDeps): WireResponse {
  const read = readBody(request, seed);
  if ('refused' in read) {
    return read.refused;
  }
  const { lastModified, tags, ...rest } = read.value;
  try {
    if ('keyArn' in rest.protection) {
      const [, , , region = '', account = ''] = rest.protection.keyArn.split(':');
      keys.resolve(rest.protection.keyArn, account, region);
    }
    const { etag } = seedObject({
      ...rest,
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified) }),
    });
    return json(200, { etag });
  } catch (error) {
    return refusal(error);
  }
}

const asked = z.strictObject({ bucket: z.string(), key: z.string(), versionId: z.string().optional() });

/** `GET /_local/objects?bucket=B&key=K&versionId=V`: what the store knows of a version, with a digest of its content that costs nothing. */
export function showObject(
  { target }: WireRequest,
  describeObject: (asked: AskedObject) => DescribedObject,
): WireResponse {
  const query = asked.safeParse(Object.fromEntries(new URL(target, 'http://localhost').searchParams));
  if (!query.success)
    return json(400, { error: 'expected ?bucket=BUCKET&key=KEY, with &versionId=ID for an older version' });
  try {
    return json(200, describeObject(query.data));
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): WireResponse {
  if (error instanceof AwsError) {
    return json(error.status, { error: `${error.code}: ${error.message}` });
  }
  if (error instanceof RangeError) {
    return json(400, { error: error.message });
  }
  throw error;
}
