import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import type { ObjectTask } from '../../src/policy/copy/object-task.ts';
import { ACCOUNT, REGION } from './deployed-stack.ts';
import { openTheft, type TheftScene } from './theft-scene.ts';

const BUCKET = 'copied';
const PART = Buffer.alloc(5 * 1024 ** 2, 'p');

describe('under the deployed role, without a right too many, reencrypt-object', () => {
  let scene: TheftScene;
  before(async () => {
    scene = await openTheft({ OwnCopies: 'true' });
    const { s3 } = scene.stack.clients;
    await s3.send(
      new CreateBucketCommand({
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: REGION },
        ObjectOwnership: 'ObjectWriter',
      }),
    );
  });
  after(() => scene[Symbol.asyncDispose]());

  async function run(Key: string, over: Partial<ObjectTask> = {}) {
    const { s3 } = scene.stack.clients;
    const { ETag: etag = '' } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    const target = { algorithm: 'aws:kms:dsse', keyArn: scene.stack.keyArn, bucketKey: false } as const;
    const its = scene.as('ReencryptObjectRole').s3;
    const copy = createObjectCopier({ s3: () => its, s3Once: () => its });
    const task: ObjectTask = { bucket: BUCKET, account: ACCOUNT, key: Key, etag, target, method: 'own-copy', ...over };
    const outcome = await copy(task, { timeLeftMs: () => 900_000 });
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
    return { outcome, head };
  }

  it('copies an object with tags and grants', async () => {
    const { s3 } = scene.stack.clients;
    const grants = { GrantRead: 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"' };
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'one', Body: 'body', Tagging: 'a=b', ...grants }));
    const { outcome, head } = await run('one');
    assert.deepEqual([outcome, head.ServerSideEncryption], [{ kind: 'done', how: 'copied' }, 'aws:kms:dsse']);
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 'one' }));
    assert.deepEqual(TagSet, [{ Key: 'a', Value: 'b' }]);
  });

  it('copies an object in parts, with tags and grants', async () => {
    const { s3 } = scene.stack.clients;
    const named = { Bucket: BUCKET, Key: 'parts' };
    const grants = { GrantRead: 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"' };
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ ...named, Tagging: 'a=b', ChecksumAlgorithm: 'SHA256', ...grants }),
    );
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const { ETag, ChecksumSHA256 } = await s3.send(
        new UploadPartCommand({ ...named, UploadId, PartNumber, Body: PART, ChecksumAlgorithm: 'SHA256' }),
      );
      Parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...named, UploadId, MultipartUpload: { Parts } }));
    const { outcome, head } = await run('parts');
    assert.deepEqual([outcome, head.ServerSideEncryption], [{ kind: 'done', how: 'copied' }, 'aws:kms:dsse']);
    assert.match(head.ETag ?? '', /-2"$/);
  });

  it('updates an object in place', async () => {
    await scene.stack.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'updated', Body: 'body' }));
    const target = { algorithm: 'aws:kms', keyArn: scene.stack.keyArn, bucketKey: true } as const;
    const { outcome, head } = await run('updated', { method: 'update-encryption', target });
    assert.deepEqual([outcome, head.ServerSideEncryption], [{ kind: 'done', how: 'updated' }, 'aws:kms']);
  });

  it('restores an archived object', async () => {
    await scene.stack.clients.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: 'cold', Body: 'body', StorageClass: 'GLACIER' }),
    );
    const { outcome } = await run('cold', { restore: { tier: 'Bulk', days: 1 } });
    assert.equal(outcome.kind, 'waits', JSON.stringify(outcome));
  });
});
