import * as sdk from '@aws-sdk/client-cloudwatch';
import type { GetMetricDataInput, GetMetricStatisticsInput, ListMetricsInput } from '@aws-sdk/client-cloudwatch';
import type { Call } from '../call.ts';
import type { BucketStorage } from '../daily-storage.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import { getMetricData, getMetricStatistics } from './get-metric-data.ts';
import { listMetrics } from './list-metrics.ts';
import { createStorageSamples } from './storage-samples.ts';

const SUPPORTED: SupportedMembers = {
  ListMetrics: ['Namespace', 'MetricName', 'Dimensions', 'NextToken'],
  GetMetricData: ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'],
  GetMetricStatistics: [
    'Namespace',
    'MetricName',
    'Dimensions',
    'StartTime',
    'EndTime',
    'Period',
    'Statistics',
    'Unit',
  ],
};

export interface CreatedCloudWatch {
  readonly service: ServiceDefinition;
  /** Lets the newest data points tell what is in the buckets now. */
  makeCurrent(): void;
}

/** CloudWatch, with the daily storage metrics of S3 and no others. Its actions are on no resource (Service Authorization Reference). */
export function createCloudWatch(storage: BucketStorage, now: () => Date): CreatedCloudWatch {
  const samples = createStorageSamples(storage, now);
  const operations = {
    ListMetrics: (input: ListMetricsInput, call: Call) => listMetrics(samples, input, call),
    GetMetricData: (input: GetMetricDataInput, call: Call) => getMetricData(samples, input, call),
    GetMetricStatistics: (input: GetMetricStatisticsInput, call: Call) => getMetricStatistics(samples, input, call),
  };
  return {
    service: {
      id: 'cloudwatch',
      signingName: 'monitoring',
      protocol: 'awsJson1.0',
      sdk,
      operations: onlySupported('cloudwatch', operations, SUPPORTED),
      permissions: rightsByName('cloudwatch', SUPPORTED, () => '*'),
    },
    makeCurrent: () => samples.makeCurrent(),
  };
}
