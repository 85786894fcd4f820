import type { Call } from '../call.ts';
import { entryOf } from '../entry-of.ts';
import type { Outcome } from '../world.ts';

/** What is done to one object, or to one that is in the making (S3 guide, "Amazon S3 CloudTrail events", object-level actions that write). */
const OBJECT_WRITES: readonly string[] = [
  'PutObject',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'DeleteObject',
  'PutObjectAcl',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'PutObjectRetention',
  'PutObjectLegalHold',
  'RestoreObject',
  'UpdateObjectEncryption',
];

/** The operations whose events say what encryption S3 applied; of an upload in parts it is the first alone. */
const ENCRYPTING: readonly string[] = ['PutObject', 'CopyObject', 'CreateMultipartUpload'];

const APPLIED: Readonly<Record<string, string>> = {
  AES256: 'SSE_S3',
  'aws:kms': 'SSE_KMS',
  'aws:kms:dsse': 'DSSE_KMS',
};

/** Headers of a write that its event shows, by the member of the request. */
const SHOWN_HEADERS: readonly (readonly [member: string, header: string])[] = [
  ['ACL', 'x-amz-acl'],
  ['StorageClass', 'x-amz-storage-class'],
  ['CopySource', 'x-amz-copy-source'],
  ['MetadataDirective', 'x-amz-metadata-directive'],
  ['TaggingDirective', 'x-amz-tagging-directive'],
  ['VersionId', 'versionId'],
  ['UploadId', 'uploadId'],
  ['PartNumber', 'partNumber'],
];

const ENCRYPTION_HEADERS: readonly (readonly [member: string, header: string])[] = [
  ['ServerSideEncryption', 'x-amz-server-side-encryption'],
  ['SSEKMSKeyId', 'x-amz-server-side-encryption-aws-kms-key-id'],
  ['BucketKeyEnabled', 'x-amz-server-side-encryption-bucket-key-enabled'],
  ['SSECustomerAlgorithm', 'x-amz-server-side-encryption-customer-algorithm'],
];

/** Of what objects the trail of each account logs data events: none, until somebody turns them on. */
export class DataEvents {
  readonly #selected = new Map<string, readonly string[]>();

  /** Replaces what the trail of an account selects: beginnings of ARNs, as `arn:aws:s3:::bucket/` or `arn:aws:s3` for everything. */
  select(account: string, resources: readonly string[]): void {
    this.#selected.set(account, resources);
  }

  get selected(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(this.#selected);
  }

  isLogged(account: string, bucket: string, key: string): boolean {
    const arn = objectArn(bucket, key);
    return (this.#selected.get(account) ?? []).some((beginning) => arn.startsWith(beginning));
  }
}

/** The key of the object that a call writes; undefined for every other call. */
export function writtenKey({ service, operation }: Call, input: unknown): string | undefined {
  if (service !== 's3' || !OBJECT_WRITES.includes(operation)) return undefined;
  const key: unknown = member(input, 'Key');
  return typeof key === 'string' ? key : undefined;
}

/** What an event on an object has in place of what one on a bucket has (CloudTrail guide, "Record contents"). */
export function dataDetail(
  { call, input, output, error }: Outcome,
  { bucket, key, owner }: { bucket: string; key: string; owner: string | undefined },
): Record<string, unknown> {
  const applied = error === undefined ? sseApplied(call.operation, input, output) : undefined;
  const answered = headersOf(ENCRYPTION_HEADERS, output);
  return {
    requestParameters: {
      bucketName: bucket,
      Host: `${bucket}.s3.${call.region}.amazonaws.com`,
      key,
      ...headersOf(SHOWN_HEADERS, input),
      ...headersOf(ENCRYPTION_HEADERS, input),
    },
    responseElements: Object.keys(answered).length === 0 ? null : answered,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      AuthenticationMethod: 'AuthHeader',
      ...(applied === undefined ? {} : { SSEApplied: applied }),
    },
    resources: [
      { type: 'AWS::S3::Object', ARN: objectArn(bucket, key) },
      ...(owner === undefined ? [] : [{ accountId: owner, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` }]),
    ],
    managementEvent: false,
    eventCategory: 'Data',
  };
}

/** By the request's own headers, or with `Default_` by the bucket's (S3 guide, "Monitoring default encryption with AWS CloudTrail and Amazon EventBridge"). */
function sseApplied(operation: string, input: unknown, output: unknown): string | undefined {
  if (!ENCRYPTING.includes(operation)) return undefined;
  if (member(input, 'SSECustomerAlgorithm') !== undefined) return 'SSE_C';
  const applied = entryOf(APPLIED, String(member(output, 'ServerSideEncryption')));
  if (applied === undefined) return undefined;
  return member(input, 'ServerSideEncryption') === undefined ? `Default_${applied}` : applied;
}

function headersOf(headers: typeof SHOWN_HEADERS, of: unknown): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap(([name, header]) => {
      const value = member(of, name);
      const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isPlain ? [[header, String(value)]] : [];
    }),
  );
}

function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}
