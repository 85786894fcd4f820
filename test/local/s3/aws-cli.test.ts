import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeObject } from '../../../local/s3/describe-object.ts';
import { aws as runCli, cliMissing } from '../aws-cli.ts';
import { ZONE } from './open-directory.ts';
import { ACCOUNT, openS3, type OpenedS3, REGION, roleOf } from './open-s3.ts';

async function aws(opened: OpenedS3, ...args: string[]): Promise<unknown> {
  const { status, output, error } = await runCli(opened.aws, args, { account: ACCOUNT, region: REGION });
  assert.equal(status, 0, error);
  return output;
}

describe('the AWS CLI', { skip: cliMissing() }, () => {
  test('copies a file of three parts there and back, and lists keys that need encoding', async () => {
    await using opened = await openS3();
    const folder = await mkdtemp(join(tmpdir(), 'reseal-cli-'));
    try {
      const body = Buffer.alloc(17 * 1024 * 1024, 'reseal ');
      await writeFile(join(folder, 'big.bin'), body);
      await aws(opened, 's3', 'mb', 's3://data');
      await aws(opened, 's3', 'cp', join(folder, 'big.bin'), 's3://data/with space+plus,ü.bin');
      const listed = await aws(opened, 's3api', 'list-objects-v2', '--bucket', 'data');
      assert.deepEqual(
        Object(listed).Contents.map(({ Key, Size }: { Key: string; Size: number }) => [Key, Size]),
        [['with space+plus,ü.bin', body.length]],
      );
      await aws(opened, 's3', 'cp', 's3://data/with space+plus,ü.bin', join(folder, 'back.bin'));
      assert.ok(body.equals(await readFile(join(folder, 'back.bin'))));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('copies an object of 6 GiB in parts, which costs no memory', async () => {
    await using opened = await openS3();
    await aws(opened, 's3', 'mb', 's3://data');
    const body = { seed: 'six', sizeBytes: 6 * 1024 ** 3 };
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'six', body });
    await aws(opened, 's3', 'cp', 's3://data/six', 's3://data/copy');
    const named = ['--bucket', 'data', '--key', 'copy'];
    const asked = ['--object-attributes', 'ObjectSize', 'ObjectParts'];
    const attributes = Object(await aws(opened, 's3api', 'get-object-attributes', ...named, ...asked));
    assert.equal(attributes.ObjectSize, body.sizeBytes);
    assert.ok(attributes.ObjectParts.TotalPartsCount > 1);
    const digests = ['six', 'copy'].map((key) => describeObject(opened.aws.buckets, { bucket: 'data', key }).digest);
    assert.equal(digests[0], digests[1]);
  });

  test('puts and deletes a default encryption and updates an object in place', async () => {
    await using opened = await openS3();
    const keyArn = opened.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
    await aws(opened, 's3', 'mb', 's3://data');
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'a', body: 'body' });
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } };
    const configuration = JSON.stringify({ Rules: [rule] });
    const named = ['--bucket', 'data'];
    await aws(
      opened,
      's3api',
      'put-bucket-encryption',
      ...named,
      '--server-side-encryption-configuration',
      configuration,
    );
    const { ServerSideEncryptionConfiguration: stored } = Object(
      await aws(opened, 's3api', 'get-bucket-encryption', ...named),
    );
    assert.deepEqual(stored.Rules[0].ApplyServerSideEncryptionByDefault, rule.ApplyServerSideEncryptionByDefault);
    await aws(opened, 's3api', 'delete-bucket-encryption', ...named);
    const target = JSON.stringify({ SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: true } });
    await aws(opened, 's3api', 'update-object-encryption', ...named, '--key', 'a', '--object-encryption', target);
    const head = Object(await aws(opened, 's3api', 'head-object', ...named, '--key', 'a'));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled], ['aws:kms', keyArn, true]);
  });

  test('turns on logging and replication', async () => {
    await using opened = await openS3();
    for (const name of ['app', 'logs', 'copies']) await aws(opened, 's3', 'mb', `s3://${name}`);
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::logs/*',
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await aws(opened, 's3api', 'put-bucket-policy', '--bucket', 'logs', '--policy', policy);
    const logging = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'app/' } };
    const status = ['--bucket-logging-status', JSON.stringify(logging)];
    await aws(opened, 's3api', 'put-bucket-logging', '--bucket', 'app', ...status);
    assert.deepEqual(await aws(opened, 's3api', 'get-bucket-logging', '--bucket', 'app'), logging);
    const role = roleOf('replicator', [], 's3.amazonaws.com');
    opened.aws.world.identity.putRole(role);
    for (const name of ['app', 'copies']) {
      const versioning = ['--versioning-configuration', 'Status=Enabled'];
      await aws(opened, 's3api', 'put-bucket-versioning', '--bucket', name, ...versioning);
    }
    const rule = { ID: 'all', Prefix: '', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copies' } };
    const replication = { Role: role.arn, Rules: [rule] };
    const given = ['--replication-configuration', JSON.stringify(replication)];
    await aws(opened, 's3api', 'put-bucket-replication', '--bucket', 'app', ...given);
    assert.deepEqual(await aws(opened, 's3api', 'get-bucket-replication', '--bucket', 'app'), {
      ReplicationConfiguration: replication,
    });
  });

  test('is told in the words of S3 what is wrong with a policy', async () => {
    await using opened = await openS3();
    await aws(opened, 's3', 'mb', 's3://data');
    const put = (statement: object): Promise<unknown> => {
      const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', ...statement } };
      return aws(opened, 's3api', 'put-bucket-policy', '--bucket', 'data', '--policy', JSON.stringify(policy));
    };
    const wrong = { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::data/*' };
    await assert.rejects(
      put(wrong),
      /\(MalformedPolicy\) when calling the PutBucketPolicy operation: Action does not apply to any resource\(s\) in statement/,
    );
  });

  test('restores an archived object, and is told when it may not be read', async () => {
    await using opened = await openS3();
    await aws(opened, 's3', 'mb', 's3://data');
    opened.aws.buckets.seedObject({ bucket: 'data', key: 'k', body: 'x', storageClass: 'DEEP_ARCHIVE' });
    const named = ['--bucket', 'data', '--key', 'k'];
    const request = ['--restore-request', '{"Days":1,"GlacierJobParameters":{"Tier":"Bulk"}}'];
    await aws(opened, 's3api', 'restore-object', ...named, ...request);
    const { Restore } = Object(await aws(opened, 's3api', 'head-object', ...named));
    assert.equal(Restore, 'ongoing-request="true"');
    await assert.rejects(aws(opened, 's3api', 'get-object', ...named, '/dev/null'), /\(InvalidObjectState\)/);
  });

  test('makes a directory bucket and lists it', async () => {
    await using opened = await openS3();
    const name = `cli--${ZONE}--x-s3`;
    const configuration = {
      Location: { Type: 'AvailabilityZone', Name: ZONE },
      Bucket: { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' },
    };
    const given = ['--create-bucket-configuration', JSON.stringify(configuration)];
    await aws(opened, 's3api', 'create-bucket', '--bucket', name, ...given);
    const { Buckets } = Object(await aws(opened, 's3api', 'list-directory-buckets'));
    assert.deepEqual(
      Buckets.map(({ Name }: { Name: string }) => Name),
      [name],
    );
  });
});
