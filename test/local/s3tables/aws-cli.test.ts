import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aws, cliMissing } from '../aws-cli.ts';
import { ACCOUNT, arnOfTables, openTables, type OpenTables, REGION } from './open-tables.ts';

/** What the command printed. */
async function run({ aws: local }: OpenTables, ...args: string[]): Promise<Record<string, unknown>> {
  const { status, output, error } = await aws(local, args);
  assert.equal(status, 0, error);
  return Object(output);
}

describe('the AWS CLI', { skip: cliMissing() }, () => {
  test('makes a table bucket, puts its encryption and fills it', async () => {
    await using open = await openTables();
    const arn = arnOfTables('lake');
    assert.deepEqual(await run(open, 's3tables', 'create-table-bucket', '--name', 'lake'), { arn });
    const on = ['--table-bucket-arn', arn];
    const unset = await aws(open.aws, ['s3tables', 'get-table-bucket-encryption', ...on]);
    assert.match(unset.error, /\(NotFoundException\) when calling the GetTableBucketEncryption operation/);
    const given = ['--encryption-configuration', '{"sseAlgorithm":"AES256"}'];
    await run(open, 's3tables', 'put-table-bucket-encryption', ...on, ...given);
    assert.deepEqual(await run(open, 's3tables', 'get-table-bucket-encryption', ...on), {
      encryptionConfiguration: { sseAlgorithm: 'AES256' },
    });
    await run(open, 's3tables', 'create-namespace', ...on, '--namespace', 'sales');
    const table = ['--namespace', 'sales', '--name', 'orders', '--format', 'ICEBERG'];
    await run(open, 's3tables', 'create-table', ...on, ...table);
    const { tables } = await run(open, 's3tables', 'list-tables', ...on);
    assert.deepEqual(
      [tables].flat().map((one) => Object(one).name),
      ['orders'],
    );
    const { tableBuckets } = await run(open, 's3tables', 'list-table-buckets');
    assert.deepEqual(
      [tableBuckets].flat().map((one) => Object(one).arn),
      [arn],
    );
  });

  test('makes a vector bucket and looks at it', async () => {
    await using open = await openTables();
    const arn = `arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/embeddings`;
    await run(open, 's3vectors', 'create-vector-bucket', '--vector-bucket-name', 'embeddings');
    const { vectorBucket } = await run(open, 's3vectors', 'get-vector-bucket', '--vector-bucket-arn', arn);
    assert.deepEqual(Object(vectorBucket).encryptionConfiguration, { sseType: 'AES256' });
    await run(open, 's3vectors', 'delete-vector-bucket', '--vector-bucket-arn', arn);
    const { vectorBuckets } = await run(open, 's3vectors', 'list-vector-buckets');
    assert.deepEqual(vectorBuckets, []);
  });
});
