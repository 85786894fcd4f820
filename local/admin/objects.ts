import { z } from 'zod';
import { AwsError } from '../errors.ts';
import type { Seed } from '../s3/store.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import type { Keys } from '../world.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

/** The store's way to put an object in place that no S3 API makes any more. */
export type SeedObject = (seed: Seed) => { readonly etag: string };

const arn = z.string().regex(/^arn:aws:kms:[^:]+:\d{12}:key\/.+$/, 'expected the ARN of a KMS key');

const seed = z.strictObject({
  bucket: z.string().min(1),
  key: z.string().min(1),
  body: z.string().default(''),
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
 * ({"bucket", "key", "body", "lastModified", "storageClass", "protection": {"algorithm": "none"}, "metadata"}).
 */
export function putObject(request: WireRequest, { seedObject, keys }: ObjectsDeps): WireResponse {
  const read = readBody(request, seed);
  if ('refused' in read) {
    return read.refused;
  }
  const { lastModified, storageClass, ...rest } = read.value;
  try {
    if ('keyArn' in rest.protection) {
      const [, , , region = '', account = ''] = rest.protection.keyArn.split(':');
      keys.resolve(rest.protection.keyArn, account, region);
    }
    const { etag } = seedObject({
      ...rest,
      ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified) }),
      ...(storageClass === undefined ? {} : { storageClass }),
    });
    return json(200, { etag });
  } catch (error) {
    if (error instanceof AwsError) {
      return json(error.status, { error: `${error.code}: ${error.message}` });
    }
    throw error;
  }
}
