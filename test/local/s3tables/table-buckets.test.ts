import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateNamespaceCommand,
  CreateTableBucketCommand,
  DeleteTableBucketCommand,
  DeleteTableBucketEncryptionCommand,
  GetTableBucketCommand,
  GetTableBucketEncryptionCommand,
  ListTableBucketsCommand,
  ListTagsForResourceCommand,
  PutTableBucketEncryptionCommand,
  PutTableBucketPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-s3tables';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';
import { ACCOUNT, arnOfTables, openTables, type OpenTables, REGION } from './open-tables.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

async function encryptionOf({ s3Tables }: Pick<OpenTables, 's3Tables'>, tableBucketARN: string): Promise<unknown> {
  return (await s3Tables.send(new GetTableBucketEncryptionCommand({ tableBucketARN }))).encryptionConfiguration;
}

describe('a table bucket', () => {
  test('is known by an ARN of its account and Region', async () => {
    await using open = await openTables();
    const arn = await open.make('lake');
    assert.equal(arn, arnOfTables('lake'));
    const {
      $metadata: _,
      tableBucketId,
      ...found
    } = await open.s3Tables.send(new GetTableBucketCommand({ tableBucketARN: arn }));
    assert.match(tableBucketId ?? '', /^[0-9a-f-]{36}$/);
    const createdAt = new Date('2026-11-30T10:00:00.000Z');
    assert.deepEqual(found, { arn, name: 'lake', ownerAccountId: ACCOUNT, createdAt, type: 'customer' });
    await assert.rejects(open.make('lake'), { name: 'ConflictException' });
    for (const name of ['ab', 'Lake', 'lake--x-s3', 'aws-lake', 'a_b']) {
      await assert.rejects(open.make(name), { name: 'BadRequestException' }, name);
    }
  });

  test('may be called as one of another account or Region', async () => {
    await using open = await openTables();
    await open.make('lake');
    const [other, elsewhere] = [
      createClients(open.aws, { account: '222222222222' }),
      createClients(open.aws, { region: 'us-west-2' }),
    ];
    await using _ = other;
    await using __ = elsewhere;
    const made = await Promise.all(
      [other, elsewhere].map(({ s3Tables }) => s3Tables.send(new CreateTableBucketCommand({ name: 'lake' }))),
    );
    assert.deepEqual(
      made.map(({ arn }) => arn),
      [arnOfTables('lake', '222222222222'), arnOfTables('lake', ACCOUNT, 'us-west-2')],
    );
    const ofOther = { tableBucketARN: arnOfTables('lake', '222222222222') };
    const session = sessionThatMay(open.aws, { actions: ['s3tables:*'], resource: '*' });
    const role = createClients(open.aws, { credentials: session });
    await using ___ = role;
    await assert.rejects(role.s3Tables.send(new GetTableBucketCommand(ofOther)), { name: 'AccessDeniedException' });
    await assert.rejects(elsewhere.s3Tables.send(new GetTableBucketCommand({ tableBucketARN: arnOfTables('lake') })), {
      name: 'NotFoundException',
    });
  });

  test('has the encryption that was put, and none is not found', async () => {
    await using open = await openTables();
    const arn = await open.make('lake');
    await assert.rejects(encryptionOf(open, arn), { name: 'NotFoundException' });
    const put = (encryptionConfiguration: object) =>
      open.s3Tables.send(
        new PutTableBucketEncryptionCommand({
          tableBucketARN: arn,
          encryptionConfiguration: { sseAlgorithm: undefined, ...encryptionConfiguration },
        }),
      );
    await put({ sseAlgorithm: 'aws:kms', kmsKeyArn: KEY });
    assert.deepEqual(await encryptionOf(open, arn), { sseAlgorithm: 'aws:kms', kmsKeyArn: KEY });
    await open.s3Tables.send(new DeleteTableBucketEncryptionCommand({ tableBucketARN: arn }));
    await assert.rejects(encryptionOf(open, arn), { name: 'NotFoundException' });
    const refused = [
      { sseAlgorithm: 'aws:kms' },
      { sseAlgorithm: 'aws:kms', kmsKeyArn: 'alias/lake' },
      { sseAlgorithm: 'aws:kms', kmsKeyArn: KEY.replace(REGION, 'us-west-2') },
      { sseAlgorithm: 'AES256', kmsKeyArn: KEY },
      { sseAlgorithm: 'aws:kms:dsse', kmsKeyArn: KEY },
      {},
    ];
    for (const each of refused) await assert.rejects(put(each), { name: 'BadRequestException' }, JSON.stringify(each));
    const made = await open.make('made', { sseAlgorithm: 'AES256' });
    assert.deepEqual(await encryptionOf(open, made), { sseAlgorithm: 'AES256' });
  });

  test('is nothing of which the event bus hears', async () => {
    await using open = await openTables();
    const tableBucketARN = await open.make('lake', { sseAlgorithm: 'AES256' });
    await open.s3Tables.send(new DeleteTableBucketEncryptionCommand({ tableBucketARN }));
    assert.deepEqual(open.aws.bus.log.events, []);
  });

  test('has tags', async () => {
    await using open = await openTables();
    const arn = await open.make('lake');
    await open.s3Tables.send(new TagResourceCommand({ resourceArn: arn, tags: { team: 'a', data: 'b' } }));
    await open.s3Tables.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['data'] }));
    const { tags } = await open.s3Tables.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    assert.deepEqual(tags, { team: 'a' });
  });

  test('is listed page by page by its name, and deleted only where it is empty', async () => {
    await using open = await openTables();
    for (const name of ['lake-c', 'lake-a', 'lake-b', 'other']) await open.make(name);
    const list = async (continuationToken?: string) => {
      const page = { prefix: 'lake', maxBuckets: 2, continuationToken };
      const answer = await open.s3Tables.send(new ListTableBucketsCommand(page));
      return { names: answer.tableBuckets?.map(({ name }) => name), token: answer.continuationToken };
    };
    const first = await list();
    assert.deepEqual(first.names, ['lake-a', 'lake-b']);
    assert.deepEqual(await list(first.token), { names: ['lake-c'], token: undefined });
    const tableBucketARN = arnOfTables('lake-a');
    await open.s3Tables.send(new CreateNamespaceCommand({ tableBucketARN, namespace: ['sales'] }));
    const remove = (ARN: string) => open.s3Tables.send(new DeleteTableBucketCommand({ tableBucketARN: ARN }));
    await assert.rejects(remove(tableBucketARN), { name: 'ConflictException' });
    await remove(arnOfTables('lake-b'));
    await assert.rejects(remove(arnOfTables('lake-b')), { name: 'NotFoundException' });
  });

  test('asks of a role the right on this very bucket, and more for an encryption of its own', async () => {
    await using open = await openTables();
    const arn = await open.make('lake');
    const session = sessionThatMay(open.aws, {
      actions: ['s3tables:CreateTableBucket', 's3tables:GetTableBucketEncryption'],
      resource: arnOfTables('lake*'),
    });
    await using role = createClients(open.aws, { credentials: session });
    const denied = { name: 'AccessDeniedException' };
    const create = (name: string, more = {}) => role.s3Tables.send(new CreateTableBucketCommand({ name, ...more }));
    await create('lake-2');
    await assert.rejects(create('other'), denied);
    await assert.rejects(create('lake-3', { encryptionConfiguration: { sseAlgorithm: 'AES256' } }), denied);
    await assert.rejects(encryptionOf(role, arn), { name: 'NotFoundException' });
    await assert.rejects(role.s3Tables.send(new ListTableBucketsCommand({})), denied);
    await assert.rejects(role.s3Tables.send(new GetTableBucketCommand({ tableBucketARN: arn })), denied);
  });

  test('refuses by name what is not played', async () => {
    await using open = await openTables();
    const tableBucketARN = await open.make('lake');
    const policy = new PutTableBucketPolicyCommand({ tableBucketARN, resourcePolicy: '{}' });
    await assert.rejects(open.s3Tables.send(policy), { name: 'NotImplemented' });
    const storage = { storageClassConfiguration: { storageClass: 'STANDARD' as const } };
    await assert.rejects(open.s3Tables.send(new CreateTableBucketCommand({ name: 'lake-2', ...storage })), {
      name: 'NotImplemented',
      message: /storageClassConfiguration of s3tables CreateTableBucket/,
    });
  });
});
