import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLocal } from '../../local/start-local.ts';
import { aws, cliMissing } from './aws-cli.ts';

const skip = cliMissing();
const SESSION_MS = 60_000;

test('the AWS CLI makes a key, an alias and an identity known', { skip, timeout: SESSION_MS }, async () => {
  await using local = await startLocal();
  const identity = await aws(local, ['sts', 'get-caller-identity']);
  assert.deepEqual(identity.output, {
    UserId: '111111111111',
    Account: '111111111111',
    Arn: 'arn:aws:iam::111111111111:root',
  });
  const created = await aws(local, ['kms', 'create-key', '--query', 'KeyMetadata.KeyId']);
  const keyId = String(created.output);
  await aws(local, ['kms', 'create-alias', '--alias-name', 'alias/data', '--target-key-id', keyId]);
  const described = await aws(local, [
    'kms',
    'describe-key',
    '--key-id',
    'alias/data',
    '--query',
    'KeyMetadata.[KeyId,KeyState]',
  ]);
  assert.deepEqual(described.output, [keyId, 'Enabled']);
  const missing = await aws(local, ['kms', 'describe-key', '--key-id', 'alias/none']);
  assert.notEqual(missing.status, 0);
  assert.match(
    missing.error,
    /\(NotFoundException\) when calling the DescribeKey operation: Alias arn:aws:kms:eu-west-1:111111111111:alias\/none is not found\./,
  );
});

test(
  'the AWS CLI writes, reads and lists objects with odd keys, and changes a default encryption',
  { skip, timeout: SESSION_MS },
  async (t) => {
    await using local = await startLocal();
    const folder = mkdtempSync(join(tmpdir(), 'reseal-cli-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    const key = `a/b c+d 'q' 🦀.bin`;
    writeFileSync(from, Buffer.from([0, 13, 10, 255]));
    await aws(local, [
      's3api',
      'create-bucket',
      '--bucket',
      'my.data',
      '--create-bucket-configuration',
      'LocationConstraint=eu-west-1',
    ]);
    assert.deepEqual((await aws(local, ['s3api', 'get-bucket-location', '--bucket', 'my.data'])).output, {
      LocationConstraint: 'eu-west-1',
    });
    const put = await aws(local, ['s3', 'cp', from, `s3://my.data/${key}`]);
    assert.equal(put.status, 0, put.error);
    await aws(local, ['s3', 'cp', `s3://my.data/${key}`, to]);
    assert.deepEqual(readFileSync(to), readFileSync(from));
    const listed = await aws(local, [
      's3api',
      'list-objects-v2',
      '--bucket',
      'my.data',
      '--query',
      'Contents[].[Key,Size]',
    ]);
    assert.deepEqual(listed.output, [[key, 4]]);
    const rules =
      '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"},"BucketKeyEnabled":true}]}';
    await aws(local, [
      's3api',
      'put-bucket-encryption',
      '--bucket',
      'my.data',
      '--server-side-encryption-configuration',
      rules,
    ]);
    const query = [
      '--query',
      'ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm',
    ];
    assert.equal(
      (await aws(local, ['s3api', 'get-bucket-encryption', '--bucket', 'my.data', ...query])).output,
      'aws:kms',
    );
    const gone = await aws(local, ['s3api', 'get-bucket-encryption', '--bucket', 'gone']);
    assert.match(gone.error, /\(NoSuchBucket\) when calling the GetBucketEncryption operation/);
  },
);

test(
  'the AWS CLI reaches S3 Control, whose host has the account before it, with HTTP_PROXY',
  { skip, timeout: SESSION_MS },
  async () => {
    await using local = await startLocal();
    const listed = await aws(local, ['s3control', 'list-jobs', '--account-id', '111111111111']);
    assert.deepEqual([listed.status, listed.output], [0, { Jobs: [] }], listed.error);
    const missing = await aws(local, [
      's3control',
      'describe-job',
      '--account-id',
      '111111111111',
      '--job-id',
      '00000000-0000-0000-0000-000000000000',
    ]);
    assert.match(missing.error, /when calling the DescribeJob operation/);
    const real = ['--endpoint-url', 'http://s3-control.eu-west-1.amazonaws.com'];
    const proxied = await aws(local, ['s3control', 'list-jobs', '--account-id', '111111111111', ...real]);
    assert.deepEqual([proxied.status, proxied.output], [0, { Jobs: [] }], proxied.error);
  },
);

test(
  'the AWS CLI puts an event, publishes to a topic, imports a finding and writes in a transaction',
  { skip, timeout: SESSION_MS },
  async () => {
    await using local = await startLocal();
    const entries =
      '[{"Source":"reseal","DetailType":"Bucket repaired","Detail":"{}"},{"Source":"aws.s3","DetailType":"x","Detail":"{}"}]';
    const put = await aws(local, ['events', 'put-events', '--entries', entries, '--query', 'FailedEntryCount']);
    assert.deepEqual([put.output, local.bus.log.events.map(({ source }) => source)], [1, ['reseal']], put.error);

    const topic = await aws(local, ['sns', 'create-topic', '--name', 'news', '--query', 'TopicArn']);
    const arn = 'arn:aws:sns:eu-west-1:111111111111:news';
    assert.equal(topic.output, arn, topic.error);
    const refused = await aws(local, ['sns', 'publish', '--topic-arn', `${arn}-none`, '--message', 'm']);
    assert.match(refused.error, /\(NotFound\) when calling the Publish operation: Topic does not exist/);

    const off = await aws(local, ['securityhub', 'get-findings']);
    assert.match(off.error, /\(InvalidAccessException\) when calling the GetFindings operation: Account 111111111111/);
    await aws(local, ['securityhub', 'enable-security-hub', '--no-enable-default-standards']);
    const findings = await aws(local, ['securityhub', 'get-findings']);
    assert.deepEqual(findings.output, { Findings: [] }, findings.error);

    const item = '[{"Delete":{"TableName":"none","Key":{"pk":{"S":"a"}}}}]';
    const written = await aws(local, ['dynamodb', 'transact-write-items', '--transact-items', item]);
    assert.match(written.error, /\(ResourceNotFoundException\) when calling the TransactWriteItems operation/);
  },
);

test('what is not emulated is a 501 that the AWS CLI shows by name', { skip, timeout: SESSION_MS }, async () => {
  await using local = await startLocal();
  const answer = await aws(local, ['ec2', 'describe-vpcs']);
  assert.match(answer.error, /\(NotImplemented\).*the service that signs as ec2 is known to AWS and not emulated here/);
});

test('the AWS CLI tags a bucket by its ARN, and replicates a key', { skip, timeout: SESSION_MS }, async () => {
  await using local = await startLocal();
  await aws(local, ['s3', 'mb', 's3://data']);
  const on = ['--account-id', '111111111111', '--resource-arn', 'arn:aws:s3:::data'];
  const tagged = await aws(local, ['s3control', 'tag-resource', ...on, '--tags', 'Key=team,Value=blue']);
  assert.equal(tagged.status, 0, tagged.error);
  const listed = await aws(local, ['s3control', 'list-tags-for-resource', ...on]);
  const TagSet = [{ Key: 'team', Value: 'blue' }];
  assert.deepEqual(listed.output, { Tags: TagSet });
  assert.deepEqual((await aws(local, ['s3api', 'get-bucket-tagging', '--bucket', 'data'])).output, { TagSet });
  await aws(local, ['s3control', 'untag-resource', ...on, '--tag-keys', 'team']);
  assert.match((await aws(local, ['s3api', 'get-bucket-tagging', '--bucket', 'data'])).error, /\(NoSuchTagSet\)/);

  const created = await aws(local, ['kms', 'create-key', '--multi-region', '--query', 'KeyMetadata.KeyId']);
  const key = ['--key-id', String(created.output)];
  await aws(local, ['kms', 'replicate-key', ...key, '--replica-region', 'eu-central-1']);
  const query = ['--query', 'KeyMetadata.MultiRegionConfiguration.[MultiRegionKeyType,PrimaryKey.Region]'];
  const replica = await aws(local, ['kms', 'describe-key', ...key, ...query], { region: 'eu-central-1' });
  assert.deepEqual(replica.output, ['REPLICA', 'eu-west-1']);
});

test('the AWS CLI reads the storage metrics of a bucket', { skip, timeout: SESSION_MS }, async () => {
  await using local = await startLocal();
  await aws(local, ['s3', 'mb', 's3://data']);
  local.buckets.seedObject({ bucket: 'data', key: 'k', body: 'xyz', storageClass: 'GLACIER_IR' });
  local.makeMetricsCurrent();
  const query = ['--query', 'Metrics[].Dimensions[0].Value'];
  const listed = await aws(local, ['cloudwatch', 'list-metrics', '--namespace', 'AWS/S3', ...query]);
  assert.deepEqual(
    listed.output,
    ['GlacierIRSizeOverhead', 'GlacierInstantRetrievalStorage', 'AllStorageTypes'],
    listed.error,
  );
  const window = ['--start-time', '2020-01-01', '--end-time', '2020-01-02', '--period', '86400'];
  const metric = ['--namespace', 'AWS/S3', '--metric-name', 'NumberOfObjects', '--statistics', 'Average'];
  const none = await aws(local, ['cloudwatch', 'get-metric-statistics', ...metric, ...window]);
  assert.deepEqual(none.output, { Label: 'NumberOfObjects', Datapoints: [] }, none.error);
  const alarms = await aws(local, ['cloudwatch', 'describe-alarms']);
  assert.match(alarms.error, /\(NotImplemented\).*DescribeAlarms/);
});
