import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateKeyCommand, DisableKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import {
  CreateNamespaceCommand,
  CreateTableCommand,
  type CreateTableCommandInput,
  type EncryptionConfiguration,
  ListTablesCommand,
} from '@aws-sdk/client-s3tables';
import { keyPolicyWith, maintenanceOf, openTables, type OpenTables } from './open-tables.ts';

async function withNamespace(open: OpenTables, encryption?: EncryptionConfiguration): Promise<string> {
  const tableBucketARN = await open.make('lake', encryption);
  await open.s3Tables.send(new CreateNamespaceCommand({ tableBucketARN, namespace: ['sales'] }));
  return tableBucketARN;
}

const tableIn = (tableBucketARN: string, name: string, more: Partial<CreateTableCommandInput> = {}) =>
  new CreateTableCommand({ tableBucketARN, namespace: 'sales', name, format: 'ICEBERG', ...more });

async function keyOf({ clients }: OpenTables): Promise<string> {
  return (await clients.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
}

describe('tables', () => {
  test('are made in a namespace and listed page by page', async () => {
    await using open = await openTables();
    const arn = await withNamespace(open);
    for (const name of ['orders', 'customers', 'returns']) await open.s3Tables.send(tableIn(arn, name));
    const list = async (continuationToken?: string) => {
      const page = { tableBucketARN: arn, maxTables: 2, continuationToken };
      const answer = await open.s3Tables.send(new ListTablesCommand(page));
      return { names: answer.tables?.map(({ name }) => name), token: answer.continuationToken };
    };
    const first = await list();
    assert.deepEqual(first.names, ['customers', 'orders']);
    assert.deepEqual(await list(first.token), { names: ['returns'], token: undefined });
    await assert.rejects(open.s3Tables.send(tableIn(arn, 'orders')), { name: 'ConflictException' });
    await assert.rejects(open.s3Tables.send(tableIn(arn, 'x', { namespace: 'none' })), { name: 'NotFoundException' });
    await assert.rejects(open.s3Tables.send(tableIn(arn, 'Orders')), { name: 'BadRequestException' });
    const metadata = { metadata: { iceberg: { schema: { fields: [{ name: 'id', type: 'int' }] } } } };
    await assert.rejects(open.s3Tables.send(tableIn(arn, 'y', metadata)), { name: 'NotImplemented' });
  });

  test('under a key are made only where its policy lets the maintenance of S3 Tables in', async () => {
    await using open = await openTables();
    const kmsKeyArn = await keyOf(open);
    const arn = await withNamespace(open, { sseAlgorithm: 'aws:kms', kmsKeyArn });
    const make = () => open.s3Tables.send(tableIn(arn, 'orders'));
    const policy = async (...statements: object[]) => {
      const input = { KeyId: kmsKeyArn, Policy: keyPolicyWith(...statements) };
      await open.clients.kms.send(new PutKeyPolicyCommand(input));
    };
    const refused = {
      name: 'AccessDeniedException',
      message: /^maintenance\.s3tables\.amazonaws\.com is not authorized/,
    };
    await assert.rejects(make(), refused);
    await policy(maintenanceOf(`${arn}-2`));
    await assert.rejects(make(), refused);
    await policy({ ...maintenanceOf(arn), Action: 'kms:Decrypt' });
    await assert.rejects(make(), refused);
    await policy(maintenanceOf(arn));
    await make();
  });

  test('under a key are made only where the key can be used', async () => {
    await using open = await openTables();
    const arn = await withNamespace(open);
    const kmsKeyArn = await keyOf(open);
    const encryptionConfiguration = { sseAlgorithm: 'aws:kms' as const, kmsKeyArn };
    await open.clients.kms.send(new DisableKeyCommand({ KeyId: kmsKeyArn }));
    const make = (encryption: EncryptionConfiguration) =>
      open.s3Tables.send(tableIn(arn, 'orders', { encryptionConfiguration: encryption }));
    await assert.rejects(make(encryptionConfiguration), { name: 'BadRequestException', message: /in state Disabled/ });
    const unknown = kmsKeyArn.replace(/[^/]+$/, '1234abcd-12ab-34cd-56ef-1234567890ab');
    await assert.rejects(make({ ...encryptionConfiguration, kmsKeyArn: unknown }), { name: 'BadRequestException' });
  });
});
