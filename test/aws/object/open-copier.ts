import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketVersioningCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { RetryStrategyV2 } from '@smithy/types';
import { createHash } from 'node:crypto';
import type { LocalAws, LocalOptions } from '../../../local/start-local.ts';
import { createObjectCopier } from '../../../src/aws/object/object-copier.ts';
import type { ObjectOutcome, ObjectTask } from '../../../src/policy/copy/object-task.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

export const MIB = 1024 ** 2;
export const START = new Date('2026-11-02T10:15:30Z');

/** One bucket with ACLs of an embedded AWS, a key of its account, and the engine with a client of its own. */
export interface OpenCopier extends AsyncDisposable {
  readonly aws: LocalAws;
  /** The administrator's client, which nothing is told of. */
  readonly s3: S3Client;
  readonly bucket: string;
  readonly keyArn: string;
  /** The operations of the engine, in order. */
  readonly calls: string[];
  /** Runs before each call of the engine. */
  before: (operation: string, count: number) => Promise<void> | void;
  /** Changes what S3 answered to the engine. */
  alter: (operation: string, output: unknown) => void;
  /** What the engine is answered in place of S3. */
  answer: (operation: string) => object | undefined;
  setTime(date: Date): void;
  /** An object as it is listed now, to be copied under the key. */
  task(key: string, over?: Partial<ObjectTask>): Promise<ObjectTask>;
  run(task: ObjectTask, timeLeftMs?: () => number): Promise<ObjectOutcome>;
  /** All that can be read of an object, but for what a copy changes on purpose. */
  all(key: string): Promise<Record<string, unknown>>;
  head(key: string): Promise<Record<string, unknown>>;
  uploads(): Promise<string[]>;
}

export async function openCopier(options: LocalOptions & { versioned?: true; lock?: true } = {}): Promise<OpenCopier> {
  let time = START;
  const opened = await openAws({ ...options, now: () => time });
  const { aws } = opened;
  const at = { ...aws.clientConfig({ account: ACCOUNT, region: REGION }), forcePathStyle: true };
  // It adds no checksum of its own: an object has the one that a test gives it.
  const s3 = new S3Client({ ...at, requestChecksumCalculation: 'WHEN_REQUIRED' });
  const bucket = 'kept';
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: REGION },
      ObjectOwnership: 'ObjectWriter',
      ObjectLockEnabledForBucket: options.lock === true,
    }),
  );
  if (options.versioned === true) await putVersioning(s3, bucket);
  const keyArn = aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/reseal' }).arn;
  const calls: string[] = [];
  const counts = new Map<string, number>();
  const own = (maxAttempts: number) => {
    const client = new S3Client({ ...at, retryStrategy: atOnce(maxAttempts) });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const operation = String(context['commandName']).replace(/Command$/, '');
        calls.push(operation);
        const count = (counts.get(operation) ?? 0) + 1;
        counts.set(operation, count);
        await open.before(operation, count);
        const own = open.answer(operation);
        const answered = own === undefined ? await next(args) : { output: own as never, response: undefined };
        open.alter(operation, answered.output);
        return answered;
      },
      { step: 'initialize' },
    );
    return client;
  };
  const [patient, once] = [own(3), own(1)];
  const bringToStandard = createObjectCopier({ s3: () => patient, s3Once: () => once }, () => time);
  const named = (Key: string) => ({ Bucket: bucket, Key });
  const head = async (key: string) => {
    const { $metadata: _, ...rest } = await s3.send(new HeadObjectCommand({ ...named(key), ChecksumMode: 'ENABLED' }));
    return rest;
  };
  const open: OpenCopier = {
    aws,
    s3,
    bucket,
    keyArn,
    calls,
    before: () => {},
    alter: () => {},
    answer: () => undefined,
    setTime: (date) => void (time = date),
    head,
    task: async (key, over = {}) => ({
      bucket,
      account: ACCOUNT,
      key,
      etag: String((await head(key))['ETag']),
      target: { algorithm: 'aws:kms', keyArn, bucketKey: true },
      method: 'copy',
      ...over,
    }),
    run: (task, timeLeftMs = () => Infinity) => bringToStandard(task, { timeLeftMs }),
    all: (key) => readAll(s3, bucket, key, head),
    uploads: async () => {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    [Symbol.asyncDispose]: async () => {
      patient.destroy();
      once.destroy();
      s3.destroy();
      await opened[Symbol.asyncDispose]();
    },
  };
  return open;
}

/** What a copy is meant to change, and what S3 dates anew. */
const CHANGED = [
  'ServerSideEncryption',
  'SSEKMSKeyId',
  'BucketKeyEnabled',
  'LastModified',
  'ETag',
  'VersionId',
  'Restore',
];

async function readAll(s3: S3Client, bucket: string, key: string, head: OpenCopier['head']) {
  const object = { Bucket: bucket, Key: key };
  const headed = await head(key);
  const { TagSet } = await s3.send(new GetObjectTaggingCommand(object));
  const { Owner, Grants } = await s3.send(new GetObjectAclCommand(object));
  const archived = /GLACIER$|DEEP/.test(String(headed['StorageClass']));
  const bytes = archived ? undefined : await (await s3.send(new GetObjectCommand(object))).Body?.transformToByteArray();
  const parts = Number(/-(\d+)"$/.exec(String(headed['ETag']))?.[1] ?? 0);
  const sizes = Array.from({ length: parts }, async (_, at) => {
    const part = await s3.send(new HeadObjectCommand({ ...object, PartNumber: at + 1 }));
    return part.ContentLength;
  });
  return {
    ...Object.fromEntries(Object.entries(headed).filter(([name]) => !CHANGED.includes(name))),
    tags: TagSet,
    owner: Owner,
    grants: Grants,
    parts: await Promise.all(sizes),
    bytes: bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex'),
  };
}

/** Uploads an object in parts of these sizes, whose bytes are all alike. */
export async function uploadParts(
  { s3, bucket }: Pick<OpenCopier, 's3' | 'bucket'>,
  Key: string,
  sizes: readonly number[],
  over: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<void> {
  const object = { Bucket: bucket, Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ...over }));
  const Parts: CompletedPart[] = [];
  for (const [at, size] of sizes.entries()) {
    const part = { ...object, UploadId, PartNumber: at + 1, Body: Buffer.alloc(size, at + 1), ...checksumOf(over) };
    const { $metadata: _, ...answer } = await s3.send(new UploadPartCommand(part));
    Parts.push({ ...answer, PartNumber: at + 1 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }));
}

function checksumOf({ ChecksumAlgorithm }: Partial<CreateMultipartUploadCommandInput>) {
  return ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm };
}

/** As many tries as the SDK's own strategy makes, without its waits. */
function atOnce(most: number): RetryStrategyV2 {
  const tokenOf = (retries: number) => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => tokenOf(0),
    refreshRetryTokenForRetry: async (token, { errorType }) => {
      const tries = token.getRetryCount() + 1;
      if (errorType === 'CLIENT_ERROR' || tries >= most) throw new Error('no further try');
      return tokenOf(tries);
    },
    recordSuccess: () => {},
  };
}

export async function putVersioning(s3: S3Client, bucket: string): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}
