import {
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Cast } from '../../../../scripts/scenario/objects/check-versions.ts';
import type { Wanted } from '../../../../scripts/scenario/wanted.ts';

const encoded = (key: string) => key.split('/').map(encodeURIComponent).join('/');

/** What CopySource takes. */
export function sourceOf({ bucket, key }: Cast): string {
  return `${bucket}/${encoded(key)}`;
}

interface ByHand {
  s3: S3Client;
  wanted: Wanted;
}

/** A copy over itself that keeps everything, but for what `over` says. */
export async function copyByHand(
  was: Cast,
  { s3, wanted: { keyArn, algorithm } }: ByHand,
  over: Partial<CopyObjectCommandInput> = {},
): Promise<void> {
  const { WebsiteRedirectLocation } = Object.fromEntries(JSON.parse(was.metadata || '[]')) as Record<string, string>;
  await s3.send(
    new CopyObjectCommand({
      Bucket: was.bucket,
      Key: was.key,
      CopySource: sourceOf(was),
      StorageClass: was.storageClass as 'STANDARD',
      ServerSideEncryption: algorithm,
      SSEKMSKeyId: keyArn,
      WebsiteRedirectLocation,
      ...(algorithm === 'aws:kms' && { BucketKeyEnabled: true }),
      ...grantsOf(was),
      ...over,
    }),
  );
}

/** The headers of the grants that a canonical ACL tells. */
function grantsOf({ acl }: Cast): Pick<CopyObjectCommandInput, 'GrantRead' | 'GrantFullControl'> {
  if (acl === '') return {};
  const [, ...grants] = JSON.parse(acl) as string[];
  const grantees = (permission: string) =>
    grants
      .filter((grant) => grant.endsWith(` ${permission}`))
      .map((grant) => grant.slice(0, grant.indexOf(' ')))
      .map((grantee) => (grantee.startsWith('http') ? `uri="${grantee}"` : `id="${grantee}"`))
      .join(', ');
  return { GrantRead: grantees('READ'), GrantFullControl: grantees('FULL_CONTROL') };
}

interface Parts {
  sizes: readonly number[];
  algorithm: ChecksumAlgorithm;
  type: ChecksumType;
}

/** The parts and the checksum that an object has, as the cast tells them. */
export function partsOf({ parts, checksum }: Cast): Parts {
  const { algorithm, type } = Object.fromEntries(JSON.parse(checksum)) as Pick<Parts, 'algorithm' | 'type'>;
  return { sizes: JSON.parse(parts) as number[], algorithm, type };
}

/** The same in parts of these sizes, with a checksum of this kind. */
export async function copyInPartsByHand(
  was: Cast,
  { s3, wanted: { keyArn } }: ByHand,
  { sizes, algorithm, type }: Parts = partsOf(was),
): Promise<void> {
  const at = { Bucket: was.bucket, Key: was.key };
  const { Metadata, ContentType } = await s3.send(new HeadObjectCommand(at));
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(at));
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      ...at,
      Metadata,
      ContentType,
      Tagging: new URLSearchParams(TagSet.map(({ Key = '', Value = '' }): [string, string] => [Key, Value])).toString(),
      ChecksumAlgorithm: algorithm,
      ChecksumType: type,
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
      BucketKeyEnabled: true,
    }),
  );
  const Parts = [];
  let first = 0;
  for (const [index, size] of sizes.entries()) {
    const CopySourceRange = `bytes=${first}-${first + size - 1}`;
    const part = { ...at, UploadId, PartNumber: index + 1, CopySource: sourceOf(was), CopySourceRange };
    const { CopyPartResult: { LastModified: _, ...done } = {} } = await s3.send(new UploadPartCopyCommand(part));
    Parts.push({ PartNumber: index + 1, ...done });
    first += size;
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}
