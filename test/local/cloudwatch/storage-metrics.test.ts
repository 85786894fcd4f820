import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { startLocal, type LocalAws } from '../../../local/start-local.ts';
import { createClients, type Clients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';
import { makeBucket } from '../s3/open-s3.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const YESTERDAY = new Date('2026-11-21T00:00:00Z');
const WINDOW = { StartTime: new Date('2026-11-20T00:00:00Z'), EndTime: NOW };

interface Opened extends AsyncDisposable {
  readonly aws: LocalAws;
  readonly clients: Clients;
}

/** The bucket `data` of a day ago, with objects of several classes, and one that was written today. */
async function open(): Promise<Opened> {
  const now = { current: new Date('2026-11-19T08:00:00Z') };
  const aws = await startLocal({ now: () => now.current });
  const clients = createClients(aws);
  await makeBucket(clients.s3, 'data');
  now.current = NOW;
  const bucket = 'data';
  const lastModified = new Date('2026-11-20T09:00:00Z');
  aws.buckets.seedObject({ bucket, key: 'a', body: 'x'.repeat(1000), lastModified });
  aws.buckets.seedObject({ bucket, key: 'b', body: 'x'.repeat(300), lastModified, storageClass: 'GLACIER' });
  aws.buckets.seedObject({ bucket, key: 'c', body: 'x'.repeat(72), lastModified, storageClass: 'STANDARD_IA' });
  aws.buckets.seedObject({ bucket, key: 'today', body: 'x', storageClass: 'DEEP_ARCHIVE' });
  return {
    aws,
    clients,
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

async function storageTypes({ cloudWatch }: Clients): Promise<(string | undefined)[]> {
  const { Metrics = [] } = await cloudWatch.send(
    new ListMetricsCommand({
      Namespace: 'AWS/S3',
      MetricName: 'BucketSizeBytes',
      Dimensions: [{ Name: 'BucketName', Value: 'data' }],
    }),
  );
  return Metrics.map(({ Dimensions = [] }) => Dimensions.find(({ Name }) => Name === 'StorageType')?.Value);
}

function sizeOf(Id: string, storageType: string, more: Partial<MetricDataQuery> = {}): MetricDataQuery {
  const Dimensions = [
    { Name: 'BucketName', Value: 'data' },
    { Name: 'StorageType', Value: storageType },
  ];
  const MetricName = storageType === 'AllStorageTypes' ? 'NumberOfObjects' : 'BucketSizeBytes';
  return {
    Id,
    MetricStat: { Metric: { Namespace: 'AWS/S3', MetricName, Dimensions }, Period: 86_400, Stat: 'Average' },
    ...more,
  };
}

describe('the storage metrics of a bucket', () => {
  test('name the storage types of the last whole day, and those of now when they are made current', async () => {
    await using opened = await open();
    const before = [
      'GlacierObjectOverhead',
      'GlacierS3ObjectOverhead',
      'GlacierStorage',
      'StandardIASizeOverhead',
      'StandardIAStorage',
      'StandardStorage',
    ];
    assert.deepEqual(await storageTypes(opened.clients), before);
    const answer = await fetch(`${opened.aws.endpoint}/_local/metrics`, { method: 'POST' });
    assert.deepEqual([answer.status, await answer.json()], [200, { current: true }]);
    assert.deepEqual(
      (await storageTypes(opened.clients)).filter((type) => !before.includes(type ?? '')),
      ['DeepArchiveObjectOverhead', 'DeepArchiveS3ObjectOverhead', 'DeepArchiveStorage'],
    );
  });

  test('have one data point a day, stamped with its midnight', async () => {
    await using opened = await open();
    const { cloudWatch } = opened.clients;
    const { MetricDataResults = [] } = await cloudWatch.send(
      new GetMetricDataCommand({
        ...WINDOW,
        MetricDataQueries: [
          sizeOf('standard', 'StandardStorage'),
          sizeOf('ia', 'StandardIASizeOverhead'),
          sizeOf('none', 'DeepArchiveStorage'),
          sizeOf('hidden', 'GlacierStorage', { ReturnData: false }),
          sizeOf('objects', 'AllStorageTypes', { Label: 'all' }),
        ],
      }),
    );
    const days = [YESTERDAY, new Date('2026-11-20T00:00:00Z')];
    assert.deepEqual(
      MetricDataResults.map(({ Id, Label, Timestamps, Values, StatusCode }) => [
        Id,
        Label,
        Timestamps,
        Values,
        StatusCode,
      ]),
      [
        ['standard', 'BucketSizeBytes', days, [1000, 1000], 'Complete'],
        ['ia', 'BucketSizeBytes', days, [131_000, 131_000], 'Complete'],
        ['none', 'BucketSizeBytes', [], [], 'Complete'],
        ['objects', 'all', days, [3, 3], 'Complete'],
      ],
    );
  });

  test('count every version and the parts of uploads that are not complete', async () => {
    await using opened = await open();
    const { s3, cloudWatch } = opened.clients;
    const at = { Bucket: 'data', Key: 'big' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
    await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'xy' }));
    opened.aws.makeMetricsCurrent();
    const asked = sizeOf('x', 'StandardStorage').MetricStat?.Metric;
    const statistics = { ...asked, ...WINDOW, Period: 86_400, Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes' };
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({ ...statistics, Statistics: ['Average', 'SampleCount'] }),
    );
    assert.deepEqual(Datapoints.at(-1), { Timestamp: YESTERDAY, Unit: 'Bytes', Average: 1002, SampleCount: 1 });
    const objects = await cloudWatch.send(
      new GetMetricDataCommand({
        ...WINDOW,
        MetricDataQueries: [sizeOf('n', 'AllStorageTypes')],
        ScanBy: 'TimestampAscending',
      }),
    );
    assert.deepEqual(objects.MetricDataResults?.[0]?.Values, [3, 5]);
  });

  test('are of the account and the Region of the bucket', async () => {
    await using opened = await open();
    for (const place of [{ account: '222222222222' }, { region: 'eu-central-1' }]) {
      await using others = createClients(opened.aws, place);
      assert.deepEqual(await storageTypes(others), []);
      const { MetricDataResults } = await others.cloudWatch.send(
        new GetMetricDataCommand({ ...WINDOW, MetricDataQueries: [sizeOf('s', 'StandardStorage')] }),
      );
      assert.deepEqual(MetricDataResults?.[0]?.Values, []);
    }
  });
});

describe('CloudWatch', () => {
  test('refuses what it does not play by name', async () => {
    await using opened = await open();
    const { cloudWatch } = opened.clients;
    await assert.rejects(cloudWatch.send(new DescribeAlarmsCommand({})), {
      name: 'NotImplemented',
      message: /DescribeAlarms/,
    });
    const expression = { Id: 'e', Expression: "SEARCH('{AWS/S3} BucketSizeBytes', 'Average')" };
    await assert.rejects(cloudWatch.send(new GetMetricDataCommand({ ...WINDOW, MetricDataQueries: [expression] })), {
      message: /expression/,
    });
    await assert.rejects(cloudWatch.send(new ListMetricsCommand({ RecentlyActive: 'PT3H' })), {
      message: /RecentlyActive/,
    });
  });

  test('says what is wrong with a request', async () => {
    await using opened = await open();
    const { cloudWatch } = opened.clients;
    const get = (query: MetricDataQuery, window = WINDOW) =>
      cloudWatch.send(new GetMetricDataCommand({ ...window, MetricDataQueries: [query] }));
    const backwards = { StartTime: NOW, EndTime: YESTERDAY };
    await assert.rejects(get(sizeOf('a', 'StandardStorage'), backwards), { name: 'ValidationException' });
    await assert.rejects(get(sizeOf('A', 'StandardStorage')), { name: 'ValidationException' });
    const odd = { ...sizeOf('a', 'StandardStorage').MetricStat, Metric: {}, Period: 61, Stat: 'Average' };
    await assert.rejects(get({ Id: 'a', MetricStat: odd }), { name: 'ValidationException', message: /multiple of 60/ });
    const statistics = { Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes', ...WINDOW };
    await assert.rejects(
      cloudWatch.send(new GetMetricStatisticsCommand({ ...statistics, Period: 86_400, Statistics: [] })),
      { name: 'InvalidParameterCombinationException' },
    );
    await assert.rejects(
      cloudWatch.send(new GetMetricStatisticsCommand({ ...statistics, Period: 60, Statistics: ['Average'] })),
      { name: 'InvalidParameterCombinationException', message: /exceeds the limit of 1,?440/ },
    );
  });

  test('asks for the action of each operation', async () => {
    await using opened = await open();
    const session = sessionThatMay(opened.aws, { actions: ['cloudwatch:ListMetrics'], resource: '*' });
    await using limited = createClients(opened.aws, { credentials: session });
    assert.equal((await storageTypes(limited)).length, 6);
    await assert.rejects(
      limited.cloudWatch.send(
        new GetMetricDataCommand({ ...WINDOW, MetricDataQueries: [sizeOf('a', 'StandardStorage')] }),
      ),
      { name: 'AccessDeniedException', message: /cloudwatch:GetMetricData/ },
    );
    assert.ok(limited.cloudWatch instanceof CloudWatchClient);
  });
});
