import type { CopyObjectCommandInput, S3Client, UpdateObjectEncryptionCommandInput } from '@aws-sdk/client-s3';
import { createKeyRange } from '../../../src/aws/bucket/key-range.ts';
import { createObjectHead } from '../../../src/aws/bucket/object-head.ts';
import { createAbortUnfinished } from '../../../src/aws/object/abort-upload.ts';
import { createObjectCopier } from '../../../src/aws/object/object-copier.ts';
import { jobMessage } from '../../../src/intake/open-job-message.ts';
import { readBucketItem } from '../../../src/ledger/bucket-item.ts';
import type { PieceName } from '../../../src/ledger/piece-item.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import type { ReencryptDeps } from '../../../src/remediation/deps.ts';
import { present } from '../../../src/present.ts';
import { type Failure, refusedTask, updateInPlace } from './batch-tasks.ts';
import { imaginedJobLedger } from './job-ledger.ts';
import { copyInPlace, currentIn, encryptionOf, etagOf, sizeOf, type StoredObject } from './objects.ts';
import { imaginedPieces } from './pieces.ts';
import { Injected, type Step } from './scheduler.ts';
import { type Caller, sendJobBody } from './verbs.ts';
import { nextId, sendPiece, type World } from './world.ts';

/** The means of reencrypt-object over the imagined AWS: its engine is the product's own, each of its calls may be twisted. */
export function reencryptVerbs(
  world: World,
  caller: Caller,
  { token }: PieceName,
  spoiled: (s3: S3Client) => S3Client = (s3) => s3,
): ReencryptDeps {
  const { step } = caller;
  const now = () => new Date(world.nowMs + caller.skewMs);
  const timeLeftMs = () => caller.untilMs - world.nowMs;
  const isFor = () => world.item?.['standardId'] === world.jobItems.get(token)?.['standardId'];
  const wasFor = isFor();
  const wrote = () => {
    world.ownWrites.push(token);
    if (!wasFor && !isFor()) world.broken.push(`job ${token} wrote for a standard that its bucket has no more`);
  };
  const s3 = spoiled(s3Over(world, step, { token, wrote }));
  const copy = createObjectCopier({ s3: () => s3, s3Once: () => s3 }, now);
  const keyRange = createKeyRange(s3);
  return {
    at: () => ({
      keyRange: (range) => keyRange({ atMost: PAGE, ...range }),
      readObject: createObjectHead(s3, now),
      copyObject: (task) => copy(task, { timeLeftMs }),
      abortUnfinished: createAbortUnfinished(s3),
    }),
    jobLedger: imaginedJobLedger(world, step),
    readBucket: () => step('ledger.read', () => readBucketItem(structuredClone(world.item ?? {}))),
    pieces: imaginedPieces(world, step),
    sendPieces: (_job, pieces, delaySeconds) =>
      step('sendPieces', () => {
        for (const piece of pieces) sendPiece(world, piece, delaySeconds);
      }),
    askToClose: (job) => step('askToClose', () => sendJobBody(world, caller, jobMessage({ token: job.token }))),
    timeLeftMs,
    now,
    newOwner: () => `worker-${nextId(world)}`,
  };
}

/** So few that what a bucket has is no page. */
const PAGE = 2;

/** The job that writes, and who is told of each write. */
interface Writer {
  token: string;
  wrote: () => void;
}

type Answer = (world: World, input: never) => object;

/** The calls of the S3 API that the engine makes of objects in one part. */
function s3Over(world: World, step: Step, { token, wrote }: Writer): S3Client {
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: never }) => {
    if (name === 'CopyObjectCommand') return copyObject(world, input, { step, token, wrote });
    return step(name, () => {
      const answer = ANSWERS[name];
      if (answer === undefined) throw new Error(`no history has ${name}`);
      const output = { $metadata: {}, ...answer(world, input) };
      if (name === 'UpdateObjectEncryptionCommand') wrote();
      return output;
    });
  };
  return { send } as unknown as S3Client;
}

/** S3 reads an object, and writes it later: each has its own condition. */
async function copyObject(
  world: World,
  asked: CopyObjectCommandInput,
  { step, token, wrote }: Writer & { step: Step },
): Promise<object> {
  const source = await step('CopyObject reads', () => matching(world, asked, asked.CopySourceIfMatch));
  return step('CopyObject writes', () => {
    const object = matching(world, asked, asked.IfMatch);
    const failure = refusedTask(object);
    if (failure !== undefined) throw refused(failure);
    copyInPlace(world, object, copyOf(source, asked), token);
    wrote();
    const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = asked;
    return { $metadata: {}, ...present({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }) };
  });
}

function matching(world: World, asked: Named, etag: string | undefined): StoredObject {
  const object = objectNamed(world, asked);
  if (etag !== undefined && etag !== etagOf(object))
    throw refused({ code: 'PreconditionFailed', status: 412, message: 'it is another object now' });
  return object;
}

const OWNER = 'a'.repeat(64);

const ANSWERS: Readonly<Record<string, Answer>> = {
  ListObjectsV2Command: (world, { StartAfter = '', MaxKeys = 1_000 }: { StartAfter?: string; MaxKeys?: number }) => {
    if (!world.exists) throw refused({ code: 'NoSuchBucket', status: 404, message: 'there is no such bucket' });
    const behind = currentIn(world)
      .filter(({ key }) => String(key) > StartAfter)
      .toSorted((one, other) => (String(one.key) < String(other.key) ? -1 : 1));
    const Contents = behind.slice(0, MaxKeys).map((object) => ({
      Key: String(object.key),
      Size: sizeOf(object),
      ETag: etagOf(object),
      LastModified: new Date(object.writtenMs),
      StorageClass: object.content.storageClass,
    }));
    return { Contents, IsTruncated: behind.length > MaxKeys };
  },
  HeadObjectCommand: (world, asked: Named) => {
    const object = objectNamed(world, asked);
    const { algorithm, keyId, bucketKey } = encryptionOf(object);
    const { storageClass } = object.content;
    return {
      ETag: etagOf(object),
      ContentLength: sizeOf(object),
      LastModified: new Date(object.writtenMs),
      VersionId: object.version,
      ...present({
        StorageClass: storageClass === 'STANDARD' ? undefined : storageClass,
        ServerSideEncryption: algorithm,
        SSEKMSKeyId: keyId,
        BucketKeyEnabled: bucketKey === true ? true : undefined,
      }),
    };
  },
  GetObjectAclCommand: (world, asked: Named) => {
    objectNamed(world, asked);
    return { Owner: { ID: OWNER }, Grants: [{ Grantee: { ID: OWNER }, Permission: 'FULL_CONTROL' }] };
  },
  UpdateObjectEncryptionCommand: (world, asked: UpdateObjectEncryptionCommandInput) => {
    const object = objectNamed(world, asked);
    const { KMSKeyArn = '', BucketKeyEnabled = false } = asked.ObjectEncryption?.SSEKMS ?? {};
    const failure =
      refusedTask(object) ?? updateInPlace(world, object, { keyId: KMSKeyArn, bucketKey: BucketKeyEnabled });
    if (failure !== undefined) throw refused(failure);
    return {};
  },
};

type Named = { Key?: string | undefined; VersionId?: string | undefined };

function objectNamed(world: World, { Key }: Named): StoredObject {
  const object = currentIn(world).find(({ key }) => String(key) === Key);
  if (object === undefined) throw refused({ code: 'NoSuchKey', status: 404, message: 'there is no such key' });
  return object;
}

/** What a copy keeps: what is not said of class and encryption is S3's default (S3 API CopyObject). */
function copyOf(
  { content }: StoredObject,
  asked: CopyObjectCommandInput,
): Pick<StoredObject, 'content' | 'reencrypted'> {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId, BucketKeyEnabled = false } = asked;
  const reencrypted: Encryption = { ...present({ algorithm, keyId: SSEKMSKeyId }), bucketKey: BucketKeyEnabled };
  return {
    content: {
      bytes: content.bytes,
      metadata: asked.MetadataDirective === 'REPLACE' ? '' : content.metadata,
      tags: asked.TaggingDirective === 'REPLACE' ? '' : content.tags,
      storageClass: asked.StorageClass ?? 'STANDARD',
    },
    reencrypted,
  };
}

function refused({ code, status, message }: Failure): Error {
  return Object.assign(new Injected(code, message), { $metadata: { httpStatusCode: status } });
}
