import {
  CreateBucketCommand,
  type BucketLocationConstraint,
  PutBucketEncryptionCommand,
  PutBucketWebsiteCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { Stage } from '../stage.ts';
import { BUCKETS, type BucketName, type BucketSettings, CLASSES, type ClassOfObjects } from './cast-of-objects.ts';
import type { Cast } from './check-versions.ts';
import { type Making, setVersioning } from './make-objects.ts';
import type { ObjectVersion } from './object-version.ts';

/** Where the cast is made, and how much of it. */
export interface Preparing {
  s3: S3Client;
  stage: Pick<Stage, 'seed' | 'stored'>;
  region: string;
  keys: Making['keys'];
  /** Objects of each class. */
  objects: number;
}

/** The standard's key, another team's, and the one that AWS manages. */
export async function keysOfCast(kms: KMSClient, standard: string): Promise<Making['keys']> {
  const other = await kms.send(new CreateKeyCommand({ Description: 'another team' }));
  const aws = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
  return { standard, other: other.KeyMetadata?.Arn ?? '', aws: aws.KeyMetadata?.Arn ?? '' };
}

/** Makes all buckets with all classes of objects, and says of each version what is to become of it. */
export async function prepareCast(preparing: Preparing): Promise<Cast[]> {
  const { s3, stage, region, keys, objects } = preparing;
  for (const [bucket, settings] of Object.entries(BUCKETS)) await makeBucket(s3, { bucket, region }, settings);
  for (const { name, bucket, make, share = 1, keys: keysOf = plainKeys } of CLASSES)
    await make(keysOf(name, Math.ceil(objects * share)), { s3, stage, bucket, keys });
  return Object.keys(BUCKETS).flatMap((bucket) => stage.stored(bucket).map(castAs));
}

function plainKeys(folder: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${folder}/${String(at + 1).padStart(5, '0')}.txt`);
}

/** A version is of the class that its key begins with. Throws for one that nobody cast. */
export function castAs(version: ObjectVersion): Cast {
  const one = classNamed(version.key.slice(0, version.key.indexOf('/')), version.bucket);
  return { ...version, class: one.name, end: typeof one.end === 'function' ? one.end(version) : one.end };
}

function classNamed(name: string, bucket: string): ClassOfObjects {
  const found = CLASSES.find((each) => each.name === name && each.bucket === (bucket as BucketName));
  if (found === undefined) throw new Error(`${bucket}: no class of objects is called ${name}`);
  return found;
}

async function makeBucket(
  s3: S3Client,
  { bucket, region }: { bucket: string; region: string },
  { versioning, lock, acls, website }: BucketSettings,
): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
      ...(lock && { ObjectLockEnabledForBucket: true }),
      ...(acls && { ObjectOwnership: 'BucketOwnerPreferred' }),
    }),
  );
  if (versioning !== undefined) await setVersioning(s3, bucket, versioning);
  // No page of it is served, so nobody reads what is under a key.
  const WebsiteConfiguration = { RedirectAllRequestsTo: { HostName: 'example.com' } };
  if (website === true) await s3.send(new PutBucketWebsiteCommand({ Bucket: bucket, WebsiteConfiguration }));
  // As buckets were before April 2026: under SSE-S3, and SSE-C let in.
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
  } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ...rule, BlockedEncryptionTypes: { EncryptionType: ['NONE'] } }] },
    }),
  );
}
