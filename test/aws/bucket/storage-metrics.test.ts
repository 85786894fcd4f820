import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createStorageMetrics } from '../../../src/aws/bucket/storage-metrics.ts';
import { openAws } from '../fixture.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const metric = (type: string) => ({
  Dimensions: [
    { Name: 'StorageType', Value: type },
    { Name: 'BucketName', Value: 'logs' },
  ],
});

function opened() {
  const client = new CloudWatchClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  return {
    mock,
    read: () =>
      createStorageMetrics(
        () => client,
        () => NOW,
      )({ bucket: 'logs' }),
  };
}

test('a bucket has the bytes of each storage class that has a metric, and the objects of all', async () => {
  const { mock, read } = opened();
  mock
    .on(ListMetricsCommand)
    .resolves({ Metrics: [metric('StandardStorage'), metric('IntelligentTieringFAStorage')], NextToken: 'next' })
    .on(GetMetricDataCommand)
    .resolves({
      MetricDataResults: [
        { Id: 'm0', Values: [7_000, 6_000] },
        { Id: 'm1', Values: [100, 90] },
        { Id: 'm2', Values: [20] },
        { Id: 'm3', Values: [] },
        { Id: 'm4', Values: [3] },
      ],
    });
  mock.on(ListMetricsCommand, { NextToken: 'next' }).resolves({
    Metrics: [metric('GlacierStorage'), metric('GlacierObjectOverhead'), metric('IntelligentTieringIAStorage')],
  });
  assert.deepEqual(await read(), {
    objects: 7_000,
    bytes: new Map([
      ['STANDARD', 100],
      ['INTELLIGENT_TIERING', 23],
      ['GLACIER', 0],
    ]),
  });
  const [asked] = mock.commandCalls(GetMetricDataCommand);
  const { StartTime, EndTime, MetricDataQueries = [] } = asked?.args[0].input ?? {};
  assert.deepEqual([StartTime, EndTime], [new Date('2026-11-26T12:00:00Z'), NOW]);
  assert.deepEqual(
    MetricDataQueries.map(({ MetricStat }) => MetricStat?.Metric?.Dimensions?.[1]?.Value),
    [
      'AllStorageTypes',
      'StandardStorage',
      'IntelligentTieringFAStorage',
      'GlacierStorage',
      'IntelligentTieringIAStorage',
    ],
  );
});

test('the embedded AWS counts a bucket as CloudWatch would, once its metrics have come', async () => {
  await using fixture = await openAws();
  const { s3, cloudWatch } = fixture.clients;
  const bucket = await fixture.bucket('data');
  for (const [Key, StorageClass] of [
    ['a', 'STANDARD'],
    ['b', 'GLACIER_IR'],
    ['c', 'DEEP_ARCHIVE'],
  ] as const)
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'twelve bytes', StorageClass }));
  const read = createStorageMetrics(
    () => cloudWatch,
    () => new Date(),
  );
  assert.equal(await read({ bucket }), undefined);
  fixture.aws.makeMetricsCurrent();
  const metrics = await read({ bucket });
  assert.deepEqual(
    [metrics?.objects, [...(metrics?.bytes.keys() ?? [])].toSorted()],
    [3, ['DEEP_ARCHIVE', 'GLACIER_IR', 'STANDARD']],
  );
  assert.equal(metrics?.bytes.get('STANDARD'), 12);
});

test('a bucket without metrics, and one whose metrics cannot be read, is one of which nobody knows', async () => {
  const { mock, read } = opened();
  mock.on(ListMetricsCommand).resolves({ Metrics: [] });
  assert.equal(await read(), undefined);
  mock.on(ListMetricsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  assert.equal(await read(), undefined);
});

test('bytes for which small objects are charged are bytes of their class', async () => {
  const { mock, read } = opened();
  mock.on(ListMetricsCommand).resolves({
    Metrics: ['StandardIAStorage', 'StandardIASizeOverhead', 'OneZoneIASizeOverhead', 'GlacierIRSizeOverhead'].map(
      metric,
    ),
  });
  mock.on(GetMetricDataCommand).resolves({
    MetricDataResults: [1, 10, 120, 3, 4].map((value, index) => ({ Id: `m${index}`, Values: [value] })),
  });
  const bytes = new Map([
    ['STANDARD_IA', 130],
    ['ONEZONE_IA', 3],
    ['GLACIER_IR', 4],
  ]);
  assert.deepEqual(await read(), { objects: 1, bytes });
});

test('what CloudWatch could not count in whole is not known, and never nothing', async () => {
  for (const StatusCode of ['InternalError', 'PartialData', 'Forbidden'] as const) {
    const { mock, read } = opened();
    mock.on(ListMetricsCommand).resolves({ Metrics: [metric('StandardStorage')] });
    mock.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        { Id: 'm0', Values: [5], StatusCode: 'Complete' },
        { Id: 'm1', Values: [], StatusCode },
      ],
    });
    assert.equal(await read(), undefined, StatusCode);
  }
});

test('a number of objects that has not come is not known', async () => {
  const { mock, read } = opened();
  mock.on(ListMetricsCommand).resolves({ Metrics: [metric('StandardStorage')] });
  mock.on(GetMetricDataCommand).resolves({});
  assert.deepEqual(await read(), { bytes: new Map([['STANDARD', 0]]) });
});
