import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateIndexCommand,
  CreateVectorBucketCommand,
  DeleteVectorBucketCommand,
  GetVectorBucketCommand,
  ListTagsForResourceCommand,
  ListVectorBucketsCommand,
} from '@aws-sdk/client-s3vectors';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';
import { ACCOUNT, openTables, REGION } from '../s3tables/open-tables.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ARN = `arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/embeddings`;
const create = (vectorBucketName: string, more: object = {}) =>
  new CreateVectorBucketCommand({ vectorBucketName, ...more });

describe('a vector bucket', () => {
  test('has the encryption that it was made with, SSE-S3 where nothing was said', async () => {
    await using open = await openTables();
    const { vectorBucketArn } = await open.s3Vectors.send(create('embeddings', { tags: { team: 'a' } }));
    assert.equal(vectorBucketArn, ARN);
    const found = await open.s3Vectors.send(new GetVectorBucketCommand({ vectorBucketName: 'embeddings' }));
    assert.deepEqual(found.vectorBucket, {
      vectorBucketName: 'embeddings',
      vectorBucketArn: ARN,
      creationTime: new Date('2026-11-30T10:00:00.000Z'),
      encryptionConfiguration: { sseType: 'AES256' },
    });
    const { tags } = await open.s3Vectors.send(new ListTagsForResourceCommand({ resourceArn: ARN }));
    assert.deepEqual(tags, { team: 'a' });
    const encryptionConfiguration = { sseType: 'aws:kms', kmsKeyArn: KEY };
    const under = await open.s3Vectors.send(create('under-key', { encryptionConfiguration }));
    const keyed = await open.s3Vectors.send(new GetVectorBucketCommand({ vectorBucketArn: under.vectorBucketArn }));
    assert.deepEqual(keyed.vectorBucket?.encryptionConfiguration, encryptionConfiguration);
  });

  test('is refused with a name or an encryption that it cannot have', async () => {
    await using open = await openTables();
    await open.s3Vectors.send(create('embeddings'));
    await assert.rejects(open.s3Vectors.send(create('embeddings')), { name: 'ConflictException' });
    const kms = { sseType: 'aws:kms' };
    const wrong = [
      create('Embeddings'),
      create('other', { encryptionConfiguration: kms }),
      create('other', { encryptionConfiguration: { ...kms, kmsKeyArn: 'alias/other' } }),
      create('other', { encryptionConfiguration: { kmsKeyArn: KEY } }),
    ];
    for (const each of wrong) await assert.rejects(open.s3Vectors.send(each), { name: 'ValidationException' });
    await assert.rejects(open.s3Vectors.send(new GetVectorBucketCommand({})), { name: 'ValidationException' });
  });

  test('is listed page by page, and gone once it is deleted', async () => {
    await using open = await openTables();
    for (const name of ['vec-b', 'vec-a', 'vec-c']) await open.s3Vectors.send(create(name));
    const list = async (nextToken?: string) => {
      const answer = await open.s3Vectors.send(new ListVectorBucketsCommand({ maxResults: 2, nextToken }));
      return { names: answer.vectorBuckets?.map((one) => one.vectorBucketName), token: answer.nextToken };
    };
    const first = await list();
    assert.deepEqual(first.names, ['vec-a', 'vec-b']);
    assert.deepEqual(await list(first.token), { names: ['vec-c'], token: undefined });
    await open.s3Vectors.send(new DeleteVectorBucketCommand({ vectorBucketName: 'vec-a' }));
    const gone = new GetVectorBucketCommand({ vectorBucketName: 'vec-a' });
    await assert.rejects(open.s3Vectors.send(gone), { name: 'NotFoundException' });
  });

  test('asks of a role the right on this very bucket; an encryption may be a condition', async () => {
    await using open = await openTables();
    const session = sessionThatMay(open.aws, {
      actions: ['s3vectors:CreateVectorBucket'],
      resource: ARN,
      condition: { StringEquals: { 's3vectors:sseType': 'aws:kms', 's3vectors:kmsKeyArn': KEY } },
    });
    await using role = createClients(open.aws, { credentials: session });
    const denied = { name: 'AccessDeniedException' };
    await assert.rejects(role.s3Vectors.send(create('embeddings')), denied);
    const encryptionConfiguration = { sseType: 'aws:kms', kmsKeyArn: KEY };
    await assert.rejects(role.s3Vectors.send(create('others', { encryptionConfiguration })), denied);
    await role.s3Vectors.send(create('embeddings', { encryptionConfiguration }));
    await assert.rejects(role.s3Vectors.send(new GetVectorBucketCommand({ vectorBucketArn: ARN })), denied);
  });

  test('has no index here: that is refused by name', async () => {
    await using open = await openTables();
    await open.s3Vectors.send(create('embeddings'));
    const index = { vectorBucketName: 'embeddings', indexName: 'i', dataType: 'float32', dimension: 4 } as const;
    await assert.rejects(open.s3Vectors.send(new CreateIndexCommand({ ...index, distanceMetric: 'cosine' })), {
      name: 'NotImplemented',
    });
  });
});
